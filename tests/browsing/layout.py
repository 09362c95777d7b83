"""Whether a page holds together: nothing sticks out sideways, no text is cut off, and letters can be twice as large."""

from typing import Any

from playwright.async_api import Page

LOST = """(wide) => {
  const lost = [], page = document.documentElement.scrollWidth;
  if (page > wide + 1) lost.push(`the page is ${page} wide`);
  const unseen = '.unseen, .vh, .skip, svg, select, [hidden]';
  for (const el of document.querySelectorAll('body *')) {
    if (el.closest(unseen) || !el.checkVisibility()) continue;
    if (![...el.childNodes].some((one) => one.nodeType === 3 && one.data.trim())) continue;
    const box = el.getBoundingClientRect(), wrong = [];
    let scrolls = false, aside = false;
    for (let up = el; up && up !== document.body; up = up.parentElement) {
      const { overflowX: x, overflowY: y, textOverflow } = getComputedStyle(up);
      const cuts = (one) => one === 'hidden' || one === 'clip';
      if (up.clientWidth === 1) aside = true;  // for screen readers only
      if (x === 'auto' || x === 'scroll') { scrolls = true; break; }
      // dots are fine where the whole is one press away: in a link to it, on what unfolds, in a title
      const dots = textOverflow === 'ellipsis' && (el.closest('a, summary, [title]') || up.querySelector('a'));
      if (cuts(x) && up.scrollWidth > up.clientWidth + 1 && up.clientWidth && !dots) wrong.push('cut sideways');
      if (cuts(y) && up.scrollHeight > up.clientHeight + 2 && up.clientHeight && !dots) wrong.push('cut below');
    }
    if (!scrolls && box.width && (box.right > wide + 1 || box.left < -1)) wrong.push('sticks out');
    const name = `${el.tagName.toLowerCase()}.${el.className} "${el.textContent.trim().slice(0, 50)}"`;
    if (!aside) lost.push(...wrong.map((one) => `${one}: ${name}`));
  }
  return [...new Set(lost)].slice(0, 8);
}"""

HOLES = """() => {
  const boxes = [...document.querySelectorAll('.panels .panel')].map((one) => one.getBoundingClientRect());
  return boxes.flatMap((one) => {
    const below = boxes.filter((other) => other.top >= one.bottom && other.left < one.right && one.left < other.right);
    const next = Math.min(...below.map((other) => other.top));
    return next < Infinity && next - one.bottom > 32 ? [`${next - one.bottom} px below y ${one.bottom}`] : [];
  });
}"""


async def holes(page: Page) -> list[str]:
    """Where between two panels, one below the other, more is left empty than lies between any two."""
    found: list[Any] = await page.evaluate(HOLES)
    return [str(one) for one in found]


async def lost_text(page: Page, wide: int) -> list[str]:
    """What cannot be read on a screen this many CSS pixels wide, without scrolling the whole page sideways."""
    found: list[Any] = await page.evaluate(LOST, wide)
    return [str(one) for one in found]


async def enlarge_text(page: Page) -> None:
    """Letters twice as large, by the browser's own setting, for as long as the page lives."""
    session = await page.context.new_cdp_session(page)
    await session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
