"""A colleague is asked, through the real door on a real file: what is stored, who is told, and that the ledger agrees.

Checked against: `unlike` that trusts the rows, `withdraw_amended` left out of an amendment, an invite that outlives its
inquiry, `record` that takes whoever joins for nobody: each failed here.
"""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from amended_sets.season import amend, answer_all
from amended_sets.texts import HIGHER_TARGET
from sqlalchemy import Connection
from talk.stage import Message, Stage

from bot.conversation.codes import hash_code
from bot.conversation.events import Agreed, Pressed
from bot.conversation.inquiry import Inquiry
from bot.conversation.office_events import MergePeople, RevokeRole
from bot.intake.verify import verify
from scoring.answers import Percentage
from storage import addressees, ledger

HOA = "Lê Thị Hoa"
OFFICERS = ("An", "Bảo")


@pytest.fixture
async def asking(joined: Stage) -> Stage:
    """Two officers; An has asked about 2.3.2."""
    await joined.invite("B7Q29XPM", "officer", "SDL")
    await joined.joins("Bảo", "B7Q29XPM")
    await ask(joined, "2.3.2")
    await joined.notices()
    return joined


async def ask(stage: Stage, criterion: str) -> None:
    """An asks about a criterion."""
    await stage.says("An", f"sửa {criterion}")
    await stage.presses("An", "Hỏi đồng nghiệp")


def code(stage: Stage) -> str:
    """The code that An was given last."""
    found = (re.search(r"/moi/(\w{8})", message.text) for message in reversed(stage.actors["An"].seen))
    return next(match[1] for match in found if match)


async def inquiry(stage: Stage) -> Inquiry:
    return (await stage.assessment("SDL")).inquiries[-1]


def said(messages: list[Message]) -> dict[str, str]:
    return {one.to: one.text for one in messages}


async def test_what_a_colleague_answers_reaches_both_officers_and_counts_when_one_takes_it(asking: Stage) -> None:
    await asking.joins(HOA, code(asking))
    await asking.notices()
    await asking.says(HOA, "62%")
    told = said(await asking.notices())
    assert set(told) == set(OFFICERS)
    assert "62%" in told["Bảo"]
    assert (await asking.assessment("SDL")).answers == {}
    await asking.presses("Bảo", "Ghi câu trả lời này")
    assert said(await asking.notices()).keys() == {HOA}
    await asking.presses("An", "Ghi câu trả lời này", old=True)
    assert await asking.notices() == []
    after = await asking.assessment("SDL")
    held = after.answers["2.3.2"]
    assert (held.answer, held.by_name, (await inquiry(asking)).state) == (Percentage(Fraction(62)), "Bảo", "taken")
    assert await asking.differences() == ()


async def test_two_people_with_one_code_are_one_colleague(asking: Stage) -> None:
    await asking.says("Khách", f"/start {code(asking)}")
    await asking.joins(HOA, code(asking))
    (wrong,) = await asking.presses("Khách", "Đúng")
    assert "không đúng hoặc đã hết hạn" in wrong.text
    assert (await inquiry(asking)).colleague == HOA
    assert await asking.differences() == ()


async def test_a_code_of_what_is_asked_no_more_opens_nothing(asking: Stage) -> None:
    await asking.says("An", "sửa 2.3.2")
    await asking.presses("An", "Thôi hỏi")
    (wrong,) = await asking.says(HOA, f"/start {code(asking)}")
    assert "không đúng hoặc đã hết hạn" in wrong.text
    first = code(asking)
    await ask(asking, "2.3.2")
    assert (code(asking) != first, (await inquiry(asking)).state) == (True, "open")
    assert await asking.differences() == ()


async def test_a_code_lives_a_week(asking: Stage) -> None:
    asking.clock.now = asking.clock.now.replace(day=asking.clock.now.day + 8)
    (wrong,) = await asking.says(HOA, f"/start {code(asking)}")
    assert "không đúng hoặc đã hết hạn" in wrong.text


async def test_criteria_issued_anew_withdraw_what_was_asked_about_them(asking: Stage) -> None:
    await asking.joins(HOA, code(asking))
    await asking.says(HOA, "62%")
    await asking.notices()
    await amend(asking, HIGHER_TARGET)
    await asking.notices()
    assert (await inquiry(asking)).state == "withdrawn"
    await asking.presses("Bảo", "Ghi câu trả lời này", old=True)
    assert "2.3.2" not in (await asking.assessment("SDL")).answers
    (over,) = await asking.says(HOA, "65%")
    assert "không còn được hỏi" in over.text
    assert await asking.differences() == ()


async def test_nothing_is_proposed_to_what_was_handed_in(asking: Stage) -> None:
    await asking.joins(HOA, code(asking))
    await answer_all(asking, "An", "SDL")
    await asking.says("An", "/nop")
    await asking.presses("An", "Xác nhận nộp")
    (told,) = await asking.says(HOA, "62%")
    assert "chưa gửi được" in told.text
    assert (await inquiry(asking)).state == "open"
    assert await asking.differences() == ()


async def test_a_colleague_whose_role_was_taken_away_answers_nothing(asking: Stage) -> None:
    await asking.joins(HOA, code(asking))
    held = await asking.store.read(addressees.served)
    (role,) = (one.role_id for people in held.values() for one in people if one.name == HOA)
    await asking.office(RevokeRole(role))
    await asking.says(HOA, "62%")
    assert (await inquiry(asking)).state == "open"


