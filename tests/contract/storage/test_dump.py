"""What was dumped from either database comes back row by row in either, on one state, and with its doubts settled."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from backups.filling import everything, fill
from product_store.databases import Postgres, sqlite_url
from product_store.fixtures import opened
from product_store.seeds import DAY, NOW, seed_office, unit
from sqlalchemy import Connection, inspect, text

from storage import chats, dump, outbox, sessions, units
from storage.engines import is_lite
from storage.errors import DatabaseInUse, StoreNotReady
from storage.load_dump import Doubts, create, finish, is_empty, load_rows, replace_with
from storage.migrate import is_current, migrate, revision_of
from storage.rows import NewOutboxRow, NewSession
from storage.single import join
from storage.store import Store

Dumped = tuple[str, list[tuple[dump.TableDump, list[list[Any]]]]]
ASIDE = "20260105-080000Z"


@pytest.fixture
async def new_url(store_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database to restore into, of the other kind: none yet."""
    if not is_lite(store_url):
        return sqlite_url(tmp_path / "new" / "tucham.db")
    server: Postgres = request.getfixturevalue("postgres")
    return await server.new_database("empty")


def dumped(conn: Connection) -> Dumped:
    return revision_of(conn) or "", [
        (table, [json.loads(line) for chunk in dump.chunks_of(conn, table.name) for line in chunk.data.splitlines()])
        for table in dump.tables_of(conn)
    ]


def loading(what: Dumped, at: int = NOW) -> Callable[[Connection], Doubts]:
    def load(conn: Connection) -> Doubts:
        revision, tables = what
        create(conn, revision)
        for table, rows in tables:
            if rows:
                load_rows(conn, table, rows)
        return finish(conn, [table for table, _ in tables], at)

    return load


async def test_every_row_of_every_table_comes_back_in_the_other_kind_of_database(store: Store, new_url: str) -> None:
    """Caught when seeded: booleans dumped as numbers, tables loaded in the order of their names."""
    await store.run(fill)
    before = await store.read(everything)
    await replace_with(new_url, loading(await dump.on_one_state(store.url, dumped)), ASIDE)
    assert await is_current(new_url)
    async with opened(new_url, writers=1) as restored:
        after = await restored.read(everything)
    assert after == before


async def test_a_dump_shows_one_state_and_holds_up_nobody(store: Store) -> None:
    """Caught when seeded: each table read in a transaction of its own."""
    await store.run(seed_office)

    async def write() -> None:
        async with opened(store.url, writers=1) as other:
            await asyncio.wait_for(other.run(units.put_unit, unit("SDL", 3)), 2)

    def read(conn: Connection) -> tuple[int, int]:
        told = {table.name: table.rows for table in dump.tables_of(conn)}
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, write()).result()
        return told["units"], sum(chunk.rows for chunk in dump.chunks_of(conn, "units"))

    assert await dump.on_one_state(store.url, read) == (2, 2)
    assert len(await store.read(units.list_units, NOW)) == 3


async def test_rows_come_in_pieces_of_a_bounded_size(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump, "CHUNK", 50)
    await store.run(seed_office)
    pieces = await dump.on_one_state(store.url, lambda conn: list(dump.chunks_of(conn, "units")))
    assert [piece.rows for piece in pieces] == [1, 1]


async def test_an_id_that_was_given_before_the_dump_is_not_given_again(store: Store, new_url: str) -> None:
    """Caught when seeded: counting on from the highest row that is left, or from one."""
    await store.run(seed_office)
    gone = (await store.run(chats.arrive, "telegram", "2002", "private", NOW)).chat.id
    await store.run(lambda conn: conn.execute(text("DELETE FROM chats WHERE id = :gone"), {"gone": gone}).rowcount)
    await replace_with(new_url, loading(await dump.on_one_state(store.url, dumped)), ASIDE)
    async with opened(new_url, writers=1) as restored:
        assert (await restored.run(chats.arrive, "telegram", "2003", "private", NOW)).chat.id == gone + 1
        assert await restored.run(units.put_unit, unit("SDL", 3)) == 3


