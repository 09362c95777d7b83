"""The live line: a change is heard soon and once, whoever made it; the end of a session or of the service ends it.

Checked once against: no look at the database, a change told to every chat, a line that outlives its session, streams
without a limit: each failed here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import ClientResponse, web
from site_bench.browser import Browser, SiteBench, site_on
from talk.stage import Stage

from bot.conversation.access import Action
from bot.conversation.events import Incoming, Typed
from bot.site.live import LINES_EACH
from bot.site.route import OpenRoute, Route, Visitor
from bot.site.site import Site

CODE = "K7Q29XPM"
SOON_S = 5.0


def lines(site: Site) -> Iterable[Route | OpenRoute]:
    async def chat(request: web.Request, visitor: Visitor) -> web.StreamResponse:
        return await site.live.stream(request, f"chat:{visitor.chat.id}")

    async def board(request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        return await site.live.stream(request, "board")

    return (Route("GET", "/line", Action.SESSIONS, chat), Route("GET", "/board-line", Action.SESSIONS, board))


@pytest.fixture
async def bench(stage: Stage) -> AsyncIterator[SiteBench]:
    async with site_on(stage, lines) as made, running(made):
        yield made


@asynccontextmanager
async def running(bench: SiteBench) -> AsyncIterator[None]:
    task = asyncio.create_task(bench.site.live.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Heard:
    """An open stream as a page hears it."""

    def __init__(self, response: ClientResponse) -> None:
        self.response = response

    async def event(self) -> dict[str, str]:
        """The next event or comment, {} when the stream is over."""
        found: dict[str, str] = {}
        async with asyncio.timeout(SOON_S):
            while line := (await self.response.content.readline()).decode():
                name, _, value = line.rstrip("\n").partition(": ")
                if line == "\n":
                    if "retry" not in found:
                        return found
                    found = {}
                else:
                    found[name] = value
        return {}


@asynccontextmanager
async def heard(bench: SiteBench, browser: Browser, path: str = "/line", **headers: str) -> AsyncIterator[Heard]:
    told = {"Accept": "text/event-stream", "Cookie": f"tucham={browser.cookies['tucham']}"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    async with bench.http.get(bench.root + path, headers=told) as response:
        yield Heard(response)


async def says(bench: SiteBench, browser: Browser, key: str, text: str = "1") -> int:
    """Somebody types; their chat's number."""
    found = await bench.site.visitors.find(browser.cookies["tucham"])
    assert found is not None
    await bench.stage.intake.settle(Incoming("web", "site", key, found.chat.address, Typed(text), pulled=True))
    return found.chat.id


async def opened(bench: SiteBench, count: int) -> None:
    """Wait until so many streams are open."""
    async with asyncio.timeout(SOON_S):
        while len(bench.site.live) != count:  # noqa: ASYNC110 - nobody tells how many there are
            await asyncio.sleep(0.01)


async def test_a_change_is_heard_by_its_own_chat_only(bench: SiteBench, stage: Stage) -> None:
    await stage.invite("AAAA2222", "colleague", "SYT")
    mine, other = await bench.joined(CODE), await bench.joined("AAAA2222", "Bình")
    async with heard(bench, mine) as here, heard(bench, other) as there:
        await opened(bench, 2)
        await says(bench, mine, "k1")
        event = await here.event()
        assert event["event"] == "changed"
        assert event["id"] == event["data"]
        assert int(event["id"]) > 0
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await there.event()


async def test_a_colleagues_answer_is_heard_by_the_unit_and_by_no_other(bench: SiteBench, stage: Stage) -> None:
    await stage.invite("AAAA2222", "colleague", "SDL")
    await stage.invite("BBBB3333", "officer", "SYT")
    mine, same, other = await bench.joined(CODE), await bench.joined("AAAA2222", "Bình"), await bench.joined("BBBB3333")
    await says(bench, mine, "k1", "sửa 1.1")
    async with heard(bench, same) as here, heard(bench, other) as there:
        await opened(bench, 2)
        await says(bench, mine, "k2", "1")
        assert (await here.event())["event"] == "changed"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await there.event()


