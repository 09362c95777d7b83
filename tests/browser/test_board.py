"""The board under a reviewer's hand: search while it is typed, cells that explain themselves, heads that stay."""

import re

import pytest
from browsing.place import PHONE, Place
from playwright.async_api import expect

pytestmark = pytest.mark.asyncio(loop_scope="session")
SCROLLED = """() => {
  const box = document.querySelector('.heat-box'), at = (one) => box.querySelector(one).getBoundingClientRect();
  box.scrollTo(300, 200);
  const edge = box.getBoundingClientRect();
  return [box.scrollLeft, box.scrollTop, at('thead').top - edge.top, at('tbody th[scope=row]').left - edge.left];
}"""


async def test_a_search_finds_while_it_is_typed_and_a_cell_explains_itself_by_click_and_by_key(place: Place) -> None:
    """Caught when seeded: a search that waits for a button which the script hides, heads that scroll away with the
    cells, a key that moves on and leaves the explanation behind."""
    reviewer = await place.reviewer()
    page, search = reviewer.page, reviewer.page.locator("input[type=search]")
    await search.type("le thuy")
    await expect(page.locator("table.units tbody tr")).to_have_count(1)
    await expect(page.locator("table.units tbody")).to_contain_text("Lệ Thủy")
    await expect(search).to_be_focused()
    await page.goto("/bang/ma-tran")
    asked = len(reviewer.watch.pages_asked)
    await page.locator("tbody tr:not(.block)", has_text="Quảng Ninh").locator("td > a").first.click()
    await expect(page.locator("#cell")).to_contain_text("Quảng Ninh · 1.1")
    await expect(page).to_have_url(re.compile("o=HQN(:|%3A)1.1$"))
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#cell")).to_contain_text("Quảng Ninh · 1.2.1")
    assert await page.locator(".heat td > a[tabindex='0']").count() == 1
    assert len(reviewer.watch.pages_asked) == asked  # no page was loaded for it
    await page.set_viewport_size({"width": PHONE[0], "height": 480})
    right, down, top, left = await page.evaluate(SCROLLED)
    assert right > 100
    assert down > 50
    assert abs(top) <= 2
    assert abs(left) <= 2
