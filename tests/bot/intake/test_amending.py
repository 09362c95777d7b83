"""Criteria issued anew in mid-season: what stays, what is asked again, who is told, and a ledger that still holds.

Checked once against: an old button that still answers, places and undo that stay, grounds that stay, totals not kept
anew, what was given back forgotten, an old reason told again, old rows read by the new set: each failed here.
"""

from __future__ import annotations

import pytest
from amended_sets.season import REVIEWER, amend, answer, hand_in, peopled, poisoned
from amended_sets.texts import (
    HIGHER_TARGET,
    MERGED,
    NO_EXEMPTION,
    RATIO,
    RENAMED_BUTTON,
    RETITLED,
    SPLIT,
    Change,
    issued_anew,
    other_kinds,
)
from sqlalchemy import Connection
from talk.stage import Stage

from bot.conversation.events import Pressed
from bot.conversation.office_events import CloseCycle
from bot.conversation.office_facts import CycleAmended
from scoring.answers import ChosenOption
from scoring.library import digest, set_text
from storage import submissions


@pytest.fixture
async def office(stage: Stage) -> Stage:
    """Two units with an officer each, one without; a reviewer."""
    return await peopled(stage)


async def test_what_did_not_change_keeps_its_answer_and_the_rest_is_asked_again(office: Stage) -> None:
    await answer(office, "An", c1_1="1", c2_3_2="35%", c2_8_1="1", c2_8_2="1")
    outcome = await amend(office, HIGHER_TARGET, *MERGED)
    (fact,) = outcome.facts
    assert isinstance(fact, CycleAmended)
    after = await office.assessment("SDL")
    assert sorted(after.answers) == ["1.1"]
    assert after.answers["1.1"].answer == ChosenOption("yes")
    assert (after.state, after.card.decided, str(after.card.total)) == ("open", 1, "2")
    assert "2.8.2" not in after.card.lines
    (told,) = await office.notices()
    assert told.to == "An"
    assert "• 2.3.2." in told.text
    assert "• 2.8.1." in told.text
    assert told.text.index("Không còn") < told.text.index("2.8.2")
    assert "1.1." not in told.text
    (card,) = await office.presses("An", "Tiếp tục")
    assert card.title.startswith("2.3.2.")
    assert "ban hành lại" in card.text
    assert "Từ 40%" in card.text
    assert await office.differences() == ()


async def test_who_handed_in_is_asked_only_for_what_changed_and_hands_in_again(office: Stage) -> None:
    await hand_in(office, "An", "SDL")
    await amend(office, HIGHER_TARGET)
    (told,) = await office.notices()
    assert "QB-2025-001" in told.text
    after = await office.assessment("SDL")
    assert (after.state, set(after.reopened), after.to_revisit) == ("returned", {"2.3.2"}, ("2.3.2",))
    assert after.reason == ""
    (locked,) = await office.says("An", "sửa 1.1")
    assert "ban hành lại" in locked.text
    (review,) = await office.says("An", "/xemlai")
    assert "Cần trả lời: 2.3.2" in review.text
    await office.says("An", "sửa 2.3.2")
    (done,) = await office.says("An", "38%")
    assert "38%" in done.text
    await office.says("An", "/nop")
    await office.presses("An", "Xác nhận nộp")
    again = await office.assessment("SDL")
    assert (again.state, again.submissions) == ("submitted", 2)
    assert await office.store.run(_digests, again.id) == (digest(set_text("qd-3270-2020")), again_digest())
    assert await office.differences() == ()


def again_digest() -> str:
    return digest(issued_anew(HIGHER_TARGET))


def _digests(conn: Connection, assessment_id: int) -> tuple[str, ...]:
    return tuple(one.set_digest for one in submissions.submissions_of(conn, assessment_id))


async def test_what_was_handed_in_can_still_be_read_as_it_was(office: Stage) -> None:
    await hand_in(office, "An", "SDL")
    await amend(office, *MERGED)
    (rows,) = await office.presses(REVIEWER, "Xem 38 tiêu chí", old=True)
    assert rows.title
    (section,) = await office.payload(REVIEWER, rows.buttons[1][1])
    assert "2.8.2" in section.text
    assert await office.says(REVIEWER, "/tonghop")


@pytest.mark.parametrize("changes", [(), (RENAMED_BUTTON,)], ids=["nothing", "a button"])
async def test_a_set_that_means_the_same_changes_nothing(office: Stage, changes: tuple[Change, ...]) -> None:
    await hand_in(office, "An", "SDL")
    await answer(office, "Bình", c1_1="2")
    before = [await office.assessment(unit) for unit in ("SDL", "LT")]
    assert (await amend(office, *changes)).refusal is None
    for was, unit in zip(before, ("SDL", "LT"), strict=True):
        now = await office.assessment(unit)
        assert (now.state, now.answers, now.card.total, now.receipt) == (
            was.state,
            was.answers,
            was.card.total,
            was.receipt,
        )
    assert await office.notices() == []
    assert await office.differences() == ()


