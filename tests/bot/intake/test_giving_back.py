"""Giving a result back: where somebody else was faster, what goes along with what was named, whose act it is.

Checked against: a reviewer who stays at the question of what goes back; only what was named goes back; a derived
criterion asked again although the one above it was answered; a claim that is not offered again; the reviewer kept as
the one who acted last.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection
from talk.stage import LT, Stage

from bot.conversation.office_events import ImportUnits
from scoring.answers import ChosenOption
from storage import assessments


async def test_a_result_that_went_back_meanwhile_is_told_once(handed_in: Stage) -> None:
    for who, code in (("Giang", "R7Q29XPM"), ("Hà", "S7Q29XPM")):
        await handed_in.invite(code, "reviewer")
        await handed_in.joins(who, code)
    assessment = (await handed_in.assessment("SDL")).id
    (asked,) = await handed_in.payload("Giang", f"rt:{assessment}:::0")
    assert "Trả lại kết quả" in asked.text
    await handed_in.says("Hà", "/tralai SDL 2.7: xem lại")
    await handed_in.presses("Hà", "Xác nhận trả lại")
    (told,) = await handed_in.says("Giang", "2.7: thiếu căn cứ")
    (after,) = await handed_in.says("Giang", "cảm ơn anh")
    assert after.text != told.text
    assert (await handed_in.assessment("SDL")).reopened == {"2.7"}


async def test_what_makes_a_criterion_zero_goes_back_with_it(handed_in: Stage) -> None:
    await reviewing(handed_in)
    await gives_back(handed_in, "/tralai SDL 1.2.1: xem lại")
    await handed_in.says("An", "sửa 1.2.1")
    await handed_in.says("An", "2")
    await hands_in(handed_in)

    (confirm,) = await handed_in.says("Giang", "/tralai SDL 1.2.2: chưa rõ")
    assert "Câu 1.2.1 được trả lại kèm theo, vì 1.2.2 đang được ghi 0 điểm" in confirm.text
    await handed_in.presses("Giang", "Xác nhận trả lại")
    await handed_in.notices()
    (asked,) = await handed_in.presses("An", "Tiếp tục")
    assert asked.title.startswith("1.2.1. ")
    (again,) = await handed_in.says("An", "2")
    assert "Nộp kết quả" in [label for label, _ in again.buttons]  # 1.2.2 hangs on it and is not asked
    await handed_in.says("An", "sửa 1.2.1")
    (under,) = await handed_in.says("An", "1")
    assert under.title.startswith("1.2.2. ")
    await handed_in.says("An", "1")
    after = await handed_in.assessment("SDL")
    assert after.reopened == {"1.2.1", "1.2.2"}
    assert not after.to_revisit
    assert [after.card.lines[one].points for one in ("1.2.1", "1.2.2")] == [1, 1]
    assert await handed_in.differences() == ()


async def test_a_claimed_group_goes_back_as_its_criteria_and_may_be_claimed_anew(handed_in: Stage) -> None:
    await reviewing(handed_in)
    await gives_back(handed_in, "/tralai SDL 2.3: xem lại")
    for _ in range(2):  # first over answers, then where the claim itself is what went back
        await handed_in.says("An", "sửa 2.3.1")
        await handed_in.presses("An", "Tính điểm tối đa (trường hợp miễn)")
        await handed_in.presses("An", "Dùng căn cứ gợi ý")
        assert (await handed_in.assessment("SDL")).to_revisit == ()
        await hands_in(handed_in)
        await gives_back(handed_in, "/tralai SDL 2.3: xem lại căn cứ")
        assert (await handed_in.assessment("SDL")).to_revisit == ("2.3.1", "2.3.2")

    await handed_in.says("An", "sửa 2.3.1")
    (asked,) = await handed_in.says("An", "1")
    assert asked.title.startswith("2.3.2. ")
    answers = (await handed_in.assessment("SDL")).answers
    assert "2.3" not in answers
    assert answers["2.3.1"].answer == ChosenOption("yes")


async def test_who_gives_back_did_not_act_for_the_unit(handed_in: Stage) -> None:
    await reviewing(handed_in)
    before = await last_act(handed_in)
    await gives_back(handed_in, "/tralai SDL 1.1: xem lại")
    assert await last_act(handed_in) == before
    await handed_in.says("An", "sửa 1.1")
    await handed_in.says("An", "2")
    (at, by), (was_at, was_by) = await last_act(handed_in), before
    assert by == was_by
    assert at > was_at
    assert await handed_in.differences() == ()


async def test_why_there_is_nothing_to_give_back_is_told(handed_in: Stage) -> None:
    await handed_in.office(ImportUnits((LT,)))
    await reviewing(handed_in)
    (unknown,) = await handed_in.says("Giang", "/tralai SDLL 1.1: xem lại")
    assert unknown.title == "Không có đơn vị mã “SDLL” nên chưa trả lại gì."
    assert "SDL Sở Du lịch\nLT " in unknown.text
    for code in ("LT", "lt"):
        (early,) = await handed_in.says("Giang", f"/tralai {code} 1.1: xem lại")
        assert early.text == "UBND huyện Lệ Thủy chưa bắt đầu tự chấm nên chưa có kết quả để trả lại."
    for unread in ("/tralai", "/tralai 1.1: xem lại", "/tralai SDL: 1.1 xem lại"):
        (usage,) = await handed_in.says("Giang", unread)
        assert usage.title.startswith("Để trả lại kết quả, anh/chị nhập mã cơ quan")


async def reviewing(stage: Stage) -> None:
    stage.clock.now += timedelta(days=1)  # the file was made by another clock
    await stage.invite("R7Q29XPM", "reviewer")
    await stage.joins("Giang", "R7Q29XPM")


async def gives_back(stage: Stage, text: str) -> None:
    await stage.says("Giang", text)
    await stage.presses("Giang", "Xác nhận trả lại")


async def hands_in(stage: Stage) -> None:
    await stage.says("An", "/nop")
    await stage.presses("An", "Xác nhận nộp")


async def last_act(stage: Stage) -> tuple[int, int]:
    """When somebody of the unit did something last, and who."""
    number = (await stage.assessment("SDL")).id

    def look(conn: Connection) -> tuple[int | None, int | None]:
        row = assessments.view_assessment(conn, number).row
        return row.last_at, row.last_by

    at, by = await stage.store.run(look)
    assert at is not None
    assert by is not None
    return at, by
