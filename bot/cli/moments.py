"""Deadlines on the command line: how one is written, and how it is told, always in the office's own time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.cli.shape import MISUSED, Stopped
from bot.wording import say

_DAY = re.compile(
    r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})|(?P<d2>[0-9]{1,2})/(?P<m2>[0-9]{1,2})/(?P<y2>[0-9]{4})"
)


def day_of(text: str) -> date | None:
    """The day that a text names, 2026-01-15 or 15/01/2026; None when it names none, ValueError for one that is none."""
    day = _DAY.fullmatch(text.strip())
    if day is None:
        return None
    year, month, number = (int(day[one] or day[f"{one}2"]) for one in "ymd")
    return date(year, month, number)


def last_instant(due: str, zone: ZoneInfo) -> datetime:
    """The deadline in UTC: a day means "before that day", so its first instant; ValueError when it is no moment."""
    day = day_of(due)
    if day is not None:
        return _midnight(day, zone)
    moment = datetime.fromisoformat(due.strip())
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)


def until_the_end(until: str, zone: ZoneInfo) -> datetime:
    """The same where a day means "to the end of that day", so that the next one is too late."""
    day = day_of(until)
    return last_instant(until, zone) if day is None else _midnight(day + timedelta(days=1), zone)


def deadline(due: str | None, until: str | None, zone: ZoneInfo) -> datetime | None:
    """What --due or --until say, in UTC; None when neither was given. Stopped when both were, or one is no moment."""
    if due is not None and until is not None:
        raise Stopped(say("refusal.due_or_until"), MISUSED)
    written = due if due is not None else until
    if written is None:
        return None
    try:
        return last_instant(written, zone) if due is not None else until_the_end(written, zone)
    except (ValueError, OverflowError):
        raise Stopped(say("refusal.due", due=written)) from None


def needed(due_at: datetime | None) -> datetime:
    """The deadline, where there must be one."""
    if due_at is None:
        raise Stopped(say("refusal.due_or_until"), MISUSED)
    return due_at


def spelled(due_at: datetime, zone: ZoneInfo) -> str:
    """A deadline in words: the day it is before, or the hour."""
    local = due_at.astimezone(zone)
    return say(
        "cycle.before_day" if local.time() == time() else "cycle.until", at=f"{local:%H:%M}", day=f"{local:%d/%m/%Y}"
    )


def in_full(due_at: datetime, zone: ZoneInfo) -> str:
    """The same, with the last good day where the deadline is a day."""
    local = due_at.astimezone(zone)
    if local.time() != time():
        return spelled(due_at, zone)
    return say("cycle.with_last_day", due=spelled(due_at, zone), day=f"{local - timedelta(days=1):%d/%m/%Y}")


def at_hour(moment: datetime, zone: ZoneInfo) -> str:
    """A moment in the office's own time."""
    return say("cycle.until", at=f"{moment.astimezone(zone):%H:%M}", day=f"{moment.astimezone(zone):%d/%m/%Y}")


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
