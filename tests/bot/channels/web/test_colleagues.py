"""What colleagues answered stands between what was said here, newest last, and nowhere else.

Checked once against: lines of one's own answers, lines on older pages, lines without end: each failed here.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from web_page.browser import Browser

from bot.channels.web.colleagues import MOST

Join = Callable[[str, str], Awaitable[Browser]]


@pytest.fixture
async def second(join: Join) -> Browser:
    """Another officer of the first unit."""
    return await join("w3", "Trần Văn Bình")


async def answers(browser: Browser, criterion: str, text: str = "1") -> None:
    browser.stage.clock.now += timedelta(minutes=1)
    await browser.does(text=f"sửa {criterion}")
    await browser.does(text=text)


def told(browser: Browser) -> list[str]:
    """The lines about colleagues, in the page's order."""
    found = re.findall(r'<li class="told">(.*?)</li>', browser.page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in found]


async def test_an_answer_is_told_with_who_what_points_and_when(browser: Browser, second: Browser) -> None:
    await browser.does(text="sửa 1.2.1")
    await answers(second, "1.1")
    await answers(second, "2.1.1", "45/50")
    await browser.open()
    lines = [line.rpartition(" · ") for line in told(browser)]
    assert [line for line, _, _ in lines] == [
        "Trần Văn Bình đã ghi 1.1: Có ban hành → 2/2 điểm",
        "Trần Văn Bình đã ghi 2.1.1: 45/50 = 90% → 4,5/5 điểm",
    ]
    assert all(re.fullmatch(r"0[89]:[0-5][0-9] 05/01", at) for _, _, at in lines)
    assert "Đã xong <b>2/38</b>" in browser.page
    assert browser.page.index("đã ghi <b>2.1.1</b>") < browser.page.index('id="nay"')
    assert "1.2.1" in browser.live


async def test_ones_own_answers_are_not_told_again(browser: Browser, second: Browser) -> None:
    await second.does(text="sửa 1.3")
    await answers(browser, "1.1")
    assert told(browser) == []
    await second.open()
    assert [line.split(":")[0] for line in told(second)] == ["Nguyễn Thị Hòa đã ghi 1.1"]


async def test_a_line_stands_where_it_belongs_in_time(browser: Browser, second: Browser) -> None:
    await answers(browser, "1.1")
    await answers(second, "1.2.1")
    await answers(browser, "1.3")
    places = [browser.page.index(one) for one in ("Đã ghi nhận 1.1", "đã ghi <b>1.2.1</b>", "Đã ghi nhận 1.3")]
    assert places == sorted(places)


async def test_what_was_answered_before_the_first_entry_is_not_news(join: Join, browser: Browser) -> None:
    await answers(browser, "1.1")
    browser.stage.clock.now += timedelta(minutes=1)
    late = await join("w4", "Người Đến Sau")
    await late.does(text="sửa 1.3")
    assert told(late) == []


async def test_a_group_taken_as_exempt_is_one_line_with_the_points_of_the_group(
    browser: Browser, second: Browser
) -> None:
    await browser.does(text="sửa 1.2.1")
    await second.does(text="sửa 2.3.1")
    await second.press("trường hợp miễn")
    await second.press("Dùng căn cứ gợi ý")
    await browser.open()
    (line,) = told(browser)
    assert line.startswith("Trần Văn Bình đã ghi 2.3: tính điểm tối đa theo quy định → 7/7 điểm")


async def test_of_many_answers_the_newest_are_told_and_the_others_counted(browser: Browser, second: Browser) -> None:
    ids = ("1.1", "1.2.1", "1.2.2", "1.3", "1.4.1", "1.4.2", "1.4.3", "1.4.4", "1.4.5", "2.4.1")
    await browser.does(text="sửa 3.1")
    for one in ids:
        await answers(second, one)
    await browser.open()
    lines = told(browser)
    assert lines[0] == f"Trước đó đồng nghiệp đã ghi {len(ids) - MOST} câu khác."
    assert [line.split(":")[0].rpartition(" ")[2] for line in lines[1:]] == list(ids[-MOST:])


async def test_an_older_page_has_no_news(browser: Browser, second: Browser) -> None:
    for _ in range(21):
        await browser.does(text="không hiểu gì")
        await browser.does(text="/diem")
        await browser.does(text="/chuanbi")
    await answers(second, "1.1")
    await browser.open()
    assert len(told(browser)) == 1
    before = browser.page.split('href="/chat?truoc=')[1].split('"')[0]
    await browser.open(f"/chat?truoc={before}")
    assert told(browser) == []


async def test_another_unit_hears_nothing(browser: Browser, colleague: Browser) -> None:
    await colleague.does(text="sửa 1.3")
    await answers(browser, "1.1")
    await colleague.open()
    assert told(colleague) == []


async def test_a_name_is_shown_as_text(join: Join, browser: Browser) -> None:
    await browser.does(text="sửa 3.1")
    hostile = await join("w5", "<b>Ai</b> đó")
    await answers(hostile, "1.1")
    assert "&lt;b&gt;Ai&lt;/b&gt; đó đã ghi" in await browser.open()


async def test_the_page_knows_the_version_that_the_live_line_tells(browser: Browser, second: Browser) -> None:
    async def version() -> int:
        headers = browser.headers | {"Accept": "application/json"}
        async with browser.client.get("/chat/live", headers=headers) as answer:
            return int((await answer.json())["version"])

    def shown() -> int:
        return int(browser.page.split('data-newest="')[1].split('"')[0])

    await browser.open()
    assert shown() == await version()
    await answers(second, "1.1")
    assert await version() > shown()
    await browser.open()
    assert shown() == await version()