async def test_who_has_begun_nothing_is_told_nothing(office: Stage) -> None:
    await amend(office, HIGHER_TARGET)
    assert await office.notices() == []


async def test_an_exemption_that_is_no_more_concerns_only_whom_it_was_for(office: Stage) -> None:
    for said in ("sửa 2.7", "không áp dụng", "Sở không có phòng thanh tra"):
        await office.says("An", said)
    await answer(office, "Bình", c2_3_1="1")
    await amend(office, NO_EXEMPTION)
    after = await office.assessment("SDL")
    assert "2.7" not in after.answers
    assert "2.7" not in after.opening
    assert await office.store.run(_grounds) == 0
    assert [one.to for one in await office.notices()] == ["An"]
    assert await office.differences() == ()


async def test_a_button_made_before_is_no_answer_to_the_question_put_anew(office: Stage) -> None:
    (card,) = await office.says("An", "sửa 2.8.1")
    press = Pressed(card.buttons[0][1])
    await amend(office, *SPLIT)
    await office.does("An", press)
    assert (await office.assessment("SDL")).answers == {}
    (card,) = await office.says("An", "sửa 2.8.1")
    await office.does("An", Pressed(card.buttons[0][1]))
    assert (await office.assessment("SDL")).card.total == 2


async def test_nobody_stands_in_a_sub_step_of_a_question_that_is_another_now(office: Stage) -> None:
    steps = {
        "question": ("sửa 2.8.1",),
        "note": ("sửa 2.8.1", "ghi chú"),
        "evidence": ("sửa 2.8.1", "tài liệu"),
        "confirm": ("sửa 2.3.2", "khoảng 35"),
        "undo": ("sửa 2.8.1", "1"),
        "ground": ("sửa 2.7", "không áp dụng"),
    }
    for step, said in steps.items():
        for text in said:
            await office.says("An", text)
        await amend(office, *RATIO, HIGHER_TARGET, NO_EXEMPTION)
        for text in ("có", "/tieptuc", "hoàn tác", "1", "/lichsu"):
            assert await office.says("An", text), (step, text)
            assert office.outcome.answer == "taken", (step, text)
        assert "2.8.1" not in (await office.assessment("SDL")).answers or step == "undo"
        await amend(office, text=set_text("qd-3270-2020"))
    assert await office.store.run(poisoned) == 0
    assert await office.differences() == ()


def _grounds(conn: Connection) -> int:
    return int(conn.exec_driver_sql("SELECT count(*) FROM texts WHERE kind = 'ground'").scalar_one())


async def test_what_was_answered_before_cannot_be_taken_back_into_the_new_question(office: Stage) -> None:
    await answer(office, "An", c2_8_1="1")
    await answer(office, "An", c2_8_1="2")
    await amend(office, *SPLIT)
    (said,) = await office.says("An", "hoàn tác")
    assert "hoàn tác" in said.text.casefold()
    assert (await office.assessment("SDL")).answers == {}


async def test_the_reason_of_a_return_that_is_over_is_not_told_again(office: Stage) -> None:
    await hand_in(office, "An", "SDL")
    await office.says(REVIEWER, "/tralai SDL 1.1: thiếu văn bản, hạn 12/01")
    await office.presses(REVIEWER, "Xác nhận trả lại")
    await office.notices()
    await answer(office, "An", c1_1="2")
    await hand_in(office, "An", "SDL")
    await amend(office, RETITLED)
    after = await office.assessment("SDL")
    assert (after.state, after.reason, after.returned_at, after.back_due_at) == ("returned", "", None, None)
    (card,) = await office.presses("An", "Tiếp tục", old=True)
    assert "thiếu văn bản" not in card.text


async def test_what_cannot_be_amended_is_refused(office: Stage) -> None:
    same = await amend(office, text=set_text("qd-3270-2020"))
    assert (same.refusal.code if same.refusal else "", same.facts) == ("same_criteria", ())
    kinds = await amend(office, other_kinds)
    assert (kinds.refusal.code if kinds.refusal else "", kinds.facts) == ("other_unit_kinds", ())
    await office.office(CloseCycle())
    closed = await amend(office, RETITLED)
    assert (closed.refusal.code if closed.refusal else "", closed.facts) == ("no_open_cycle", ())


async def test_what_was_given_back_stays_open_beside_what_changed(office: Stage) -> None:
    await hand_in(office, "An", "SDL")
    await office.says(REVIEWER, "/tralai SDL 2.8.2, 1.1: chưa rõ trước ngày 12/01/2026")
    await office.presses(REVIEWER, "Xác nhận trả lại")
    await office.notices()
    await answer(office, "An", c1_1="2")
    await amend(office, *MERGED, HIGHER_TARGET)
    after = await office.assessment("SDL")
    assert (after.state, set(after.reopened)) == ("returned", {"1.1", "2.3.2", "2.8.1"})
    assert after.to_revisit == ("2.3.2", "2.8.1")
    assert (after.reason, after.back_due_at is None) == ("chưa rõ", False)
    assert await office.differences() == ()
