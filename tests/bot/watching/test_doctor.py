"""The doctor: what it says of a sick installation, in words that exist, without a secret, running service or not.

Checked once against: the redaction of findings left out (a Bot API that quotes the token), the exit status taken from
the last finding alone, a damaged page not looked for, any HTTP server at our port taken for ours, a clock asked for its
year alone: each failed here.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from fake_bot_api.server import FakeBotApi
from scripted_channel.channel import ABLE, ScriptedChannel

from bot.channels.checked import Checked
from bot.channels.contract import Failure, SendFailed
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.webhook import PATH
from bot.watching.checks import examine
from bot.watching.found import Found, found
from bot.watching.of_database import of_database
from bot.watching.of_machine import of_disks
from bot.watching.of_network import of_channels, of_listener, of_web
from bot.watching.premises import Premises
from storage.single import hold_database

NOW = datetime(2026, 1, 10, 2, 0, tzinfo=UTC)
NAMES = {"agency": "Sở Thông tin và Truyền thông", "agency_short": "Sở TTTT", "province": "Quảng Bình",
         "contact_name": "", "contact_phone": "", "site_url": ""}  # fmt: skip


def premises(folder: Path, **more: Any) -> Premises:
    path = folder / "tucham.db"
    return Premises(
        database_url=f"sqlite:///{path}",
        database=path,
        files=folder / "files",
        backups=folder / "backups",
        backs_up=False,
        zone=ZoneInfo("Asia/Ho_Chi_Minh"),
        names=NAMES,
        **more,
    )


@pytest.fixture
def here(sqlite_file_url: str, tmp_path: Path) -> Premises:
    """An installation whose database is migrated and empty."""
    assert sqlite_file_url.endswith(f"{tmp_path}/tucham.db")
    return premises(tmp_path)


def states(findings: tuple[Found, ...]) -> dict[str, str]:
    """What is not well, by name."""
    return {one.name: one.state for one in findings if one.state != "ok"}


def named(findings: tuple[Found, ...], name: str) -> Found:
    return next(one for one in findings if one.name == name)


# --- database ---------------------------------------------------------------------------------------------------------


async def test_an_empty_database_is_well_but_for_what_is_not_set_up(here: Premises) -> None:
    assert states(await of_database(here, NOW)) == {"process": "warn", "backup": "warn"}


async def test_a_new_folder_is_no_sickness_and_nothing_is_made_in_it(tmp_path: Path) -> None:
    assert states(await of_database(premises(tmp_path / "new"), NOW)) == {"database": "warn", "process": "warn"}
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - a look at what is there


async def test_a_service_that_runs_is_named_by_its_process(here: Premises) -> None:
    with hold_database(here.database_url):
        process = named(await of_database(here, NOW), "process")
    assert (process.state, str(os.getpid()) in process.what) == ("ok", True)
    assert named(await of_database(here, NOW), "process").state == "warn"


@pytest.mark.parametrize(("revision", "code"), [("0002", "cũ"), ("9999", "mới hơn")])
async def test_another_schema_is_told_with_what_to_do(here: Premises, revision: str, code: str) -> None:
    with sqlite3.connect(here.database_url.removeprefix("sqlite:///")) as conn:
        conn.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    conn.close()
    schema = named(await of_database(here, NOW), "schema")
    assert (schema.state, code in schema.what) == ("bad", True)


def overwrite(path: Path, table: str) -> None:
    """Overwrite the first page of a table: it cannot even be read through."""
    with sqlite3.connect(path) as conn:
        (page,) = conn.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = conn.execute("PRAGMA page_size").fetchone()
    conn.close()
    whole = bytearray(path.read_bytes())
    whole[(page - 1) * size : page * size] = b"\xff" * size
    path.write_bytes(whole)


def lose_pages(path: Path) -> None:
    """Claim free pages that are not there: only who looks for it sees it."""
    whole = bytearray(path.read_bytes())
    whole[36:40] = (7).to_bytes(4, "big")
    path.write_bytes(whole)


async def test_a_damaged_file_is_found_out(here: Premises) -> None:
    lose_pages(Path(here.database_url.removeprefix("sqlite:///")))
    integrity = named(await of_database(here, NOW), "integrity")
    assert (integrity.state, "Bị hỏng" in integrity.what) == ("bad", True)


async def test_a_file_too_damaged_to_be_read_through_is_found_out(here: Premises) -> None:
    overwrite(Path(here.database_url.removeprefix("sqlite:///")), "answers")
    integrity = named(await of_database(here, NOW), "integrity")
    assert (integrity.state, "Bị hỏng" in integrity.what) == ("bad", True)


async def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "tucham.db").write_bytes(b"not a database at all" * 200)
    database = named(await of_database(premises(tmp_path), NOW), "database")
    assert database.state == "bad"
    assert "\n" not in database.what


# --- machine ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("free", "state"), [(50 * 10**9, "ok"), (9 * 10**9, "warn"), (900 * 10**6, "warn"), (199 * 10**6, "bad")]
)
def test_the_room_on_a_disk_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free: int, state: str) -> None:
    class Usage:
        total = 100 * 10**9

    Usage.free = free  # type: ignore[attr-defined]
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage)
    (one,) = of_disks({"files": tmp_path / "not/there/yet"})
    assert one.state == state


def test_a_folder_that_cannot_be_written_to_is_bad(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    (one,) = of_disks({"backups": tmp_path})
    assert one.state == "bad"


async def test_a_clock_of_another_century_is_bad(here: Premises) -> None:
    findings = await examine(here, {}, datetime(1970, 1, 1, tzinfo=UTC))
    assert named(findings, "clock").state == "bad"
    assert named(findings, "documents").state == "ok"
    assert named(await examine(here, {}, NOW), "clock").state == "ok"


async def test_a_clock_that_is_behind_what_was_recorded_is_bad(here: Premises) -> None:
    path = str(here.database)
    with sqlite3.connect(path) as database:
        add = "INSERT INTO updates (channel, bot, key, at, state) VALUES ('cli', '', ?, ?, 'done')"
        database.executemany(add, [(str(n), int(NOW.timestamp()) * 1000 + n * 60_000) for n in range(3)])
    database.close()
    assert "clock" not in states(await of_database(here, NOW))
    assert "clock" not in states(await of_database(here, NOW - timedelta(minutes=2)))
    behind = named(await of_database(here, NOW - timedelta(minutes=8)), "clock")
    assert (behind.state, "Chậm 10 phút" in behind.what, "09:02 10/01/2026" in behind.what) == ("bad", True, True)


async def test_a_clock_unlike_that_of_a_platform_is_bad(tmp_path: Path) -> None:
    async with FakeBotApi(strict=False) as api:
        channel = TelegramChannel(api.token, api_base=api.base_url)
        asked = {"telegram": channel}
        try:
            now = datetime.now(UTC)  # noqa: TID251 - the platform's clock is the machine's here
            assert "clock" not in states(await of_channels(premises(tmp_path), asked, now))
            slow = await of_channels(premises(tmp_path), asked, now - timedelta(minutes=3))
        finally:
            await channel.close()
    assert (named(slow, "clock").state, "giờ của Telegram" in named(slow, "clock").what) == ("bad", True)


# --- network ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, "ok"),
        ({"site": True, "public_url": "http://tucham.example.gov.vn"}, "bad"),
        ({"site": True, "public_url": "https://tucham.example.gov.vn"}, "warn"),
        ({"site": True, "public_url": "http://127.0.0.1:1"}, "warn"),
    ],
)
async def test_the_public_address_must_be_safe_and_open(tmp_path: Path, more: dict[str, Any], state: str) -> None:
    assert (await of_web(premises(tmp_path, **more))).state == state


@asynccontextmanager
async def somebody(status: int, told: dict[str, Any]) -> AsyncIterator[str]:
    """Somebody who answers every address; yields host and port."""

    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(told, status=status)

    app = web.Application()
    app.add_routes([web.get("/{path:.*}", answer)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "told", "state", "word"),
    [
        (200, {"status": "ok", "channels": {}}, "ok", "khỏe"),
        (503, {"status": "ill", "channels": {}}, "bad", "không khỏe"),
        (200, {"status": "up"}, "bad", "chương trình khác"),
    ],
)
async def test_whoever_has_our_port_is_told_apart(
    tmp_path: Path, status: int, told: dict[str, Any], state: str, word: str
) -> None:
    async with somebody(status, told) as address:
        listener = await of_listener(premises(tmp_path, listen=address))
    assert (listener.state, word in listener.what) == (state, True)
    assert (await of_listener(premises(tmp_path, listen=address))).state == "ok", "the port is free again"


async def test_a_port_taken_by_something_that_speaks_no_http_is_found_out(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        assert (await of_listener(premises(tmp_path, listen=address))).state == "bad"


class Asked:
    """A channel that answers as told."""

    capabilities = ABLE

    def __init__(self, *told: Checked, fails: SendFailed | None = None) -> None:
        self._told = told
        self._fails = fails

    async def check(self) -> tuple[Checked, ...] | None:
        if self._fails is not None:
            raise self._fails
        return self._told or None


async def test_a_channel_that_cannot_sign_in_is_bad_and_one_without_words_is_well(tmp_path: Path) -> None:
    refused = Asked(fails=SendFailed(Failure.RETRY, "535 authentication failed"))
    (login,) = await of_channels(premises(tmp_path), {"mail": refused})  # type: ignore[dict-item]
    assert login == found("mail_login", "bad", "failed", reason="535 authentication failed")
    (login,) = await of_channels(premises(tmp_path), {"mail": Asked()})  # type: ignore[dict-item]
    assert login.state == "ok"
    (web_channel,) = await of_channels(premises(tmp_path), {"web": ScriptedChannel(name="web")})
    assert web_channel.state == "ok"


async def test_telegram_is_asked_for_token_webhook_and_quota(tmp_path: Path) -> None:
    async with FakeBotApi(strict=False) as api:
        known = TelegramChannel(api.token, api_base=api.base_url)
        unknown = TelegramChannel("1:AAA-nobody-has-this-token-at-all", api_base=api.base_url)
        pushed = TelegramChannel(
            api.token, api_base=api.base_url, mode="webhook", webhook_secret="s" * 32, public_url="https://x.example"
        )
        try:
            polls = premises(tmp_path)
            assert states(await of_channels(polls, {"telegram": known})) == {}
            assert states(await of_channels(polls, {"telegram": unknown})) == {"telegram_token": "bad"}
            assert states(await of_channels(polls, {"telegram": pushed})) == {"telegram_webhook": "bad"}
            await pushed.set_webhook()
            (*_, webhook, _quota) = await of_channels(polls, {"telegram": pushed})
            assert webhook.state == "ok"
            (*_, webhook, quota) = await of_channels(replace(polls, rates=(31, 1, 20)), {"telegram": known})
            assert (webhook.state, PATH in webhook.what, quota.state) == ("warn", True, "warn")
            assert "của Telegram (30, 1, 20)" in quota.what
        finally:
            for channel in (known, unknown, pushed):
                await channel.close()


async def test_a_platform_that_cannot_be_reached_is_told_apart_from_one_that_refuses(tmp_path: Path) -> None:
    channel = TelegramChannel("1:AAA-nobody-has-this-token-at-all", api_base="http://127.0.0.1:9")
    try:
        token, _quota = await of_channels(premises(tmp_path), {"telegram": channel})
    finally:
        await channel.close()
    assert (token.state, "Không tới được" in token.what) == ("bad", True)


async def test_a_look_that_fails_hides_no_other(here: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.watching.checks.of_machine", _broken)
    findings = await examine(here, {}, NOW + timedelta(days=1))
    assert named(findings, "failed").state == "bad"
    assert named(findings, "database").state == "ok"
    assert named(findings, "listener").state == "ok"


async def _broken(_premises: Premises, _now: datetime) -> tuple[Found, ...]:
    raise KeyError("a bug")