async def test_a_change_is_told_once(bench: SiteBench) -> None:
    browser = await bench.joined(CODE)
    async with heard(bench, browser) as line:
        await opened(bench, 1)
        chat = await says(bench, browser, "k1")
        await line.event()
        bench.site.live.changed([chat])
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await line.event()


async def test_the_process_that_made_the_change_does_not_wait_for_the_next_look(stage: Stage) -> None:
    async with site_on(stage, lines, every=60) as bench, running(bench):
        browser = await bench.joined(CODE)
        async with heard(bench, browser) as line:
            await opened(bench, 1)
            bench.site.live.changed([await says(bench, browser, "k1")])
            assert (await line.event())["event"] == "changed"


async def test_what_changed_while_the_line_was_down_is_heard_on_coming_back(bench: SiteBench) -> None:
    browser = await bench.joined(CODE)
    headers = {"Accept": "application/json", "Cookie": f"tucham={browser.cookies['tucham']}"}
    async with bench.http.get(f"{bench.root}/line", headers=headers) as response:
        known = (await response.json())["version"]
    await says(bench, browser, "k1")
    async with heard(bench, browser, f"/line?since={known}") as line:
        newest = (await line.event())["id"]
    assert int(newest) > known
    async with heard(bench, browser, Last_Event_ID=str(known)) as line:
        assert (await line.event())["id"] == newest


async def test_the_board_hears_of_every_fact(bench: SiteBench, stage: Stage) -> None:
    await stage.invite("AAAA2222", "admin")
    admin = await bench.joined("AAAA2222", "Bình")
    async with heard(bench, admin, "/board-line") as line:
        await opened(bench, 1)
        await bench.joined(CODE)
        assert (await line.event())["event"] == "changed"


async def test_the_line_ends_with_the_session(bench: SiteBench) -> None:
    browser = await bench.joined(CODE)
    form = (await browser.get("/ra")).form("/ra")
    async with heard(bench, browser) as line:
        await opened(bench, 1)
        await browser.post("/ra", form.fields)
        assert (await line.event())["event"] == "ended"
        assert await line.event() == {}


async def test_a_session_ended_elsewhere_ends_the_line_at_the_next_beat(stage: Stage) -> None:
    async with site_on(stage, lines, beat=0.05) as bench, running(bench):
        browser = await bench.joined(CODE)
        async with heard(bench, browser) as line:
            assert await line.event() == {"": "still here"}
            stage.clock.now = stage.clock.now.replace(year=2027)
            seen = [await line.event() for _ in range(3)]
            assert {"event": "ended", "data": "0"} in seen


async def test_the_service_stops_without_waiting_for_the_lines(bench: SiteBench) -> None:
    browser = await bench.joined(CODE)
    async with heard(bench, browser) as line:
        await opened(bench, 1)
        bench.site.live.close()
        assert await line.event() == {}
    async with heard(bench, browser) as line:
        assert line.response.status == 503


async def test_one_session_opens_only_so_many_lines(bench: SiteBench) -> None:
    browser = await bench.joined(CODE)
    async with heard(bench, browser), heard(bench, browser), heard(bench, browser), heard(bench, browser):
        await opened(bench, LINES_EACH)
        async with heard(bench, browser) as one_more:
            assert one_more.response.status == 429


async def test_a_line_is_refused_to_other_sites_and_to_strangers(bench: SiteBench) -> None:
    browser = await bench.joined(CODE)
    for headers in ({"Origin": "http://evil.test"}, {"Sec_Fetch_Site": "cross-site"}):
        async with heard(bench, browser, **headers) as line:
            assert line.response.status == 403
    stranger = bench.browser()
    stranger.cookies["tucham"] = "a" * 64
    async with heard(bench, stranger) as line:
        assert line.response.status == 401


async def test_a_line_carries_the_headers_of_every_answer(bench: SiteBench) -> None:
    browser = await bench.joined(CODE)
    async with heard(bench, browser) as line:
        assert line.response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert line.response.headers["Cache-Control"] == "no-store"
        assert line.response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Security-Policy" in line.response.headers
