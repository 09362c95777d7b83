"""Units merged and closed in mid-cycle: their people go on in the successor, which is offered what they had answered.

Checked against: roles that are revoked and not granted again, an assessment that ends without its fact, ended units
counted, answers offered although there is one: each failed here.
"""

from collections.abc import AsyncIterator

import pytest
from talk.stage import LT, SDL, SYT, Stage, staged

from bot.conversation.office_events import ImportUnits, UnitRow
from bot.intake.known import known_units
from scoring.answers import ChosenOption, Counts, Percentage
from storage import invites, units
from storage.board import board_rows, ended_rows
from storage.progress import assessment_rows

NEW = UnitRow("MOI", "Sở Du lịch và Y tế", "SDLYT", "so_ban_nganh")
AN, BINH, DUNG = "An (Sở Du lịch)", "Bình (Sở Y tế)", "Dũng (Sở TTTT)"
CODES = ("K7Q29XPM", "V7Q29XPM", "R7Q29XPM")


@pytest.fixture
async def stage(sqlite_file_url: str) -> AsyncIterator[Stage]:
    """Two departments at work, one district, and a reviewer."""
    async with staged(sqlite_file_url) as made:
        await made.open_office(SDL, SYT, LT)
        for code, role, unit in zip(CODES, ("officer", "officer", "reviewer"), ("SDL", "SYT", None), strict=True):
            await made.invite(code, role, unit, uses=2)
        for name, code in zip((AN, BINH, DUNG), CODES, strict=True):
            await made.joins(name, code)
        for name, answers in ((AN, ("1.1 có", "2.1.1 350/400")), (BINH, ("1.1 chưa", "1.4.1 có", "2.1.1 92"))):
            for one in answers:
                criterion, _, text = one.partition(" ")
                await made.says(name, f"sửa {criterion}")
                await made.says(name, text)
        await made.notices()
        yield made


async def merge(stage: Stage, *merges: tuple[str, str], new: tuple[UnitRow, ...] = ()) -> None:
    rows = await stage.store.read(units.list_units, 0)
    assert {row.code for row in rows} >= {code for code, _ in merges}
    outcome = await stage.office(ImportUnits(new, merges=merges))
    assert outcome.refusal is None


def texts(stage: Stage, name: str) -> str:
    return stage.actors[name].seen[-1].text


async def test_a_new_unit_begins_empty_and_is_offered_what_both_had_answered(stage: Stage) -> None:
    await merge(stage, ("SDL", "MOI"), ("SYT", "MOI"), new=(NEW,))
    told = {message.to: message.text for message in await stage.notices()}
    assert "Sở Du lịch đã sáp nhập vào Sở Du lịch và Y tế" in told[AN]
    assert "Sở Y tế đã sáp nhập vào Sở Du lịch và Y tế" in told[BINH]
    assert told[DUNG].splitlines() == [
        "Danh sách đơn vị vừa thay đổi",
        "• Sở Du lịch sáp nhập vào Sở Du lịch và Y tế",
        "• Sở Y tế sáp nhập vào Sở Du lịch và Y tế",
        "",
        "Các đơn vị này không còn trong tổng hợp năm 2025. Bài đã nộp vẫn được lưu.",
    ]
    assert (await stage.assessment("MOI")).answers == {}

    (card,) = await stage.says(AN, "sửa 2.1.1")
    assert "Sở Du lịch (trước sáp nhập) đã trả lời: 350/400 = 87,5%." in card.text
    assert "Sở Y tế (trước sáp nhập) đã trả lời: 92%." in card.text
    await stage.presses(AN, "Như Sở Du lịch: 350/400")
    given = (await stage.assessment("MOI")).answers["2.1.1"]
    assert (given.answer, given.by_name) == (Counts(350, 400), "An")

    (again,) = await stage.says(BINH, "sửa 2.1.1")
    assert "trước sáp nhập" not in again.text
    assert all(not label.startswith("Như ") for label, _ in again.buttons)
    assert await stage.differences() == ()


