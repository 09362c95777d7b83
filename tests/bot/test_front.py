"""Every address of the service against every role: the table stands here a second time, by hand.

Checked once against: the matrix opened to everybody with a role, files to be fetched without a look at the unit, an
address nobody put into this table: each failed here.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from board_office.reached import means_of, send
from product_store.fixtures import sqlite_file_url, sqlite_template
from site_bench.browser import Browser, SiteBench, site_on
from sqlalchemy import Connection, select
from talk.stage import NAMES, SDL, SYT, ZONE, Stage, staged

from bot.board.office import Office
from bot.board.pages import Board
from bot.board.sending import Sending
from bot.board.stationery import Stationery
from bot.channels.web.downloads import Downloads
from bot.channels.web.receiving import Receiving
from bot.conversation.events import Filed
from bot.evidence.room import Evidence, FileRoom
from bot.front import lay_out
from bot.house import utcnow
from bot.site.doors import doors
from bot.site.fetches import Fetches
from bot.site.route import OpenRoute, Route
from bot.site.site import Site
from bot.site.uploads import Uploads
from storage import outbox
from storage.blobs import Blobs
from storage.rows import NewOutboxRow
from storage.schema import chats, roles

__all__ = ["sqlite_file_url", "sqlite_template", "stage"]

CODE, FILING, OTHER = "K7Q29XPM", "GGGG2222", "M3P8WXYZ"
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
    "/bang/don-vi": ("admin",),
    "/bang/nguoi-dung": ("admin",),
    "/bang/nguoi-dung/{id}": ("admin",),
    "/bang/nguoi-dung/{id}/gop": ("admin",),
    "/bang/dot": ("admin",),
    "/bang/gui-tin": OFFICE,
    "/bang/gui-tin/nhac": OFFICE,
    "/bang/gui-tin/da-gui": OFFICE,
    "/bang/gui-tin/{id}": OFFICE,
    "/bang/gui-tin/{id}/live": OFFICE,
    "/bang/gui-tin/{id}/goi-dien": OFFICE,
    "/bang/gui-tin/{id}/nguoi-nhan": OFFICE,
    "/phien": EVERYBODY,
}
OWN = frozenset({"/tep-gui/{id}/{digest}"})
"""Opened by everybody with a role, and only to what stands in their own chat."""
POSTS = frozenset({"/chat", "/chat/tep", "/phien"})
"""Open to everybody with a role: what they may do there is decided by the conversation's own table."""
ACTS = {
    "/bang/don-vi/so-sanh": ("admin",),
    "/bang/don-vi/thuc-hien": ("admin",),
    "/bang/nguoi-dung/{id}/thu-hoi": ("admin",),
    "/bang/nguoi-dung/{id}/ban-giao": ("admin",),
    "/bang/nguoi-dung/{id}/gop": ("admin",),
    "/bang/loi-moi": ("admin",),
    "/bang/loi-moi/phieu": ("admin",),
    "/bang/loi-moi/thu-hoi": ("admin",),
    "/bang/dot/gia-han": ("admin",),
    "/bang/dot/dong": ("admin",),
    "/bang/dot/mo-lai": ("admin",),
    "/bang/dot/mo": ("admin",),
    "/bang/dot/lich-nhac": ("admin",),
    "/bang/dot/phe-duyet": ("admin",),
    "/bang/gui-tin": ("admin",),
    "/bang/gui-tin/gui": ("admin",),
    "/bang/gui-tin/gui-thu": ("admin",),
    "/bang/gui-tin/{id}/dieu-khien": ("admin",),
    "/bang/gui-tin/{id}/gui-lai": ("admin",),
}
"""Acts of the office, and who may do them."""


def every_route(site: Site, folder: Path) -> list[Route | OpenRoute]:
    """All addresses as the service joins them."""
    blobs = Blobs(folder)
    chat = Receiving(site, FileRoom(site.store, Evidence(blobs)))
    board = Board(site, site.store, utcnow, ZONE)
    stationery = Stationery(lambda code: {"web": f"http://tucham.test/moi/{code}"}, lay_out, NAMES)
    office = Office(site, stationery, ZONE)
    return [
        *chat.routes(),
        *Downloads(site.store, blobs).routes(),
        *board.routes(),
        *office.routes(),
        *Sending(site, means_of(folder, site)).routes(),
        *Uploads(site, FileRoom(site.store, Evidence(blobs))).routes(),
        *Fetches(site, blobs).routes(),
        *doors(site),
    ]


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
        await send(stage)
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
    assert found == {("GET", path) for path in (*GETS, *OWN)} | {("POST", path) for path in (*POSTS, *ACTS)}


