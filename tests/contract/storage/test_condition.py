"""What a database tells about itself, the same on every database.

Checked once against: an alarm's own failure counted among the bugs, the newest bug taken for the oldest, the size of a
page for the size of all: each failed here.
"""

from __future__ import annotations

import pytest
from product_store.seeds import NOW, seed_office
from sqlalchemy import Connection, text

from storage import outbox, updates
from storage.condition import BACKUP, examine, figures
from storage.errors import StoreUnavailable
from storage.marks import put_mark
from storage.rows import NewOutboxRow
from storage.single import LIVING, join
from storage.store import Store


def fill(conn: Connection) -> None:
    """An office with two messages, one of them late, two bugs and an alarm that failed, and a backup."""
    office = seed_office(conn)
    rows = [NewOutboxRow(office.chat_id, "notice", "message", {"html": "x"}, NOW - ago) for ago in (5, 90_000)]
    outbox.put(conn, rows)
    for key, at in (("1", NOW - 9), ("2", NOW - 4), ("alarm:disk:files:2026-01-10T09", NOW)):
        updates.mark_poison(conn, "telegram", "b1", key, at, f"KeyError at x.py:{key}", "{}")
    put_mark(conn, BACKUP, NOW - 1000, {"file": "tucham.tar.age", "size": 7})


async def test_a_running_service_counts_what_waits_and_what_failed(store: Store) -> None:
    await store.run(fill)
    found = await store.read(figures)
    assert [(count.lane, count.state, count.rows) for count in found.outbox] == [("notice", "queued", 2)]
    assert found.outbox[0].oldest_due_at == NOW - 90_000
    assert (found.poison, found.newest_poison_at) == (2, NOW - 4)
    assert found.units == {"not_started": 2}
    assert (found.answers, found.facts, found.backup_at) == (0, 0, NOW - 1000)
    assert found.bytes > 50_000


async def test_an_empty_database_counts_nothing(store: Store) -> None:
    found = await store.read(figures)
    assert (found.outbox, found.poison, found.newest_poison_at, found.units, found.backup_at) == ((), 0, None, {}, None)


async def test_from_outside_the_same_is_seen_beside_the_service(store: Store, store_url: str) -> None:
    await store.run(fill)
    seen = await examine(store_url)
    assert (seen.current, seen.known, seen.unsafe, seen.damage) == (True, True, "", ())
    assert seen.outbox == (await store.read(figures)).outbox
    assert seen.poison == 2
    assert [row.key for row in seen.newest_poison] == ["2", "1"]
    assert seen.backup is not None
    assert seen.backup.body == {"file": "tucham.tar.age", "size": 7}
    assert (seen.server_ms is None) == (seen.living is None) == store.lite


async def test_another_schema_is_told_apart_by_whether_this_program_knows_it(store: Store, store_url: str) -> None:
    def become(conn: Connection, revision: str) -> None:
        conn.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})

    current = (await examine(store_url)).revision
    assert current is not None
    try:
        for revision, known in (("0002", True), ("9999", False)):
            await store.run(become, revision)
            seen = await examine(store_url)
            assert (seen.revision, seen.current, seen.known) == (revision, False, known)
    finally:
        await store.run(become, current)  # the database of PostgreSQL is the next test's too


async def test_a_database_that_is_not_there_is_told_without_its_password() -> None:
    for url in ("sqlite:////nowhere/at/all.db", "postgresql://u:CANARY@127.0.0.1:9/d"):
        with pytest.raises(StoreUnavailable) as caught:
            await examine(url)
        assert "CANARY" not in str(caught.value)


async def test_on_a_server_those_who_live_are_counted(store: Store, store_url: str) -> None:
    if store.lite:
        pytest.skip("there is one process on a file, and its lock is asked instead")

    def living(conn: Connection) -> int:
        return len(conn.execute(LIVING).all())

    before = await store.read(living)
    membership = await join(store_url, "somebody")
    try:
        assert (await examine(store_url)).living == before + 1
    finally:
        await membership.close()
