"""When the people of the sample season are at work: office hours of the past weeks, never the future."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

DAYS = 32
"""How long ago the cycle was opened, at least."""
HOURS = ((7, 40), (9, 10), (10, 20), (13, 40), (14, 50), (15, 40))
"""When somebody may sit down to it, in local time."""
LONGEST = timedelta(minutes=100)
"""No sitting takes longer, so one that began this long ago is over."""


@dataclass
class Clock:
    """Gives the moment it was set to."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Calendar:
    """The past weeks before `today`, a moment in UTC."""

    today: datetime
    zone: ZoneInfo
    dice: Random

    @property
    def opened(self) -> datetime:
        """When the cycle was opened."""
        return self.sitting(DAYS).replace(minute=0, second=0)

    def sitting(self, days_ago: int) -> datetime:
        """When somebody sat down on that working day, or the one before; long enough ago to be over."""
        hour, minute = self.dice.choice(HOURS)
        day = self.today.astimezone(self.zone) - timedelta(days=days_ago)
        while True:
            begun = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
            begun += timedelta(seconds=self.dice.randrange(1500))
            if begun.weekday() < 5 and begun <= self.today - LONGEST:
                return begun.astimezone(UTC)
            day -= timedelta(days=1)

    def sittings(self, count: int, first: int, last: int) -> list[datetime]:
        """So many sittings, from `first` days ago to `last` days ago."""
        span = [self.dice.randint(last, first) for _ in range(max(count - 2, 0))]
        days = [first, *sorted(span, reverse=True), last][-count:]
        return sorted(self.sitting(day) for day in days)
