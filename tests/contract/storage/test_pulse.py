"""The pulse grows with every fact, in whichever stream."""

from __future__ import annotations

from sqlalchemy import Connection

from storage.ledger import append
from storage.pulse import pulse
from storage.store import Store

AT = 1_760_000_000_000


def add(conn: Connection, stream: str, count: int) -> None:
    append(conn, stream, [("Something", {"number": number}) for number in range(count)], AT, None)


async def test_the_pulse_counts_the_facts_of_all_streams(store: Store) -> None:
    assert await store.read(pulse) == 0
    await store.run(add, "office", 2)
    await store.run(add, "a:1", 3)
    assert await store.read(pulse) == 5
    await store.run(add, "office", 1)
    assert await store.read(pulse) == 6
