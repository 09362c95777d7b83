"""What an officer's thumb and eye need on the phone: large targets, the progress in sight, the order of the page."""

import pytest
from browsing.layout import enlarge_text
from browsing.officer import is_question
from browsing.place import Place
from playwright.async_api import Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")
LEAST = 48
"""CSS pixels a thumb needs."""
TARGETS = """() => [...document.querySelectorAll('#nay :is(button, input, summary, a), #p-foot :is(button, textarea)')]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height)
  .map((one) => [one.innerText || one.id, one.getBoundingClientRect()])
  .filter(([, box]) => box.height < %d || box.width < %d).map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
OUT_OF_ORDER = """() => {
  scrollTo(0, 0);
  const parts = ['#p-who', '#p-head', '#p-log li:not(.live)', '#nay h2', '#nay :is(.option, input)', '#nay .foot'];
  const found = parts.map((one) => document.querySelector(one)).filter(Boolean);
  const top = (one) => one.getBoundingClientRect().top;
  return found.slice(1).flatMap((one, n) => {
    const after = found[n].compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
    return after && top(found[n]) <= top(one) ? [] : [parts[n + 1]];
  });
}"""


async def check_progress_in_sight(page: Page) -> None:
    """Wherever the page is scrolled to."""
    for place in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
        await page.evaluate(f"scrollTo(0, {place})")
        await expect(page.locator(".progress b").first).to_be_in_viewport(ratio=1)


async def test_targets_are_large_the_progress_stays_in_sight_and_the_card_is_read_in_order(place: Place) -> None:
    """Caught when seeded: options of half the height, a heading that scrolls away, a card above the history."""
    officer = await place.officer("HLT", 91)
    page = officer.page
    await officer.walk(is_question)
    for criterion in ("1.1", "2.1.1"):
        await officer.say(f"sửa {criterion}")
        assert await page.evaluate(TARGETS % (LEAST, LEAST)) == []
        assert await page.evaluate(OUT_OF_ORDER) == []
        await check_progress_in_sight(page)
    assert await page.locator("#f-p").get_attribute("inputmode") == "decimal"
    assert await page.locator("#f-n").get_attribute("inputmode") == "numeric"
    await page.set_viewport_size({"width": 740, "height": 360})
    await check_progress_in_sight(page)
    await page.set_viewport_size({"width": 360, "height": 740})
    await enlarge_text(page)
    await check_progress_in_sight(page)
