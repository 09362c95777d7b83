"""Anybody can read it: the accessibility scan, letters twice as large, on every page and every kind of card."""

import pytest
from browsing.axe import grave_both_ways
from browsing.layout import enlarge_text, lost_text
from browsing.officer import is_question
from browsing.place import DESK, PHONE, Place, Someone
from browsing.samples import SHOW, sample_cards

pytestmark = pytest.mark.asyncio(loop_scope="session")
DOORS = ("/", "/moi", "/moi?khac", "/moi/AAAAAAAA", "/vao", "/vao/AAAAAAAAAAAA", "/ra", "/nowhere")
BOARD = ("/bang", "/bang/ma-tran", "/bang/ma-tran?o=SDL:1.1", "/bang/xep-hang", "/bang/tieu-chi", "/bang/don-vi/SDL")
INSIDE = ("/chat", "/phien", "/vao", "/ra")
SIZES = (PHONE, DESK)


async def look_at(person: Someone, paths: tuple[str, ...]) -> dict[str, list[str]]:
    """Everything that is wrong with these pages, by page and size."""
    page, found = person.page, {}
    for path in paths:
        await page.goto(path)
        for wide, high in SIZES:
            await page.set_viewport_size({"width": wide, "height": high})
            found[f"{path} at {wide}"] = await grave_both_ways(page) + await lost_text(page, wide)
    return {where: wrong for where, wrong in found.items() if wrong}


async def test_no_page_keeps_anybody_out(place: Place) -> None:
    """Caught when seeded: grey letters on grey; a field without a label."""
    stranger, reviewer = await place.someone(), await place.reviewer(size=PHONE)
    officer = await place.officer("SDL", 51)
    await officer.walk(is_question)
    for _ in range(3):
        await officer.answer()
    stranger.watch.allowed.append("404")
    wrong = await look_at(stranger, (*DOORS, place.invite("SDL").removeprefix(place.home)))
    wrong |= await look_at(reviewer, BOARD)
    wrong |= await look_at(place.people[-1], INSIDE)
    assert wrong == {}


async def test_no_card_keeps_anybody_out(place: Place) -> None:
    """Caught when seeded: a button with a sign and no words; a heading two levels down."""
    officer = await place.officer("STP", 52)
    page, wrong = officer.page, {}
    for one in sample_cards():
        await page.evaluate(SHOW, one.parts)
        found = await grave_both_ways(page, "#nay") + await lost_text(page, PHONE[0])
        wrong |= {one.name: found} if found else {}
    assert wrong == {}


async def test_letters_twice_as_large_lose_nothing(place: Place) -> None:
    """Caught when seeded: a button of a fixed height; sizes in pixels."""
    officer, reviewer = await place.officer("HLT", 53), await place.reviewer(size=PHONE)
    stranger, wrong = await place.someone(), {}
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
    for one in sample_cards():
        await officer.page.evaluate(SHOW, one.parts)
        wrong |= {one.name: found} if (found := await lost_text(officer.page, PHONE[0])) else {}
    assert wrong == {}
