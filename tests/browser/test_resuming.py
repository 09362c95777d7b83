"""Nothing depends on the page that happens to be open: a reload and another device show the same question."""

import re

import pytest
from browsing.officer import WebOfficer, is_question
from browsing.place import Place
from playwright.async_api import Page, expect

pytestmark = pytest.mark.asyncio(loop_scope="session")
LINK = re.compile(r"http://\S+/vao/[A-Za-z0-9_-]+")


async def other_device(place: Place, officer: WebOfficer) -> WebOfficer:
    """The same officer at another device, by the link that /dangnhap gives."""
    card = await officer.say("/dangnhap")
    found = LINK.search("\n".join((*card.history, card.text)))
    assert found
    device = await place.someone()
    await device.page.goto(found[0])
    await device.page.locator("button.main").tap()
    await device.page.wait_for_selector("#nay")
    again = await place.someone()
    again.watch.allowed.append("404")
    answer = await again.page.goto(found[0])
    assert answer is not None
    assert answer.status == 404  # it opens one device, once
    return WebOfficer(device.page, officer.plan)


async def check_same(officer: WebOfficer, device: WebOfficer) -> None:
    """After a reload, and at the other device, there is the same card under the same history."""
    shown = officer.card.face
    assert (await officer.look_again()).face == shown
    assert (await device.look_again()).face == shown


async def on_its_own(page: Page, words: str) -> None:
    """The page shows these words without anybody doing anything there."""
    await expect(page.locator("#nay")).to_contain_text(words)


async def test_a_reload_and_a_second_device_show_the_same_question_and_history(place: Place) -> None:
    """Caught when seeded: a sign-in link that opened a chat of its own."""
    officer = await place.officer("SNV", 31)
    officer.claims = "thanh tra"
    device = await other_device(place, officer)
    await officer.say("/tieptuc")
    await check_same(officer, device)  # an opening question
    await officer.walk(lambda card: "Căn cứ tính điểm tối đa" in card.text)
    await check_same(officer, device)
    await officer.walk(is_question)
    await check_same(officer, device)  # a choice
    await officer.press_more("Thêm ghi chú")
    await on_its_own(device.page, "nhập ghi chú")
    await check_same(officer, device)
    await officer.say("Kế hoạch số 12/KH-SNV")
    await officer.press_more("Thêm tài liệu")
    await check_same(officer, device)
    await officer.press("Thôi")
    await officer.say("sửa 2.1.1")
    assert officer.card.boxes
    await check_same(officer, device)  # a ratio
    await officer.page.fill("#f-p", "0,9")
    await officer.press("Ghi nhận")
    assert "doubt" in officer.card.looks
    await check_same(officer, device)
    await officer.press("90%")
    assert (await device.look_again()).id == officer.card.id
