"""How far the sender is behind: what waits in each lane, for how long, and what nobody knows the end of."""

from __future__ import annotations

from typing import Any

from storage import outbox
from storage.store import Store


async def lag(store: Store, now: int) -> dict[str, Any]:
    """Per lane how many messages wait and for how many seconds the oldest has, and how many are in doubt; `now` in
    epoch milliseconds."""
    told: dict[str, Any] = {"uncertain": 0}
    for count in await store.read(outbox.counts):
        if count.state == "queued":
            told[count.lane] = {"queued": count.rows, "oldest_s": max(0, (now - count.oldest_due_at) // 1000)}
        elif count.state == "uncertain":
            told["uncertain"] += count.rows
    return told
