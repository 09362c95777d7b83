"""The clock's work: asks what is due by now and hands each moment to the intake, which knows it by its key."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.channels.contract import Answer, Take
from bot.conversation.events import Incoming
from bot.conversation.office_events import ClockEvent, ConsolidatedDue, RemindersDue
from bot.delivery.agenda import OpenCycle as OpenCycle
from bot.intake.office import BOT, CLOCK
from bot.views.duties import GRACE, DueMoment, Duty, ReminderMoment, due_moments, reminder_moments, still_good
from storage.errors import StoreFailed, StoreUnavailable

log = logging.getLogger(__name__)

EVERY_S = 20.0
LOST = "it may have been, before the backup was restored"
LOOKED_BACK = timedelta(days=40)
"""What is older was dealt with, and its key may be forgotten already (`housekeeping.REMEMBERED`)."""


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
        moments = () if cycle.closed else due_moments(cycle.due_at, self._calendar.zone)
        for moment in moments:
            if cycle.opened_at <= moment.at <= now:
                await self._deal_with(cycle, moment, now)
        for duty in cycle.duties:
            await self._remind(cycle, duty, now)

    async def _deal_with(self, cycle: OpenCycle, moment: DueMoment, now: datetime) -> None:
        lost = cycle.lost
        key = f"consolidated:{cycle.id}:{moment.at.astimezone(UTC).isoformat()}"
        if key in self._dealt_with:
            return
        if _is_lost(lost, moment.at):
            await self._skip(key, "the consolidated table", moment.at, LOST)
        elif now - moment.at > GRACE:
            await self._skip(key, "the consolidated table", moment.at)
        else:
            await self._take(key, ConsolidatedDue(moment.reason))

    async def _remind(self, cycle: OpenCycle, duty: Duty, now: datetime) -> None:
        """Deal with a duty's reminders that are due; what was due a day ago has a later one after it and is skipped."""
        zone = self._calendar.zone
        due = [
            one
            for one in reminder_moments(duty, cycle.plan, zone)
            if max(duty.since, now - LOOKED_BACK) <= one.at <= now
        ]
        for moment in due:
            key = _key(cycle, moment)
            if key in self._dealt_with:
                continue
            if _is_lost(cycle.lost, moment.at):
                await self._skip(key, f"the reminder to {duty.kind}", moment.at, LOST)
            elif not still_good(moment, now, cycle.plan, zone):
                await self._skip(key, f"the reminder to {duty.kind}", moment.at)
            elif cycle.plan.may_go_out(now, zone, pressing=moment.pressing):
                await self._take(key, _event(cycle, moment))

    async def _take(self, key: str, event: ClockEvent) -> None:
        incoming = Incoming(CLOCK, BOT, key, CLOCK, event)
        if await self._calendar.take(incoming) is Answer.TAKEN:
            self._dealt_with.add(key)

    async def _skip(self, key: str, what: str, at: datetime, why: str = "nobody ran then") -> None:
        if await self._calendar.skip(key):
            log.warning("%s of %s was not sent: %s", what, at.isoformat(), why)
        self._dealt_with.add(key)


def _is_lost(lost: tuple[datetime, datetime] | None, at: datetime) -> bool:
    """Whether a moment lies between a backup and its restoring: it may have been dealt with, and nobody knows."""
    return lost is not None and lost[0] < at <= lost[1]


def _key(cycle: OpenCycle, moment: ReminderMoment) -> str:
    """A reminder's own name: the same morning never reminds twice of the same duty, also when its date has moved."""
    duty = moment.duty
    return f"remind:{cycle.id}:{duty.kind}:{duty.unit_id or 'all'}:{moment.at.astimezone(UTC).isoformat()}"


def _event(cycle: OpenCycle, moment: ReminderMoment) -> RemindersDue:
    duty = moment.duty
    leaders = moment.days_left <= cycle.plan.escalate_at
    return RemindersDue(duty.kind, moment.days_left, duty.unit_id, leaders)
