"""Keeps the database in order while the service runs: heads of the ledger noted, old update keys forgotten."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.intake.moments import to_ms
from storage import ledger, updates
from storage.errors import StoreFailed, StoreUnavailable
from storage.store import Store

log = logging.getLogger(__name__)

EVERY_S = 3600.0
REMEMBERED = timedelta(days=45)
"""No platform brings an update again after so long (Telegram gives up after a day)."""


async def keep_house(store: Store, clock: Callable[[], datetime], every: float = EVERY_S) -> None:
    """Do it now and then every hour, until cancelled; a database that is out is asked again next time."""
    while True:
        now = clock()
        try:
            await store.run(ledger.checkpoint, to_ms(now))
            await store.run(updates.forget_updates, to_ms(now - REMEMBERED))
        except StoreFailed:
            raise
        except StoreUnavailable:
            log.warning("the database is away: housekeeping comes again later")
        await asyncio.sleep(every)
