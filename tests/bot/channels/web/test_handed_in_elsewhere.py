"""Once a colleague handed in, no question stands on the page as if it could still be answered.

Checked against: `_is_past` that looks at what was given back only; receipts that are past themselves.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from talk.stage import criteria
from web_page.browser import Browser

Join = Callable[[str, str], Awaitable[Browser]]


async def test_after_a_submission_no_older_question_is_last(browser: Browser, join: Join) -> None:
    stage = browser.stage
    other = await join("w3", "Trần Văn Bình")
    await other.does(text="sửa 1.1")
    await stage.joins("An", "K7Q29XPM")
    for leaf in criteria().leaves:
        await stage.says("An", f"sửa {leaf.id}")
        await stage.says("An", "1" if leaf.options else "90%")
    stage.clock.now += timedelta(minutes=1)
    await browser.does(text="/nop")
    await browser.press("Xác nhận nộp")
    assert "QB-2025-001" in browser.live
    await other.open()
    assert "QB-2025-001" in other.page
    assert "Thành lập" not in other.page.rpartition("QB-2025-001")[2]
    assert 'value="an:' not in other.page
    await other.does(text="/tieptuc")
    assert "QB-2025-001" in other.live  # what is said since stands
