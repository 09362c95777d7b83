"""Anybody can read it: the accessibility scan, letters twice as large, on every page and every kind of card."""

from typing import Literal

import pytest
from browsing.axe import COLOURS, grave
from browsing.layout import enlarge_text, lost_text
from browsing.officer import is_question
from browsing.place import DESK, PHONE, Place, Someone
from browsing.samples import SHOW, trays

pytestmark = pytest.mark.asyncio(loop_scope="session")
DOORS = ("/", "/moi", "/moi/AAAAAAAA", "/vao", "/ra", "/nowhere")
BOARD = ("/bang", "/bang/ma-tran?o=SDL:1.1", "/bang/xep-hang", "/bang/tieu-chi", "/bang/don-vi/SDL")
INSIDE = ("/chat", "/phien", "/ra")
SHOWN_DARK = ("/", "/bang", "/bang/don-vi/SDL", "/chat")
"""The pages that hold every colour; the others are looked at by night in the slow suite."""
LOOKS: tuple[tuple[tuple[int, int], Literal["light", "dark"], tuple[str, ...]], ...] = (
    (PHONE, "light", ()),
    (PHONE, "dark", COLOURS),
    (DESK, "dark", ()),
)
"""Screen, colours, and the rules asked about (none: all of them)."""


async def look_at(person: Someone, paths: tuple[str, ...], *, closely: bool) -> dict[str, list[str]]:
    """What is wrong with these pages: all of it by day on a phone, at a desk by night what colours and width do.

    With `closely` all of it by night at a desk, and colours in between.
    """
    page, wrong = person.page, dict[str, list[str]]()
    for path in paths:
        await page.goto(path)
        for (wide, high), mode, rules in LOOKS if closely else LOOKS[::2]:
            await page.set_viewport_size({"width": wide, "height": high})
            await page.emulate_media(color_scheme=mode)
            found = await lost_text(page, wide)
            if closely or mode == "light":
                found += await grave(page, rules=rules)
            elif path in SHOWN_DARK:
                found += await grave(page, rules=COLOURS)
            wrong[f"{path} at {wide}, {mode}"] = found
    return {where: found for where, found in wrong.items() if found}


@pytest.mark.parametrize("closely", [False, pytest.param(True, marks=pytest.mark.slow)])
async def test_no_page_keeps_anybody_out(place: Place, closely: bool) -> None:
    """Caught when seeded: a field without a label; pale letters on a light ground."""
    stranger, reviewer = await place.someone(), await place.reviewer(size=PHONE)
    officer = await place.officer("SDL", 51)
    await officer.walk(is_question)
    for _ in range(3):
        await officer.answer()
    stranger.watch.allowed.append("404")
    wrong = await look_at(stranger, (*DOORS, place.invite("SDL").removeprefix(place.home)), closely=closely)
    wrong |= await look_at(reviewer, BOARD, closely=closely)
    wrong |= await look_at(place.people[-1], INSIDE, closely=closely)
    assert wrong == {}


@pytest.mark.slow  # the pages of the fast scan hold the cards that everybody meets
async def test_no_card_keeps_anybody_out(place: Place) -> None:
    """Caught when seeded: a button with a sign and no words; options of a fixed height."""
    page, wrong = (await place.officer("STP", 52)).page, dict[str, list[str]]()
    for name, parts in trays():
        await page.evaluate(SHOW, parts)
        for _size, mode, rules in LOOKS[:2]:
            await page.emulate_media(color_scheme=mode)
            if found := await grave(page, "#nay", rules) + await lost_text(page, PHONE[0]):
                wrong[f"{name}, {mode}"] = found
    assert wrong == {}


async def test_letters_twice_as_large_lose_nothing(place: Place) -> None:
    """Caught when seeded: options of a fixed height."""
    officer, reviewer = await place.officer("HLT", 53), await place.reviewer(size=PHONE)
    stranger, wrong = await place.someone(), dict[str, list[str]]()
    for page, paths in (
        (stranger.page, ("/", "/moi", "/vao", place.invite("HLT"))),
        (reviewer.page, BOARD),
        (officer.page, ("/phien", "/chat")),
    ):
        before = await page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        await enlarge_text(page)
        assert await page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 2 * before
        for path in paths:
            await page.goto(path)
            wrong |= {path: found} if (found := await lost_text(page, PHONE[0])) else {}
    for name, parts in trays():
        await officer.page.evaluate(SHOW, parts)
        wrong |= {name: found} if (found := await lost_text(officer.page, PHONE[0])) else {}
    assert wrong == {}
