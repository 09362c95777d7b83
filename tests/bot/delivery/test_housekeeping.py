"""Housekeeping: the ledger's heads are noted and old update keys forgotten, while the service runs."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.delivery.housekeeping import REMEMBERED, keep_house
from bot.intake.moments import to_ms
from storage import ledger, updates
from storage.store import Store

NOW = datetime(2026, 1, 10, tzinfo=UTC)


async def test_heads_are_noted_and_only_old_keys_forgotten(sqlite_store: Store) -> None:
    store = sqlite_store
    old, young = to_ms(NOW - REMEMBERED - timedelta(seconds=1)), to_ms(NOW - timedelta(days=1))
    await store.run(updates.note_update, "telegram", "1", "old", old)
    await store.run(updates.note_update, "telegram", "1", "young", young)
    await store.run(ledger.append, "office", [("CycleClosed", {"cycle": 1})], young, None)
    keeping = asyncio.create_task(keep_house(store, lambda: NOW))
    await asyncio.sleep(0.2)
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping
    assert await store.run(updates.note_update, "telegram", "1", "old", young)
    assert not await store.run(updates.note_update, "telegram", "1", "young", young)
    assert await store.run(ledger.checkpoint, young) == 0  # noted already
