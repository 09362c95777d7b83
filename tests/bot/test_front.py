"""Every address of the service against every role: the table stands here a second time, by hand.

Checked once against: the matrix opened to everybody with a role, files to be fetched without a look at the unit, an
address nobody put into this table: each failed here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from product_store.fixtures import sqlite_file_url, sqlite_template
from site_bench.browser import Browser, SiteBench, site_on
from talk.stage import SDL, SYT, Stage, staged

from bot.board.pages import Board
from bot.channels.web.downloads import Downloads
from bot.channels.web.receiving import Receiving
from bot.conversation.events import Filed
from bot.evidence.room import Evidence, FileRoom
from bot.house import utcnow
from bot.site.doors import doors
from bot.site.route import OpenRoute, Route
from bot.site.site import Site
from storage.blobs import Blobs

__all__ = ["sqlite_file_url", "sqlite_template", "stage"]

CODE, FILING = "K7Q29XPM", "GGGG2222"
UNIT_ROLES = ("officer", "colleague", "leader")
OFFICE = ("reviewer", "admin")
EVERYBODY = UNIT_ROLES + OFFICE
GETS = {
    "/chat": EVERYBODY,
    "/chat/part": EVERYBODY,
    "/chat/live": EVERYBODY,
    "/tep/{id}": ("officer", "leader", *OFFICE),
    "/bang": OFFICE,
    "/bang/ma-tran": OFFICE,
    "/bang/xep-hang": OFFICE,
    "/bang/tieu-chi": OFFICE,
    "/bang/don-vi/{code}": OFFICE,
    "/bang/live": OFFICE,
    "/phien": EVERYBODY,
}
POSTS = frozenset({"/chat", "/chat/tep", "/phien"})
"""Open to everybody with a role: what they may do there is decided by the conversation's own table."""


def every_route(site: Site, folder: Path) -> list[Route | OpenRoute]:
    """All addresses as the service joins them."""
    blobs = Blobs(folder)
    chat = Receiving(site, FileRoom(site.store, Evidence(blobs)))
    board = Board(site, site.store, utcnow, ZoneInfo("Asia/Ho_Chi_Minh"))
    return [*chat.routes(), *Downloads(site.store, blobs).routes(), *board.routes(), *doors(site)]


@pytest.fixture
async def stage(sqlite_file_url: str) -> AsyncIterator[Stage]:
    """An office with two units and an open cycle."""
    async with staged(sqlite_file_url) as made:
        await made.open_office(SDL, SYT)
        yield made


@pytest.fixture
async def bench(stage: Stage, tmp_path: Path) -> AsyncIterator[SiteBench]:
    """The whole service on loopback; an officer of the first unit has handed in a file, which is the first text."""
    async with site_on(stage, lambda site: every_route(site, tmp_path)) as made:
        await stage.invite(FILING, "officer", "SDL")
        await stage.joins("An", FILING)
        digest = Blobs(tmp_path).put(b"%PDF-1.4 one page")
        await stage.does("An", Filed(digest, "quyet-dinh.pdf", "application/pdf", 17, criterion="1.1"))
        yield made


async def somebody(bench: SiteBench, role: str, unit: str = "SDL") -> Browser:
    await bench.stage.invite(CODE, role, unit if role in UNIT_ROLES else None)
    return await bench.joined(CODE)


async def statuses(browser: Browser) -> dict[str, int]:
    found = {}
    for path in GETS:
        found[path] = (await browser.get(path.replace("{id}", "1").replace("{code}", "SDL"))).status
    return found


def test_every_address_stands_in_the_table_and_no_other(bench: SiteBench, tmp_path: Path) -> None:
    found = {(one.method, one.path) for one in every_route(bench.site, tmp_path) if isinstance(one, Route)}
    assert found == {("GET", path) for path in GETS} | {("POST", path) for path in POSTS}


@pytest.mark.parametrize("role", EVERYBODY)
async def test_each_role_opens_what_it_may_and_nothing_else(bench: SiteBench, role: str) -> None:
    browser = await somebody(bench, role)
    assert await statuses(browser) == {path: 200 if role in may else 403 for path, may in GETS.items()}


@pytest.mark.parametrize("role", UNIT_ROLES)
async def test_nobody_fetches_the_files_of_another_unit(bench: SiteBench, role: str) -> None:
    browser = await somebody(bench, role, "SYT")
    assert (await browser.get("/tep/1")).status == 403
    assert (await browser.get("/tep/2")).status == 404


async def test_a_stranger_is_sent_to_the_door_from_everywhere(bench: SiteBench) -> None:
    assert set((await statuses(bench.browser())).values()) == {303}


async def test_a_file_comes_as_a_download_with_its_bytes_and_runs_nothing(bench: SiteBench) -> None:
    page = await (await somebody(bench, "reviewer")).get("/tep/1")
    assert page.text == "%PDF-1.4 one page"
    assert page.headers["Content-Disposition"].startswith('attachment; filename="quyet-dinh.pdf"')
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in page.headers["Content-Security-Policy"]
