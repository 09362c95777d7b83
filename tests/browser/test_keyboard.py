"""Everything by keyboard: what has the focus is seen, and Enter does what a tap does."""

import pytest
from browsing.officer import WebOfficer, is_question
from browsing.place import DESK, Place
from officer.plan import RandomPlan
from playwright.async_api import Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")
MOST_STOPS = 80
SEEN = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const x = box.left + box.width / 2, y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  return { what: at.outerHTML.slice(0, 120), there: !!top && (at.contains(top) || top.contains(at)),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none' };
}"""


async def tab_to(page: Page, wanted: str) -> None:
    """Tab on until the focus is there; raise AssertionError when it cannot be seen on the way, or never comes."""
    await page.wait_for_load_state("load")  # before its styles are there, a page has the browser's thin ring
    for _ in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement !== document.body"):
            seen = await page.evaluate(SEEN)
            assert seen["ring"], seen
            assert seen["there"], seen
        if await page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"no way by keyboard to {wanted}")


async def press_by_keyboard(officer: WebOfficer, wanted: str) -> None:
    """Go to a control and press Enter; wait for the page after it."""
    await tab_to(officer.page, wanted)
    after = officer.page.locator(f'#press input[name="key"]:not([value="{officer.card.key}"])')
    await officer.page.keyboard.press("Enter")
    await after.wait_for(state="attached")
    await officer.see()


async def test_the_first_questions_are_answered_by_keyboard_alone(place: Place) -> None:
    """Caught when seeded: no ring round what has the focus; rows that get it while they lie behind the foot."""
    person = await place.someone(DESK)
    page, officer = person.page, WebOfficer(person.page, RandomPlan(41, place.criteria), touch=False)
    await page.goto(place.invite("SGTVT"))
    await tab_to(page, "#name")
    await page.keyboard.type("Phạm Bàn Phím")
    await tab_to(page, "button.main")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#nay")
    await officer.see()
    while not is_question(officer.card):
        await press_by_keyboard(officer, "#nay button.option, #nay button.primary")
    for _ in range(3):
        asked = officer.card.id
        await press_by_keyboard(officer, "#nay button.option")
        assert place.stored.times_given("SGTVT")[asked] == 1
        assert await page.evaluate("document.getElementById('nay').contains(document.activeElement)")
    await tab_to(page, "#f-text")
    await page.keyboard.type("sửa 2.1.1")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#f-n")
    await tab_to(page, "#f-n")
    await page.keyboard.type("350")
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "f-d"
    await page.keyboard.type("400")
    await page.keyboard.press("Enter")
    await expect(page.locator("#p-log")).to_contain_text("Đã ghi nhận 2.1.1: 350/400 = 87,5%")
    assert place.stored.times_given("SGTVT")["2.1.1"] == 1
    await tab_to(page, ".menu summary")
    await page.keyboard.press("Enter")
    await tab_to(page, ".menu button[value='/xemlai']")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#nay .sheet")
    await page.reload()
    await tab_to(page, "#nay .dock button")
