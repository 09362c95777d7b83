"""The parts of a plan of reminders, each read from plain data: ValueError or TypeError for what it cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time

MOST_DAYS = 366
MOST_STEPS = 20
MOST_HOLIDAYS = 200
_HOUR = re.compile(r"[0-9]{2}:[0-9]{2}", re.ASCII)


def days(value: object) -> tuple[int, ...]:
    """Days before a date, each once, the farthest first."""
    steps = {whole(one) for one in listed(value)}
    if len(steps) > MOST_STEPS:
        raise ValueError("too many")
    return tuple(sorted(steps, reverse=True))


def days_after(value: object) -> tuple[int, ...]:
    """Days after a date, the nearest first."""
    steps = tuple(reversed(days(value)))
    if 0 in steps:
        raise ValueError("the day itself is not after it")
    return steps


def whole(value: object) -> int:
    """A number of days."""
    if type(value) is not int or not 0 <= value <= MOST_DAYS:
        raise ValueError("no number of days")
    return value


def listed(value: object) -> list[object]:
    """A list of anything."""
    if not isinstance(value, list | tuple):
        raise TypeError("no list")
    return list(value)


def hour(value: object) -> time:
    """A time of the day, as 08:00."""
    if not isinstance(value, str) or not _HOUR.fullmatch(value):
        raise ValueError("no hour")
    return time.fromisoformat(value)


def hours(value: object) -> tuple[time, time]:
    """From when to when, within one day."""
    begins, ends = (hour(one) for one in listed(value))
    if begins >= ends:
        raise ValueError("the wrong way round")
    return begins, ends


def dates(value: object) -> frozenset[date]:
    """Single days, as 2026-01-01."""
    named = listed(value)
    if len(named) > MOST_HOLIDAYS or not all(isinstance(day, str) for day in named):
        raise ValueError("no dates")
    return frozenset(date.fromisoformat(str(day)) for day in named)


def yes_or_no(value: object) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise TypeError("neither yes nor no")
    return value


READERS: Mapping[str, Callable[[object], object]] = {
    "days_before": days,
    "overdue_after": days_after,
    "back_before": days,
    "back_after": days_after,
    "publish_before": days,
    "at": hour,
    "quiet": hours,
    "holidays": dates,
    "weekends_off": yes_or_no,
    "escalate_at": whole,
}
DAYS = ("days_before", "overdue_after", "back_before", "back_after", "publish_before")
"""The parts that are lists of days."""
CODES: Mapping[str, str] = dict.fromkeys(DAYS, "not_days") | {
    "at": "not_a_time",
    "quiet": "not_hours",
    "holidays": "not_dates",
    "weekends_off": "not_yes_or_no",
    "escalate_at": "not_a_number_of_days",
}
"""What is said of a part that cannot be read."""