async def test_what_had_not_gone_out_becomes_uncertain_and_sessions_end(store: Store, new_url: str) -> None:
    """Caught when seeded: forgetting make_unsent_uncertain; leaving paused messages; leaving sessions."""
    office = await store.run(seed_office)

    def scene(conn: Connection) -> None:
        for state in ("queued", "queued", "sent", "paused"):
            outbox.put(conn, [NewOutboxRow(office.chat_id, "notice", "message", {}, due_at=NOW, state=state)])
        for token, until in (("a", NOW + DAY), ("b", NOW - DAY)):
            sessions.add_session(conn, NewSession(token, office.chat_id, "Chrome", NOW - 2 * DAY, until))

    await store.run(scene)
    made, _ = await replace_with(new_url, loading(await dump.on_one_state(store.url, dumped)), ASIDE)
    assert made == Doubts(uncertain=3, sessions=1)
    async with opened(new_url, writers=1) as restored:
        assert len(await restored.read(outbox.uncertain)) == 3
        assert await restored.run(outbox.claim, NOW + DAY, "me", 10, 1000) == ()
        assert await restored.read(sessions.find_session, "a", NOW) is None


async def test_a_dump_of_an_older_schema_is_loaded_as_it_was_and_then_migrated(new_url: str) -> None:
    old = dump.TableDump(
        "units", ("id", "code", "name", "short_name", "kind", "folded_name", "position", "valid_from"), 1, 1
    )
    await replace_with(
        new_url, loading(("0002", [(old, [[7, "SDL", "Sở Du lịch", "SDL", "so", "so du lich", 1, 0]])])), ASIDE
    )
    assert await is_current(new_url)
    async with opened(new_url, writers=1) as restored:
        (row,) = await restored.read(units.list_units, NOW)
        assert (row.id, row.code) == (7, "SDL")
        assert await restored.run(units.put_unit, unit("YT", 2)) == 8


async def test_what_fails_half_way_leaves_what_stood_there(store: Store) -> None:
    """Caught when seeded: the old database moved away before the new one was whole."""
    await store.run(seed_office)
    before = await store.read(everything)
    whole = loading(await dump.on_one_state(store.url, dumped))

    def fails(conn: Connection) -> None:
        whole(conn)
        raise RuntimeError("half way")

    await store.close()
    assert not await is_empty(store.url)
    with pytest.raises(RuntimeError, match="half way"):
        await replace_with(store.url, fails, ASIDE)
    async with opened(store.url, writers=1) as same:
        assert await same.read(everything) == before


def test_rows_that_refer_to_nothing_are_not_loaded(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "t.db")
    role = dump.TableDump("roles", ("id", "person_id", "role", "granted_at"), 1, 1)
    with pytest.raises(StoreNotReady, match="not there"):
        asyncio.run(replace_with(url, loading(("0003", [(role, [[1, 9, "officer", 0]])])), ASIDE))
    assert list(tmp_path.iterdir()) == []


async def test_the_old_sqlite_file_is_kept_aside_with_all_it_held(sqlite_store: Store, tmp_path: Path) -> None:
    await sqlite_store.run(seed_office)
    before = await sqlite_store.read(everything)
    await sqlite_store.close()
    (tmp_path / "tucham.db").chmod(0o644)  # made by an older program
    _, aside = await replace_with(sqlite_store.url, lambda conn: create(conn, "0003"), ASIDE)
    assert [f"{one.stat().st_mode & 0o777:o}" for one in (Path(str(aside)), tmp_path / "tucham.db")] == ["600", "600"]
    assert aside == str(tmp_path / f"tucham.db.{ASIDE}.before-restore")
    assert await is_empty(sqlite_store.url)
    async with opened(sqlite_url(Path(aside)), writers=1) as old:
        assert await old.read(everything) == before


async def test_the_old_tables_of_postgresql_are_kept_in_a_schema_of_their_own(postgres: Postgres) -> None:
    url = await postgres.new_database()
    async with opened(url, writers=1) as store:
        await store.run(seed_office)
    _, aside = await replace_with(url, loading(("0003", [])), ASIDE)
    assert aside == "before_restore_20260105_080000z"
    assert await is_empty(url)
    async with opened(url, writers=1) as store:
        assert await store.read(lambda conn: inspect(conn).has_table("units", schema=aside))
        assert await store.run(units.put_unit, unit("YT", 2)) == 1


async def test_postgresql_is_not_replaced_while_a_service_works_on_it(postgres: Postgres) -> None:
    url = await postgres.new_database("empty")
    service = await join(url, "service")
    try:
        with pytest.raises(DatabaseInUse):
            await replace_with(url, loading(("0003", [])), ASIDE)
    finally:
        await service.close()
    assert not await is_current(url)


async def test_a_database_without_rows_is_empty_and_one_that_is_none_is_not(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "t.db")
    assert await is_empty(url)
    await migrate(url)
    assert await is_empty(url)
    (tmp_path / "t.db").write_bytes(b"no database at all, but long enough to be somebody's work" * 100)
    assert not await is_empty(url)
