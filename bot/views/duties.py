"""What the calendar asks for: the moments at which an open cycle's consolidated table goes out by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

DAILY_AT = time(8, 0)
LAST_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DueMoment:
    """One moment, aware, and why the table is due then."""

    at: datetime
    reason: Literal["daily", "deadline"]


def due_moments(due_at: datetime, zone: ZoneInfo) -> tuple[DueMoment, ...]:
    """In order: 08:00 of each day in the last week before the deadline, in local time, then the deadline itself."""
    begins = due_at - LAST_WEEK
    first = begins.astimezone(zone).date()
    days = (datetime.combine(first + timedelta(days=n), DAILY_AT, zone) for n in range(LAST_WEEK.days + 1))
    daily = tuple(DueMoment(at, "daily") for at in days if begins <= at < due_at)
    return (*daily, DueMoment(due_at, "deadline"))
