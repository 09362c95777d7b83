"""The line drops and comes back: the page says so, loses nothing, and shows what happened meanwhile."""

import re

import pytest
from browsing.officer import is_question
from browsing.place import Place
from playwright.async_api import Route, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_dropped_line_shows_and_heals_and_a_press_meanwhile_counts_once(place: Place) -> None:
    """Caught when seeded: a press that was sent once and forgotten."""
    officer = await place.officer("STP", 81)
    person = place.people[-1]
    person.watch.allowed += ["ERR_INTERNET_DISCONNECTED", "ERR_NETWORK_CHANGED"]
    await officer.walk(is_question)
    asked, page = officer.card.id, officer.page
    told = page.locator("#offline")
    await expect(told).to_be_hidden()
    await person.context.set_offline(True)
    await expect(told).to_be_visible()
    await page.locator("#nay button.option").first.tap()
    await place.officer("STP", 82, name="Đồng Nghiệp Mới")
    await expect(page.locator("#nay h2")).to_contain_text(asked)
    await person.context.set_offline(False)
    await expect(told).to_be_hidden()
    await expect(page.locator("#p-log")).to_contain_text("Đồng Nghiệp Mới đã tham gia")
    await expect(page.locator("#p-log")).to_contain_text(f"Đã ghi nhận {asked}")
    assert place.stored.times_given("STP")[asked] == 1


async def test_where_the_line_is_refused_the_page_asks_now_and_then_and_shows_what_came(place: Place) -> None:
    """Caught when seeded: a line refused and asked for again at once, until nothing of the person is answered."""
    officer = await place.officer("STP", 83)
    person, refused = place.people[-1], list[str]()
    person.watch.allowed.append("429")

    async def refuse(route: Route) -> None:
        refused.append(route.request.url)
        await route.fulfill(status=429, headers={"Retry-After": "1"}, body="full")

    await person.page.route(re.compile(r"/chat/live\?since="), refuse)
    await person.page.clock.install()
    await officer.look_again()
    await place.officer("STP", 84, name="Đồng Nghiệp Khác")
    assert len(refused) == 1  # while that colleague joined
    await person.page.clock.run_for(10_500)
    await expect(person.page.locator("#p-log")).to_contain_text("Đồng Nghiệp Khác đã tham gia")
    await expect(person.page.locator("#offline")).to_be_hidden()
    assert len(refused) == 2
