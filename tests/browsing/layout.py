"""Whether a page holds together: nothing sticks out sideways, no text is cut off, and letters can be twice as large."""

from typing import Any

from playwright.async_api import Page

LOST = """(wide) => {
  const lost = [], page = document.documentElement.scrollWidth;
  if (page > wide + 1) lost.push(`the page is ${page} wide`);
  const names = (el) => `${el.tagName.toLowerCase()}.${el.className} "${el.textContent.trim().slice(0, 50)}"`;
  for (const el of document.querySelectorAll('body *')) {
    if (el.closest('.unseen, .vh, .skip, svg, select, summary, [hidden]') || !el.checkVisibility()) continue;
    if (![...el.childNodes].some((one) => one.nodeType === 3 && one.data.trim())) continue;
    let box = el.getBoundingClientRect(), scrolls = false;
    for (let up = el; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up), x = style.overflowX, y = style.overflowY;
      if (x === 'auto' || x === 'scroll') { scrolls = true; break; }
      if ((x === 'hidden' || x === 'clip') && up.scrollWidth > up.clientWidth + 1 && up.clientWidth) lost.push(`cut sideways: ${names(el)}`);
      if ((y === 'hidden' || y === 'clip') && up.scrollHeight > up.clientHeight + 2 && up.clientHeight) lost.push(`cut below: ${names(el)}`);
    }
    if (!scrolls && box.width && (box.right > wide + 1 || box.left < -1)) lost.push(`sticks out: ${names(el)}`);
  }
  return [...new Set(lost)].slice(0, 8);
}"""


async def lost_text(page: Page, wide: int) -> list[str]:
    """What cannot be read on a screen this many CSS pixels wide, without scrolling the whole page sideways."""
    found: list[Any] = await page.evaluate(LOST, wide)
    return [str(one) for one in found]


async def enlarge_text(page: Page) -> None:
    """Letters twice as large, by the browser's own setting."""
    session = await page.context.new_cdp_session(page)
    await session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    await session.detach()
