"""Two officers of one unit, each in a browser of their own."""

import pytest
from browsing.officer import is_question
from browsing.place import Place
from playwright.async_api import expect

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_two_officers_see_each_other_and_nobody_overwrites_unseen(place: Place) -> None:
    """Caught when seeded: an answer written over a colleague's without asking."""
    first = await place.officer("SYT", 21, name="Lê Thị Cúc")
    second = await place.officer("SYT", 22, name="Bùi Văn Nam")
    await expect(first.page.locator("#p-log")).to_contain_text("Bùi Văn Nam đã tham gia")  # by itself
    await first.see()
    for officer in (first, second):
        await officer.walk(is_question)
        await officer.say("sửa 1.1")
    await first.choose(0)
    await expect(second.page.locator("#p-head")).to_contain_text("1/38")
    await second.choose(1)
    assert "đồng nghiệp của anh/chị (Lê Thị Cúc) đã trả lời" in second.card.text
    assert "Có ban hành → 2/2 điểm" in second.card.text
    assert place.stored.answers("SYT")["1.1"]["option"] == "yes"
    await second.press("Ghi: Chưa ban hành")
    assert place.stored.answers("SYT")["1.1"]["option"] == "no"
    await first.say("sửa 1.1")
    assert "Đang ghi: Chưa ban hành → 0/2 điểm (Bùi Văn Nam" in first.card.text