async def test_choices_and_percentages_are_given_as_they_were(stage: Stage) -> None:
    await merge(stage, ("SDL", "SYT"))
    assert {message.to for message in await stage.notices()} == {AN, BINH, DUNG}
    await stage.says(AN, "sửa 1.1")
    assert "Đang ghi: Chưa ban hành" in texts(stage, AN)  # the successor has its own answer: nothing is offered
    assert "trước sáp nhập" not in texts(stage, AN)

    await merge(stage, ("SYT", "LT"))
    await stage.notices()
    await stage.says(BINH, "sửa 1.1")
    assert "Sở Du lịch (trước sáp nhập) đã trả lời: Có ban hành." in texts(stage, BINH)
    assert "Sở Y tế (trước sáp nhập) đã trả lời: Chưa ban hành." in texts(stage, BINH)
    await stage.presses(BINH, "Như Sở Du lịch: Có ban hành")
    await stage.says(BINH, "sửa 2.1.1")
    await stage.presses(BINH, "Như Sở Y tế: 92%")
    answers = {key: held.answer for key, held in (await stage.assessment("LT")).answers.items()}
    assert answers == {"1.1": ChosenOption("yes"), "2.1.1": Percentage(92)}  # type: ignore[arg-type]
    assert await stage.differences() == ()


async def test_units_that_are_no_more_leave_the_counts_and_can_be_looked_at(stage: Stage) -> None:
    await merge(stage, ("SDL", "MOI"), ("SYT", "MOI"), new=(NEW,))
    assert [row.unit_code for row in await stage.store.read(assessment_rows, 1)] == ["MOI", "LT"]
    assert [row.unit_code for row in await stage.store.read(board_rows, 1)] == ["MOI", "LT"]
    ended = await stage.store.read(ended_rows, 1)
    assert [(row.unit_code, row.state, row.decided) for row in ended] == [("SDL", "merged", 2), ("SYT", "merged", 3)]
    (table,) = await stage.says(DUNG, "/tonghop")
    assert "Đã nộp 0/2" in table.text
    known = await stage.store.read(known_units, 2**50)
    assert [unit.code for unit in known if unit.ended] == ["SDL", "SYT"]


async def test_who_served_a_closed_unit_is_told_and_let_out(stage: Stage) -> None:
    await stage.says(AN, "sửa 1.2.1")
    old = stage.actors[AN].seen[-1].buttons[0][1]
    outcome = await stage.office(ImportUnits((), closes=("SDL",)))
    assert outcome.refusal is None
    told = {message.to: message.text for message in await stage.notices()}
    assert "Sở Du lịch đã kết thúc hoạt động trong hệ thống" in told[AN]
    assert "• Sở Du lịch kết thúc hoạt động" in told[DUNG]
    assert BINH not in told
    before = (await stage.assessment("SDL")).seq
    await stage.payload(AN, old)
    ended = await stage.assessment("SDL")
    assert (ended.seq, ended.state) == (before, "closed")
    assert [row.unit_code for row in await stage.store.read(assessment_rows, 1)] == ["SYT", "LT"]
    assert await stage.differences() == ()


async def test_an_old_button_writes_nothing_after_the_merger(stage: Stage) -> None:
    await stage.says(AN, "sửa 1.2.1")
    old = stage.actors[AN].seen[-1].buttons[0][1]
    await merge(stage, ("SDL", "MOI"), new=(NEW,))
    before = (await stage.assessment("SDL")).seq
    await stage.payload(AN, old)
    assert (await stage.assessment("SDL")).seq == before
    assert (await stage.assessment("MOI")).answers == {}


async def test_an_invite_of_a_unit_that_is_no_more_lets_nobody_in(stage: Stage) -> None:
    await merge(stage, ("SDL", "SYT"))
    (answer,) = await stage.says("Cường", f"/start {CODES[0]}")
    assert "không đúng hoặc đã hết hạn" in answer.text
    rows = await stage.store.read(invites.list_invites)
    assert [row.revoked_at is not None for row in rows] == [True, False, False]


async def test_what_is_inherited_costs_a_query_only_where_there_is_any(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []

    def look(*asked: object) -> tuple[object, ...]:
        looked.append(asked)
        return ()

    monkeypatch.setattr("bot.intake.building.inheriting.inherited", look)
    await stage.says(BINH, "sửa 1.1")
    assert looked == []
    await merge(stage, ("SDL", "SYT"))
    await stage.says(BINH, "sửa 1.1")
    assert looked