@pytest.mark.parametrize("role", EVERYBODY)
async def test_each_role_opens_what_it_may_and_nothing_else(bench: SiteBench, role: str) -> None:
    browser = await somebody(bench, role)
    assert await statuses(browser) == {path: 200 if role in may else 403 for path, may in GETS.items()}


@pytest.mark.parametrize("role", EVERYBODY)
async def test_each_role_sends_the_forms_it_may_and_no_others(bench: SiteBench, role: str) -> None:
    """An empty form of one who may is told what is missing; a form of anybody else goes no further than the door."""
    browser = await somebody(bench, role)
    csrf = (await browser.get("/phien")).form("/ra").fields["csrf"]
    for path, may in ACTS.items():
        sent = await browser.post(path.replace("{id}", "99"), {"csrf": csrf, "key": uuid.uuid4().hex})
        assert (sent.status == 403) == (role not in may), (path, sent.status)
        assert sent.status in (403, 400, 404, 409), (path, sent.status)


async def test_no_form_is_taken_without_our_sign_or_from_another_site(bench: SiteBench) -> None:
    """Every address that changes anything, asked by somebody who may use it."""
    browser = await somebody(bench, "admin")
    form = {"csrf": (await browser.get("/phien")).form("/ra").fields["csrf"], "key": uuid.uuid4().hex}
    for path in (*POSTS, *ACTS, "/ra", "/moi", f"/moi/{OTHER}"):
        asked = path.replace("{id}", "1")
        unsigned = await browser.post(asked, {"key": form["key"]})
        assert (unsigned.status, "chưa ghi được" in unsigned.text) == (403, True), path
        assert (await browser.post(asked, form, Origin="https://elsewhere.example")).status == 403, path


@pytest.mark.parametrize("role", UNIT_ROLES)
async def test_nobody_fetches_the_files_of_another_unit(bench: SiteBench, role: str) -> None:
    browser = await somebody(bench, role, "SYT")
    assert (await browser.get("/tep/1")).status == 403
    assert (await browser.get("/tep/2")).status == 404


async def test_a_stranger_is_sent_to_the_door_from_everywhere(bench: SiteBench) -> None:
    assert set((await statuses(bench.browser())).values()) == {303}
    assert (await bench.browser().get(f"/tep-gui/1/{'0' * 64}")).status == 303


async def test_a_file_sent_to_somebody_is_fetched_from_their_chat_and_from_no_other(
    bench: SiteBench, tmp_path: Path
) -> None:
    """Caught when seeded: the message looked for in every chat."""
    mine = await somebody(bench, "officer")
    await bench.stage.invite(OTHER, "admin")
    theirs = await bench.joined(OTHER)
    digest = Blobs(tmp_path).put(b"%PDF-1.4 a letter")
    file = {"digest": digest, "name": "Công văn.pdf", "media": "application/pdf"}
    chat = await bench.stage.store.read(_chat_of, "officer")
    body = {"html": "x", "card": "<p>x</p>", "file": file}
    (number,) = await bench.stage.store.run(
        outbox.put, [NewOutboxRow(chat, "reply", "message", body, 1, state="kept", settled_at=1)]
    )
    link = f"/tep-gui/{number}/{digest}"
    assert link in (await mine.get("/chat")).text
    page = await mine.get(link)
    assert (page.status, page.text) == (200, "%PDF-1.4 a letter")
    assert page.headers["Content-Disposition"].startswith("attachment; ")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert (await theirs.get(link)).status == 404
    assert (await mine.get(f"/tep-gui/{number}/{'0' * 64}")).status == 404
    assert (await mine.get(f"/tep-gui/{number}x/{digest}")).status == 404
    assert (await mine.get(f"/tep-gui/{(number or 0) + 1}/{digest}")).status == 404


def _chat_of(conn: Connection, role: str) -> int:
    found = select(chats.c.id).join(roles, roles.c.person_id == chats.c.person_id)
    return int(conn.execute(found.where(roles.c.role == role, chats.c.channel == "web")).scalar_one())


async def test_a_file_comes_as_a_download_with_its_bytes_and_runs_nothing(bench: SiteBench) -> None:
    page = await (await somebody(bench, "reviewer")).get("/tep/1")
    assert page.text == "%PDF-1.4 one page"
    assert page.headers["Content-Disposition"].startswith('attachment; filename="quyet-dinh.pdf"')
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in page.headers["Content-Security-Policy"]
