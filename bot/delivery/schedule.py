"""The clock's work: asks what is due by now and hands each moment to the intake, which knows it by its key."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.channels.contract import Answer, Take
from bot.conversation.events import ConsolidatedDue, Incoming
from bot.views.duties import DueMoment, due_moments
from storage.errors import StoreFailed, StoreUnavailable

log = logging.getLogger(__name__)

CHANNEL, BOT = "clock", "office"
TOO_OLD = timedelta(hours=6)
EVERY_S = 20.0


@dataclass(frozen=True, slots=True)
class OpenCycle:
    """The cycle that is open: its id, since when, and the first instant that is too late."""

    id: int
    opened_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the clock is connected to. `skip` notes a key as dealt with and tells whether that is new."""

    open_cycle: Callable[[], Awaitable[OpenCycle | None]]
    skip: Callable[[str], Awaitable[bool]]
    take: Take
    now: Callable[[], datetime]
    leads: Callable[[], bool]
    zone: ZoneInfo


class Schedule:
    """Deals with every moment once, whoever leads; what passed long before anybody looked is skipped and logged."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._dealt_with: set[str] = set()

    async def run(self, every: float = EVERY_S) -> None:
        """Look at the calendar until cancelled; a database that is out is asked again next time."""
        while True:
            try:
                if self._calendar.leads():
                    await self.look()
            except StoreFailed:
                raise
            except StoreUnavailable:
                log.warning("the database is away: the clock looks again later")
            await asyncio.sleep(every)

    async def look(self) -> None:
        """Deal with what is due by now."""
        cycle = await self._calendar.open_cycle()
        if cycle is None:
            return
        now = self._calendar.now()
        for moment in due_moments(cycle.due_at, self._calendar.zone):
            if cycle.opened_at <= moment.at <= now:
                await self._deal_with(cycle.id, moment, now)

    async def _deal_with(self, cycle_id: int, moment: DueMoment, now: datetime) -> None:
        key = f"consolidated:{cycle_id}:{moment.at.astimezone(UTC).isoformat()}"
        if key in self._dealt_with:
            return
        if now - moment.at > TOO_OLD:
            if await self._calendar.skip(key):
                log.warning("the consolidated table of %s was not sent: nobody ran then", moment.at.isoformat())
        elif await self._calendar.take(_due(key, moment)) is not Answer.TAKEN:
            return
        self._dealt_with.add(key)


def _due(key: str, moment: DueMoment) -> Incoming:
    return Incoming(CHANNEL, BOT, key, CHANNEL, ConsolidatedDue(moment.reason))
