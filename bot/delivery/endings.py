"""Watches what goes out to many: puts it on pages when its time comes, and tells when everything was tried."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.channels.contract import Take
from bot.conversation.events import Incoming
from bot.conversation.office_events import MailingsEnded
from bot.intake.late import Late
from bot.intake.moments import to_ms
from bot.intake.office import BOT, CLOCK
from bot.intake.record_mailings import keep_pages
from storage import mailings, recipients
from storage.errors import StoreFailed, StoreUnavailable
from storage.store import Store

log = logging.getLogger(__name__)

EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Endings:
    """Looks now and then, whoever leads. `show` hears on which pages (chats) something new stands."""

    store: Store
    take: Take
    late: Late
    now: Callable[[], datetime]
    leads: Callable[[], bool]
    show: Callable[[frozenset[int]], None]

    async def run(self, every: float = EVERY_S) -> None:
        """Look until cancelled; a database that is out is asked again next time."""
        while True:
            try:
                if self.leads():
                    await self.look()
            except StoreFailed:
                raise
            except StoreUnavailable:
                log.warning("the database is away: what goes to many is looked at later")
            await asyncio.sleep(every)

    async def look(self) -> None:
        """Deal with what is due by now: first the pages, then the ends."""
        now = self.now()
        for mailing in await self.store.read(recipients.pages_due, to_ms(now)):
            if shown := await self.store.run(keep_pages, self.late, mailing, now):
                self.show(shown)
        if ids := await self.store.read(mailings.ended, to_ms(now)):
            key = "ended:" + hashlib.sha256(repr(ids).encode()).hexdigest()
            await self.take(Incoming(CLOCK, BOT, key, CLOCK, MailingsEnded(ids)))
