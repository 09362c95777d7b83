"""What happens elsewhere while somebody looks at the page: it comes by itself, and disturbs nothing they are doing."""

import pytest
from browsing.officer import WebOfficer
from browsing.place import Place
from playwright.async_api import Route, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def two(place: Place, seed: int) -> tuple[WebOfficer, WebOfficer]:
    """Two officers of one unit."""
    first = await place.officer("HQT", seed, name="Lê Thị Cúc")
    return first, await place.officer("HQT", seed + 1, name="Bùi Văn Nam")


async def test_a_colleagues_answer_comes_while_what_is_typed_and_unfolded_stays(place: Place) -> None:
    """Caught when seeded: a refresh that puts a new card in place of the old one."""
    first, second = await two(place, 61)
    await first.say("sửa 1.1")
    page = first.page
    await page.locator("#nay .more summary").tap()
    await page.fill("#f-text", "Kế hoạch số 12")
    await page.evaluate("document.getElementById('f-text').setSelectionRange(3, 5)")
    await second.say("sửa 1.3")
    await second.choose(0)
    await expect(page.locator("#p-log .told").last).to_contain_text("Bùi Văn Nam đã ghi 1.3")
    assert await page.input_value("#f-text") == "Kế hoạch số 12"
    box = "document.getElementById('f-text')"
    assert await page.evaluate(f"[document.activeElement === {box}, {box}.selectionStart, {box}.selectionEnd]") == [
        True, 3, 5,
    ]  # fmt: skip
    assert await page.locator("#nay .more").get_attribute("open") is not None
    assert "Bùi Văn Nam đã ghi 1.3" in await page.inner_text("#told")  # read out, too
    await first.choose(0)
    assert place.stored.answers("HQT")["1.1"]["option"] == "yes"  # the form that stayed is good for an answer
    await first.say("sửa 3.2")
    await page.fill("#f-n", "45")
    await second.say("sửa 1.4.1")
    await second.choose(0)
    await expect(page.locator("#p-log .told").last).to_contain_text("Bùi Văn Nam đã ghi 1.4.1")
    assert await page.input_value("#f-n") == "45"


async def test_an_answer_that_came_too_fast_is_sent_again_and_counts_once(place: Place) -> None:
    """Caught when seeded: a refusal for the moment shown as one for good."""
    officer = await place.officer("HQN", 65)
    place.people[-1].watch.allowed.append("429")
    await officer.say("sửa 1.1")
    page, keys = officer.page, list[str]()

    async def full(route: Route) -> None:
        keys.append((route.request.post_data or "").split("key=")[1][:32])
        if len(keys) > 2:
            await route.continue_()
        else:
            await route.fulfill(status=429, headers={"Retry-After": "1"}, body="full")

    await page.route("**/chat", full)
    await page.locator("#nay button.option").first.tap()
    await expect(page.locator("#offline")).to_contain_text("đang bận")
    await expect(page.get_by_text("Mất kết nối")).to_be_hidden()
    await expect(page.locator("#p-log")).to_contain_text("Đã ghi nhận 1.1")
    await expect(page.locator("#offline")).to_be_hidden()
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert place.stored.times_given("HQN")["1.1"] == 1


async def test_a_session_that_was_ended_elsewhere_leads_to_the_first_page(place: Place) -> None:
    """Caught when seeded: a page that goes on as if somebody were signed in."""
    officer = await place.officer("HQN", 66)
    person = place.people[-1]
    tab = await person.context.new_page()
    await tab.goto("/phien")
    await tab.get_by_role("button", name="Đăng xuất").tap()
    await expect(officer.page.locator("h1")).to_contain_text("Tự chấm điểm mức độ xây dựng")
    await expect(officer.page.locator("#nay")).to_have_count(0)


async def test_the_invite_can_be_accepted_without_scrolling_and_no_target_is_small(place: Place) -> None:
    """Caught when seeded: the main button below the fold."""
    page = (await place.someone()).page
    await page.goto(place.invite("HQN"))
    await expect(page.locator("button.main")).to_be_in_viewport(ratio=1)
    assert await page.evaluate("scrollY") == 0
    order = "a => document.querySelector('#name').compareDocumentPosition(a) & Node.DOCUMENT_POSITION_FOLLOWING"
    assert await page.locator("button.main").evaluate(order)
    for target in await page.locator("main :is(button, a, input:not([type=hidden]), summary)").all():
        box = await target.bounding_box()
        assert box is not None
        assert box["height"] >= 48, await target.inner_text()
    await page.locator("button.main").tap()  # without a name: the field comes into sight above the button
    field, main = await page.locator("#name").bounding_box(), await page.locator("button.main").bounding_box()
    assert field is not None
    assert main is not None
    assert field["y"] + field["height"] <= main["y"]


async def test_the_whole_menu_is_in_sight_or_scrolls(place: Place) -> None:
    """Caught when seeded: the last entries below the edge."""
    page = (await place.officer("HQN", 67)).page
    await page.locator(".menu summary").tap()
    last = page.locator(".menu nav button").last
    await last.scroll_into_view_if_needed()
    await expect(last).to_be_in_viewport(ratio=1)
    box = await page.locator(".menu nav").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 740
