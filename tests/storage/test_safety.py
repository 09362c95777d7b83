"""A database that may lose or refuse what it acknowledges is not opened, and one that fails is reported as such."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from product_store.databases import Postgres, sqlite_url
from product_store.fixtures import opened
from product_store.seeds import NOW
from sqlalchemy import Connection, text

from storage import engines
from storage.errors import StoreNotReady, StoreUnavailable
from storage.store import Store
from storage.updates import note_update


def note(conn: Connection, key: str, size: int = 1) -> bool:
    return note_update(conn, "telegram", "bot", key * size, NOW)


def with_pragma(monkeypatch: pytest.MonkeyPatch, *pragmas: str) -> None:
    monkeypatch.setattr(engines, "WRITER_PRAGMAS", (*engines.WRITER_PRAGMAS, *pragmas))


@pytest.mark.parametrize("pragma", ["synchronous=NORMAL", "synchronous=OFF", "foreign_keys=OFF", "journal_mode=DELETE"])
async def test_sqlite_is_refused_when_it_could_lose_answers(
    sqlite_file_url: str, monkeypatch: pytest.MonkeyPatch, pragma: str
) -> None:
    with_pragma(monkeypatch, pragma)
    with pytest.raises(StoreNotReady, match=pragma.split("=")[0]):
        await Store(sqlite_file_url).open()


async def test_postgresql_is_refused_when_it_could_lose_answers(postgres: Postgres) -> None:
    url = await postgres.new_database()
    async with opened(url, writers=1) as store:
        name = await store.read(lambda conn: conn.execute(text("SELECT current_database()")).scalar())
    await postgres.command(f"ALTER DATABASE {name} SET synchronous_commit = off")
    with pytest.raises(StoreNotReady, match="synchronous_commit"):
        await Store(url, writers=1).open()
    await postgres.command(f"ALTER DATABASE {name} RESET synchronous_commit")
    await postgres.command(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(StoreNotReady, match="read-only"):
        await Store(url, writers=1).open()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "nonsense"])
def test_a_url_that_cannot_work_is_refused_at_once(url: str) -> None:
    with pytest.raises(StoreNotReady):
        Store(url)


async def test_a_missing_file_is_not_made_by_opening_it(tmp_path: Path) -> None:
    path = tmp_path / "tucham.db"
    with pytest.raises(StoreNotReady, match="migrate"):
        await Store(sqlite_url(path)).open()
    assert not path.exists()


async def test_a_server_that_is_not_there_is_not_ready(tmp_path: Path) -> None:
    with pytest.raises(StoreNotReady, match="reached"):
        await Store(f"postgresql:///x?host={tmp_path}", writers=1).open()


async def test_a_full_disk_refuses_what_does_not_fit_and_keeps_all_it_acknowledged(
    sqlite_file_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pragma(monkeypatch, "max_page_count=90")
    async with opened(sqlite_file_url) as store:
        outcomes = await asyncio.gather(*(store.run(note, f"{n:03}", 500) for n in range(200)), return_exceptions=True)
        stored = await store.read(lambda conn: conn.execute(text("SELECT count(*) FROM updates")).scalar())
        kept = sum(outcome is True for outcome in outcomes)
        assert 0 < kept < 200
        assert stored == kept
        assert sum(isinstance(outcome, StoreUnavailable) for outcome in outcomes) == 200 - kept
        assert not store.failed.is_set()


async def test_a_locked_file_is_an_outage_that_ends(sqlite_file_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_pragma(monkeypatch, "busy_timeout=20")
    async with opened(sqlite_file_url) as store:
        stray = sqlite3.connect(sqlite_file_url.removeprefix("sqlite:///"), isolation_level=None)
        try:
            stray.execute("BEGIN IMMEDIATE")
            outcomes = await asyncio.gather(*(store.run(note, str(n)) for n in range(20)), return_exceptions=True)
            assert {type(outcome) for outcome in outcomes} == {StoreUnavailable}
            stray.execute("ROLLBACK")
        finally:
            stray.close()
        assert await store.run(note, "1")


async def test_a_bug_in_a_statement_is_not_taken_for_an_outage(sqlite_store: Store) -> None:
    def wrong(conn: Connection) -> None:
        conn.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(Exception, match="nowhere") as caught:
        await sqlite_store.run(wrong)
    assert not isinstance(caught.value, StoreUnavailable)