async def test_who_comes_by_the_page_is_known_at_once(asking: Stage) -> None:
    await asking.does(HOA, Agreed(hash_code(code(asking)), "s" * 64, "Firefox"))
    await asking.says(HOA, "62%")
    now = await inquiry(asking)
    assert (now.state, now.colleague, now.answer) == ("answered", HOA, Percentage(Fraction(62)))
    assert await asking.differences() == ()


async def test_two_open_criteria_are_listed_and_opened_one_by_one(asking: Stage) -> None:
    await asking.joins(HOA, code(asking))
    await ask(asking, "3.1")
    await asking.says(HOA, f"/start {code(asking)}")
    (card,) = await asking.presses(HOA, "Đúng")
    assert card.title.startswith("3.1.")
    await asking.says(HOA, "/huy")
    await asking.does(HOA, Pressed("st:0:::0"))
    (first,) = await asking.payload(HOA, "io:1:2.3.2::0")
    assert first.title.startswith("2.3.2.")
    await asking.says(HOA, "62%")
    states = {one.criterion: one.state for one in (await asking.assessment("SDL")).inquiries}
    assert states == {"2.3.2": "answered", "3.1": "open"}


async def test_a_colleague_goes_on_from_another_messenger(asking: Stage) -> None:
    await asking.joins(HOA, code(asking))
    (given,) = await asking.says(HOA, "/lienket")
    found = re.search(r"^[2-9A-Z]{8}$", given.text, re.MULTILINE)
    assert found is not None
    (card,) = await asking.says(f"{HOA} (Zalo)", found[0])
    assert "2.3.2." in card.text
    await asking.says(f"{HOA} (Zalo)", "62%")
    assert (await inquiry(asking)).answer == Percentage(Fraction(62))
    assert await asking.differences() == ()


async def test_who_was_two_people_is_asked_as_one(asking: Stage) -> None:
    await asking.joins(HOA, code(asking))
    await ask(asking, "3.1")
    await asking.joins("Hoa", code(asking))
    one, two = (one.colleague_id for one in (await asking.assessment("SDL")).inquiries)
    assert one is not None
    assert two is not None
    assert (await asking.office(MergePeople(one, two))).refusal is None
    (listed,) = await asking.says("Hoa", "/tieptuc")
    assert "2.3.2" in listed.text
    await asking.payload("Hoa", "io:1:3.1::0")
    await asking.says("Hoa", "1")
    assert (await inquiry(asking)).state == "answered"
    assert await asking.differences() == ()


async def test_what_was_settled_stays_with_whoever_was_the_colleague_then(asking: Stage) -> None:
    """Checked against: `_one_now` that follows every merge to its end."""
    await asking.joins(HOA, code(asking))
    for name, criterion in (("Bình", "3.1"), ("Chi", "2.3.1")):
        await ask(asking, criterion)
        await asking.joins(name, code(asking))
    one, two, three = (one.colleague_id or 0 for one in (await asking.assessment("SDL")).inquiries)
    await asking.says(HOA, "62%")
    assert (await asking.office(MergePeople(two, one))).refusal is None
    await asking.says("An", "sửa 2.3.2")
    taking = (press for _, press in asking.actors["An"].seen[-1].buttons if press.startswith("pk:"))
    await asking.payload("An", next(taking))
    assert (await asking.office(MergePeople(three, two))).refusal is None
    assert await asking.differences() == ()


TAMPERINGS = (
    "UPDATE inquiries SET state = 'taken', settled_at = 1",
    'UPDATE inquiries SET answer = \'{"percent":"100"}\'',
    "UPDATE inquiries SET note = 'khác'",
    "UPDATE inquiries SET criterion = '2.3.1'",
    "UPDATE inquiries SET colleague_id = 1",
    "UPDATE inquiries SET answered_at = answered_at + 1",
    "DELETE FROM inquiries",
)


async def test_a_changed_inquiry_is_found(asking: Stage) -> None:
    await asking.joins(HOA, code(asking))
    await asking.says(HOA, "62%")
    await asking.says(HOA, "ghi chú")
    await asking.says(HOA, "theo báo cáo quý IV")
    assert await asking.differences() == ()

    def tampered(conn: Connection, sql: str) -> list[str]:
        with conn.begin_nested() as change:
            assert conn.exec_driver_sql(sql).rowcount == 1
            found = [one.what for one in verify(conn)]
            change.rollback()
        return found

    for sql in TAMPERINGS:
        assert await asking.store.run(tampered, sql) == ["inquiry"], sql
    assert await asking.differences() == ()


async def test_the_ledger_holds_no_word_of_a_note_and_no_code(asking: Stage) -> None:
    await asking.joins(HOA, code(asking))
    await asking.says(HOA, "62%")
    await asking.says(HOA, "ghi chú")
    await asking.says(HOA, "theo báo cáo quý IV")

    def everything(conn: Connection) -> str:
        return repr([ledger.read_stream(conn, stream) for stream in ledger.stream_names(conn)])

    told = await asking.store.read(everything)
    assert "AnswerProposed" in told
    assert "báo cáo" not in told
    assert code(asking) not in told
