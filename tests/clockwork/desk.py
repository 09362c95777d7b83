"""A simulated clock and office: the schedule is looked at as a service would, with jumps, stops and restarts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.channels.contract import Answer
from bot.conversation.events import Incoming
from bot.conversation.office_events import RemindersDue
from bot.delivery.agenda import OpenCycle
from bot.delivery.schedule import Calendar, Schedule

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LOOKS = timedelta(seconds=20)
NEAR = timedelta(minutes=1)
MARGIN = timedelta(seconds=30)


def local(text: str) -> datetime:
    """A moment in the office's time, as "2026-01-14 08:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@dataclass
class Desk:
    """What the clock is connected to: remembers what was taken and skipped, as the database would.

    `now` is what the host's clock shows, in whatever zone the host is.
    """

    now: datetime
    cycle: OpenCycle | None
    host: tzinfo = UTC
    answer: Answer = Answer.TAKEN
    known: set[str] = field(default_factory=set)
    taken: list[tuple[datetime, Incoming]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    looked: list[datetime] = field(default_factory=list)
    schedule: Schedule | None = None

    async def open_cycle(self) -> OpenCycle | None:
        return self.cycle

    async def skip(self, key: str) -> bool:
        new = key not in self.known
        self.known.add(key)
        if new:
            self.skipped.append(key)
        return new

    async def take(self, incoming: Incoming) -> Answer:
        if self.answer is Answer.TAKEN and incoming.update_key not in self.known:
            self.known.add(incoming.update_key)
            self.taken.append((self.now, incoming))
        return self.answer

    def starts(self) -> None:
        """The service begins anew; what only its memory held is gone."""
        self.schedule = Schedule(
            Calendar(self.open_cycle, self.skip, self.take, lambda: self.now.astimezone(self.host), lambda: True, ZONE)
        )

    def stops(self) -> None:
        """The service stops."""
        self.schedule = None

    def steps(self, by: timedelta) -> None:
        """The host's clock is set."""
        self.now += by

    def extends(self, due_at: datetime) -> None:
        """The office gives more time, now."""
        if self.cycle is not None:
            duties = tuple(replace(one, due_at=due_at, since=self.now) for one in self.cycle.duties)
            self.cycle = replace(self.cycle, due_at=due_at, duties=duties)

    async def runs_until(self, end: datetime) -> None:
        """Time passes; a service that runs looks every 20 seconds. Of the long stretches in which nothing can change
        only the ends are looked at."""
        while self.now < end:
            if self.schedule is not None:
                await self.schedule.look()
                self.looked.append(self.now)
            self.now = min(end, max(self.now + LOOKS, self._next()))

    def _next(self) -> datetime:
        """Just before the next hour at which anything can become due or may go out, if that is far."""
        hours = {time(0), *([self.cycle.plan.at, *self.cycle.plan.quiet] if self.cycle else ())}
        today = self.now.astimezone(ZONE).date()
        near = (
            datetime.combine(today + timedelta(days=n), hour, ZONE).astimezone(UTC) for hour in hours for n in (0, 1)
        )
        return min(at - MARGIN for at in near if at + NEAR > self.now)

    @property
    def reminded(self) -> list[tuple[str, int]]:
        """What was reminded of, as ("14/01 08:00", step), in the office's time."""
        return [
            (f"{at.astimezone(ZONE):%d/%m %H:%M}", one.event.days_left)
            for at, one in self.taken
            if isinstance(one.event, RemindersDue)
        ]
