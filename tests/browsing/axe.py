"""The accessibility scan: what axe finds that keeps people out."""

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Page

SOURCE = AXE_FILE_PATH.read_text(encoding="utf-8")
GRAVE = ("serious", "critical")
COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that a dark page may break where a light one does not."""
RUN = """async ([where, rules]) => {
  const only = rules.length ? { runOnly: { type: 'rule', values: rules } } : {};
  const found = await axe.run(where || document, { resultTypes: ['violations'], ...only });
  return found.violations.map((one) => [one.impact, one.id, one.nodes.map((node) => node.html.slice(0, 160))]);
}"""


async def grave(page: Page, where: str = "", rules: Sequence[str] = ()) -> list[str]:
    """What is serious or critical on the page, or in a part of it; with `rules` only these are looked at."""
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(SOURCE)
    found: list[Any] = await page.evaluate(RUN, [where, list(rules)])
    return [f"{impact} {rule}: {nodes}" for impact, rule, nodes in found if impact in GRAVE]
