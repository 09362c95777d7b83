"""The main job in a browser: from the invite to the receipt, while the office's board shows it live."""

import re
from fractions import Fraction

import pytest
from browsing.hurry import hurry
from browsing.officer import WebOfficer, is_question, is_receipt, is_review
from browsing.place import Place, Someone
from officer.plan import RandomPlan, Typed
from playwright.async_api import Locator, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")
DOUBTS = {"2.1.2": ("0,9", "90%")}
TOTAL = re.compile(r"Tổng điểm tự chấm ([0-9,]+)/100 Hạng ([A-D])")


def mixed_plan(place: Place, seed: int) -> RandomPlan:
    """A plan with a ratio by counts, one by percentage, and one whose text reads in two ways."""
    plan = RandomPlan(seed, place.criteria)
    plan.answers["2.1.1"] = Typed("350/400", counts=(350, 400))
    plan.answers["2.1.2"] = Typed("90%", percent="90")
    plan.answers["2.2.2"] = Typed("88,5", percent="88.5")
    return plan


async def check_same_after_reload(officer: WebOfficer) -> None:
    """The page loaded anew shows what stood there."""
    shown = officer.card.face
    assert (await officer.look_again()).face == shown


async def walk_and_submit(officer: WebOfficer) -> None:
    """From where they stand to the receipt, loading the page anew at every step of the end."""
    officer.doubts = DOUBTS
    await officer.walk(is_review)
    await check_same_after_reload(officer)
    await officer.press("Nộp kết quả")
    assert "sắp nộp kết quả" in officer.card.text
    await check_same_after_reload(officer)
    await officer.walk(is_receipt)
    await check_same_after_reload(officer)


async def check_total(place: Place, unit: str, officer: WebOfficer, *exempt: str) -> tuple[str, str]:
    """The receipt names what `tucham score` makes of the answers; returns total and class as they are printed."""
    scored = await place.scored(unit, officer, *exempt)
    printed = TOTAL.search(officer.card.text)
    assert printed, officer.card.text
    assert Fraction(printed[1].replace(",", ".")) == Fraction(scored["total_display"].replace(",", "."))
    assert printed[2] == scored["class"]
    return printed[1], printed[2]


def updates_taken(place: Place) -> int:
    """How many things people did were taken from the pages so far."""
    return int(place.stored.rows("SELECT COUNT(*) FROM updates WHERE channel = 'web'")[0][0])


async def check_given_back(reviewer: Someone, officer: WebOfficer, row: Locator) -> None:
    """What the reviewer gives back in a chat of their own stands on the officer's page and the board by itself."""
    await officer.page.evaluate("window.marked = true")
    chat = await reviewer.context.new_page()
    await chat.goto("/chat")
    giving = WebOfficer(chat, officer.plan, touch=False)
    await giving.see()
    await giving.say("/tralai STC 1.1: Thiếu số văn bản")
    await giving.press("Xác nhận trả lại")
    await expect(officer.page.locator("#p-log")).to_contain_text("Lý do: Thiếu số văn bản")
    # nothing stands below it, as the receipt would that says nothing can be changed
    await expect(officer.page.locator("#p-log > ol > li").last).to_contain_text("Lý do: Thiếu số văn bản")
    assert await officer.page.evaluate("window.marked === true")
    await expect(row).to_contain_text("Trả lại")


async def test_an_officer_submits_by_touch_and_the_board_shows_it_without_a_reload(place: Place) -> None:
    """Caught when seeded: a board that was told of no commit; a receipt that named another total."""
    reviewer, officer = await place.reviewer(), await place.officer("STC", 11, plan=mixed_plan(place, 11))
    board = reviewer.page
    await board.evaluate("window.marked = true")  # lost when the page is loaded again
    row = board.locator("tr:has(#dv-STC)")
    officer.claims = "thanh tra"
    await officer.walk(is_question)
    await officer.answer()
    await expect(row).to_contain_text("Đang nhập")
    await walk_and_submit(officer)
    points, letter = await check_total(place, "STC", officer, "2.7")
    await expect(row).to_contain_text("Đã nộp")
    await expect(row.locator(".points")).to_contain_text(points)
    await expect(row.locator(".class")).to_have_text(re.compile(rf"{letter}\s*$"))
    assert await board.evaluate("window.marked === true")
    await check_given_back(reviewer, officer, row)
    assert await board.evaluate("window.marked === true")
    await place.product.tucham("verify")


async def test_without_script_the_whole_assessment_is_plain_forms_and_a_form_sent_twice_counts_once(
    place: Place,
) -> None:
    """Each kind of question is answered on its page, the many alike by the same forms without one.

    Caught when seeded: an update key that was drawn anew for every post.
    """
    person = await place.someone(script=False)
    officer = await place.officer("HBT", 12, who=person, plan=mixed_plan(place, 12))
    asked = (await officer.walk(is_question)).id
    form = await person.page.evaluate("Object.fromEntries(new FormData(document.getElementById('press')))")
    form["press"] = await person.page.locator("#nay button.option").first.get_attribute("value")
    before = updates_taken(place)
    for _ in range(2):
        sent = await person.context.request.post("/chat", form=form, headers={"Origin": place.home})
        assert sent.status == 200
    assert place.stored.times_given("HBT")[asked] == 1
    assert updates_taken(place) == before + 1
    assert (await officer.look_again()).id != asked
    planned = officer.plan.answer(asked)
    await officer.say(f"sửa {asked}")
    await officer.answer()
    assert officer.given[asked] == planned
    await officer.answer()
    await hurry(officer, place.home, "2.1.1")
    await officer.answer()  # counts; the next one is a percentage that reads in two ways
    officer.doubts = DOUBTS
    await officer.answer()
    await hurry(officer, place.home, "4.2")
    await walk_and_submit(officer)
    await check_total(place, "HBT", officer)
