"""Housekeeping: the ledger's heads are noted and old update keys forgotten, while the service runs."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.channels.contract import Window
from bot.conversation.events import Incoming
from bot.conversation.office_events import ErasePerson
from bot.delivery.housekeeping import REMEMBERED, Kept, keep_house, shut_chats
from bot.intake.answer import Answer
from bot.intake.moments import to_ms
from storage import chats, ledger, people, updates
from storage.store import Store

NOW = datetime(2026, 1, 10, tzinfo=UTC)


@dataclass
class Taken:
    """A door that only remembers."""

    all: list[Incoming] = field(default_factory=list)

    async def take(self, incoming: Incoming) -> Answer:
        self.all.append(incoming)
        return Answer.TAKEN


async def test_heads_are_noted_and_only_old_keys_forgotten(sqlite_store: Store) -> None:
    store, taken = sqlite_store, Taken()
    old, young = to_ms(NOW - REMEMBERED - timedelta(seconds=1)), to_ms(NOW - timedelta(days=1))
    await store.run(updates.note_update, "telegram", "1", "old", old)
    await store.run(updates.note_update, "telegram", "1", "young", young)
    await store.run(ledger.append, "office", [("CycleClosed", {"cycle": 1})], young, None)
    keeping = asyncio.create_task(keep_house(store, lambda: NOW, taken.take, Kept()))
    await asyncio.sleep(0.2)
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping
    assert await store.run(updates.note_update, "telegram", "1", "old", young)
    assert not await store.run(updates.note_update, "telegram", "1", "young", young)
    assert await store.run(ledger.checkpoint, young) == 0  # noted already
    assert taken.all == []


async def test_who_is_long_gone_is_forgotten_through_the_same_door_as_at_a_wish(sqlite_store: Store) -> None:
    taken, created = Taken(), to_ms(NOW - timedelta(days=6 * 365))
    gone = await sqlite_store.run(people.add_person, "Trần Bình", created)
    keeping = asyncio.create_task(keep_house(sqlite_store, lambda: NOW, taken.take, Kept()))
    await asyncio.sleep(0.2)
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping
    assert [one.event for one in taken.all] == [ErasePerson(gone, with_notes=True)]


async def test_who_was_silent_for_longer_than_a_channel_allows_is_left_alone_until_they_write(
    sqlite_store: Store,
) -> None:
    store, week = sqlite_store, {"zalo_oa": Window(closes_s=7 * 86_400, free_s=48 * 3600)}
    for address, days in (("silent", 7.01), ("lately", 6.9)):
        await store.run(chats.arrive, "zalo_oa", address, "private", to_ms(NOW - timedelta(days=days)))
    assert [await shut_chats(store, NOW, windows) for windows in ({}, week, week)] == [0, 1, 0]
    found = {address: await store.read(chats.look, "zalo_oa", address) for address in ("silent", "lately")}
    assert [one is not None and one.chat.blocked_at for one in found.values()] == [to_ms(NOW), None]
