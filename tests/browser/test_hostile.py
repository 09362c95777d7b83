"""Whatever people write is text: in names, notes and units, on the chat and on the board."""

import json
from pathlib import Path

import pytest
from browsing.layout import lost_text
from browsing.officer import is_question
from browsing.place import DESK, PHONE, Place
from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")
ROWS = json.loads((Path(__file__).parents[1] / "data" / "text_inputs.json").read_text(encoding="utf-8"))
TRICKS = set("<>{&\x1b\u202e")
NOTES = [str(row["input"]) for row in ROWS if row["field"] in ("note", "url") and TRICKS & set(str(row["input"]))]
LAST = '"><svg/onload=alert(1)>'
NAME = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
BOARD = ("/bang", "/bang/ma-tran", "/bang/ma-tran?o=XTL:{asked}", "/bang/xep-hang", "/bang/don-vi/XTL", "/phien")
# What our own templates never make, so that it can only come from what somebody wrote.
FOREIGN = """[...document.querySelectorAll(
  'img, i:not([aria-hidden]), script:not([src]), [onload], [onerror], iframe, object')].map((one) => one.outerHTML)"""


def shown(text: str) -> str:
    """What stays of a text: what steers a terminal is taken out, a blank is a blank."""
    return " ".join("".join(one for one in text if one.isprintable() or one.isspace()).split())


async def check(page: Page, wide: int) -> None:
    """Nothing of what was written became anything but text, and the page holds together."""
    assert await page.evaluate(FOREIGN) == [], page.url
    assert await lost_text(page, wide) == [], page.url


async def test_hostile_texts_are_shown_as_text(place: Place) -> None:
    """Caught when seeded: what somebody typed, marked as safe markup."""
    officer, reviewer = await place.officer("XTL", 61, name=NAME), await place.reviewer(NAME)
    await officer.walk(is_question)
    asked, page = officer.card.id, officer.page
    assert await page.locator("h1").inner_text() == place.names["XTL"]
    for text in sorted(NOTES, key=lambda one: one == LAST):  # the last note is the one that stays
        if officer.card.asks:
            await officer.press_more("Thêm ghi chú")
        await officer.say(text)
        await check(page, PHONE[0])
        assert shown(await page.locator("#p-log li.mine").last.inner_text()).endswith(shown(text)), text
        if not officer.card.asks:
            await officer.say(f"sửa {asked}")
    for path in BOARD:
        await reviewer.page.goto(path.format(asked=asked))
        await check(reviewer.page, DESK[0])
    await reviewer.page.goto("/bang/don-vi/XTL")
    sheet = await reviewer.page.locator("main").text_content() or ""
    assert place.names["XTL"] in sheet
    assert LAST in sheet
    assert "&amp;" not in sheet
