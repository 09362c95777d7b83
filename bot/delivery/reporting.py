"""What the sender found out is handed in as events: doubts, notices that failed, and channels that are cut off."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.contract import Answer, Take
from bot.conversation.doubting import DOUBTFUL
from bot.conversation.events import Incoming
from bot.conversation.office_events import ChannelCutOff, NoticesDoubtful, NoticesFailed, OfficeEvent
from bot.delivery.outages import Outages
from bot.intake.late import OF_MANY
from bot.intake.moments import to_ms
from bot.intake.office import BOT, CLOCK
from storage import detours, outbox
from storage.errors import StoreFailed, StoreUnavailable
from storage.store import Store

log = logging.getLogger(__name__)

EVERY_S = 30.0
TOGETHER = 200
"""How many notices take another way in one unit of work: others wait for the writer meanwhile."""
ONCE_MORE = timedelta(hours=1)
"""A process that died may not have told of its last failures: those of so long are told again; nothing is doubled."""


@dataclass(frozen=True, slots=True)
class Reports:
    """One per process. `now` is the moment, `leads` says whether this process sends notices."""

    store: Store
    take: Take
    outages: Outages
    now: Callable[[], datetime]
    leads: Callable[[], bool]

    async def doubts(self, ids: tuple[int, ...]) -> None:
        """Let the admins know; raised errors make the sender tell again. Doubts about this very word are not told, and
        what went to many counts its own."""
        rows = await self.store.read(outbox.load_rows, ids)
        told = tuple(row.id for row in rows if not (row.key or "").startswith(DOUBTFUL) and OF_MANY not in row.body)
        if told:
            await self._hand_in("doubt", told, NoticesDoubtful(told))

    async def failures(self, ids: tuple[int, ...]) -> None:
        """Let what surely failed take another way; raised errors make the sender tell again."""
        for part in _parts(ids):
            await self._hand_in("failed", part, NoticesFailed(part))

    async def run(self, every: float = EVERY_S) -> None:
        """Look now and then for channels that are cut off, until cancelled."""
        caught_up = False
        while True:
            try:
                if self.leads():
                    caught_up = caught_up or await self.catch_up()
                    await self.look()
            except StoreFailed:
                raise
            except (StoreUnavailable, ConnectionError):
                log.warning("the database is away: notices take another way later")
            await asyncio.sleep(every)

    async def look(self) -> None:
        """Have what waits on channels that are cut off moved to where it can be sent."""
        down = self.outages.down()
        for channel in sorted(down):
            after = 0
            while ids := await self.store.read(detours.waiting, channel, down, to_ms(self.now()), after, TOGETHER):
                key = (channel, *ids, to_ms(self.now()))
                await self._hand_in("cut-off", key, ChannelCutOff(channel, ids))
                after = ids[-1]

    async def catch_up(self) -> bool:
        """Tell once more what has failed lately; always True."""
        since = to_ms(self.now() - ONCE_MORE)
        for part in _parts(tuple(await self.store.read(detours.lately_failed, since))):
            await self._hand_in("failed", (*part, to_ms(self.now())), NoticesFailed(part))
        return True

    async def _hand_in(self, kind: str, what: tuple[object, ...], event: OfficeEvent) -> None:
        key = f"{kind}:{hashlib.sha256(repr(what).encode()).hexdigest()}"
        if await self.take(Incoming(CLOCK, BOT, key, "sender", event)) is not Answer.TAKEN:
            raise ConnectionError("what was found out is not stored as yet")


def _parts(ids: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    return tuple(ids[at : at + TOGETHER] for at in range(0, len(ids), TOGETHER))
