"""Keeps the database in order while the service runs: heads of the ledger noted, what has had its time forgotten, chats
in which nobody can be written to any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels.contract import Take, Window
from bot.conversation.events import Incoming
from bot.conversation.office_events import ErasePerson
from bot.intake.moments import to_ms
from bot.intake.office import BOT, CLOCK
from storage import ledger, retention, updates
from storage.errors import StoreFailed, StoreUnavailable
from storage.store import Store
from storage.windows import close_windows

log = logging.getLogger(__name__)

EVERY_S = 3600.0
REMEMBERED = timedelta(days=45)
"""No platform brings an update again after so long (Telegram gives up after a day)."""
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Kept:
    """How long what is personal is kept: messages and sessions; free texts, and people who left."""

    messages: timedelta = YEAR
    people: timedelta = 5 * YEAR


async def keep_house(
    store: Store,
    clock: Callable[[], datetime],
    take: Take,
    kept: Kept,
    windows: Mapping[str, Window] | None = None,
    every: float = EVERY_S,
) -> None:
    """Do it now and then every hour, until cancelled; a database that is out is asked again next time. `windows` are
    those of channels that have one."""
    while True:
        try:
            await shut_chats(store, clock(), windows or {})
            await _once(store, clock(), take, kept)
        except StoreFailed:
            raise
        except StoreUnavailable:
            log.warning("the database is away: housekeeping comes again later")
        await asyncio.sleep(every)


async def shut_chats(store: Store, now: datetime, windows: Mapping[str, Window]) -> int:
    """Mark the chats whose people were silent for so long that the platform lets nobody write to them until they do;
    returns how many."""
    closed = 0
    for channel, window in sorted(windows.items()):
        before = to_ms(now - timedelta(seconds=window.closes_s))
        closed += await store.run(close_windows, channel, before, to_ms(now))
    return closed


async def _once(store: Store, now: datetime, take: Take, kept: Kept) -> None:
    await store.run(ledger.checkpoint, to_ms(now))
    await store.run(updates.forget_updates, to_ms(now - REMEMBERED))
    messages, texts = await store.run(_forget, to_ms(now - kept.messages), to_ms(now - kept.people))
    gone = await store.read(retention.long_gone, to_ms(now - kept.people))
    for person_id in gone:
        event = ErasePerson(person_id, with_notes=True)
        await take(Incoming(CLOCK, BOT, f"retention:{person_id}:{to_ms(now)}", CLOCK, event))
    if messages or texts or gone:
        log.info("had their time: %s messages and sessions, %s texts, %s people", messages, texts, len(gone))


def _forget(conn: Connection, messages_before: int, texts_before: int) -> tuple[int, int]:
    """One unit of work; returns how many messages and sessions, and how many texts."""
    said = retention.forget_messages(conn, messages_before) + retention.forget_sessions(conn, messages_before)
    return said, retention.forget_texts(conn, texts_before)
