"""A browser on the real chat page: the site, the door and the store are the product's, only the clock is set."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from product_store.fixtures import sqlite_file_url, sqlite_template
from talk.stage import SDL, SYT, Stage, renderer, staged
from web_page.browser import Browser

from bot.channels.web import WebChannel
from bot.conversation.codes import hash_code
from bot.conversation.events import Agreed, Incoming
from bot.evidence.room import Evidence, FileRoom
from bot.site.live import Live
from bot.site.sessions import hash_token
from bot.site.site import Site
from storage.blobs import Blobs

__all__ = ["browser", "colleague", "here", "sqlite_file_url", "sqlite_template"]

CODE = "K7Q29XPM"
OTHER = "M3P8WXYZ"


@pytest.fixture
async def here(
    sqlite_file_url: str, tmp_path: Path
) -> AsyncIterator[tuple[Stage, TestClient[web.Request, web.Application]]]:
    """An office with two units, an open cycle and the page served on loopback."""
    async with staged(sqlite_file_url) as stage:
        await stage.open_office(SDL, SYT)
        await stage.invite(CODE, "officer", "SDL", uses=9)
        await stage.invite(OTHER, "officer", "SYT", uses=2)
        blobs = Blobs(tmp_path / "files")
        site = Site(
            store=stage.store,
            intake=stage.intake,
            renderer=renderer(),
            public_url="http://127.0.0.1",
            clock=stage.clock,
            live=Live(stage.store, stage.clock, every=0.05),
        )
        channel = WebChannel("http://127.0.0.1")
        channel.serve(site, FileRoom(stage.store, Evidence(blobs)), blobs)
        app = web.Application()
        app.add_routes(channel.routes())
        async with TestClient(TestServer(app)) as client:
            yield stage, client


async def joined(
    stage: Stage, client: TestClient[web.Request, web.Application], address: str, code: str, name: str
) -> Browser:
    """Somebody who agreed on the invite's page."""
    raw = f"{address}-raw-token".ljust(40, "x")
    agreed = Agreed(hash_code(code), hash_token(raw), "Firefox/Linux")
    await stage.intake.settle(
        Incoming("web", "site", f"agree-{address}", address, agreed, display_name=name, pulled=True)
    )
    made = Browser(client, stage, raw)
    await made.open()
    return made


Join = Callable[[str, str], Awaitable[Browser]]


@pytest.fixture
def join(here: tuple[Stage, TestClient[web.Request, web.Application]]) -> Join:
    """Lets one more officer of the first unit in, by address and name."""
    return lambda address, name: joined(*here, address, CODE, name)


@pytest.fixture
async def browser(here: tuple[Stage, TestClient[web.Request, web.Application]]) -> Browser:
    """The officer of the first unit, at the start."""
    return await joined(*here, "w1", CODE, "Nguyễn Thị Hòa")


@pytest.fixture
async def colleague(here: tuple[Stage, TestClient[web.Request, web.Application]]) -> Browser:
    """The officer of another unit."""
    return await joined(*here, "w2", OTHER, "Trần Văn Hùng")
