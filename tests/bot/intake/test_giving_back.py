"""Giving a result back where somebody else was faster: it is said once, and the reviewer is free again.

Checked against: a reviewer who stays at the question of what goes back.
"""

from __future__ import annotations

from talk.stage import Stage


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
