"""Whose rows are taken over, and when: at once by a process that starts, after several looks by one that runs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from product_store.databases import Postgres
from product_store.fixtures import opened
from product_store.seeds import NOW
from sqlalchemy import Connection

from bot.delivery.takeover import LOOKS, Takeover
from storage import chats, leases, outbox
from storage.rows import NewOutboxRow
from storage.single import join
from storage.store import Store

LEASE = 60_000


def claim_one(conn: Connection, owner: str) -> None:
    """A reply in a chat of its own, claimed."""
    chat = chats.arrive(conn, "telegram", owner, "private", NOW).chat.id
    row = NewOutboxRow(chat, "reply", "message", {}, NOW, owner=owner, not_before=NOW + LEASE, first_try_at=NOW)
    outbox.put(conn, [row])


@pytest.fixture
async def shared(postgres: Postgres) -> AsyncIterator[Store]:
    """A store on a PostgreSQL of its own."""
    async with opened(await postgres.new_database(), writers=2) as store:
        yield store


async def test_a_process_that_starts_takes_over_at_once_and_only_from_the_dead(shared: Store) -> None:
    living, me = await join(shared.url, "living"), await join(shared.url, "me")
    for owner in ("living", "me", "dead"):
        await shared.run(claim_one, owner)
    assert await Takeover(shared, me, ["telegram"], lambda: NOW).begin() == 1
    await shared.run(leases.sweep, NOW)
    assert await shared.read(leases.holders) == {"living", "me"}
    await living.close()
    await me.close()


async def test_a_running_process_waits_for_one_whose_connection_was_cut(shared: Store) -> None:
    """Caught when seeded: misses that go on counting after the other was back."""
    cut, me = await join(shared.url, "cut"), await join(shared.url, "me")
    await shared.run(claim_one, "cut")
    takeover = Takeover(shared, me, ["telegram"], lambda: NOW)
    for _ in range(2):
        await cut.close()
        assert [await takeover.look() for _ in range(LOOKS - 1)] == [0] * (LOOKS - 1)
        cut = await join(shared.url, "cut")
        assert await takeover.look() == 0
    await cut.close()
    assert [await takeover.look() for _ in range(LOOKS)] == [0] * (LOOKS - 1) + [1]
    await me.close()


async def test_who_cannot_reach_the_others_takes_nothing(shared: Store) -> None:
    me = await join(shared.url, "me")
    await me.close()
    await shared.run(claim_one, "another")
    assert await Takeover(shared, me, ["telegram"], lambda: NOW).begin() == 0
