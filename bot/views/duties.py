"""What the calendar asks for: when the consolidated table goes out, and when a dated duty is called to mind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Literal

from bot.conversation.plan import ONE_DAY, DutyKind, Plan, last_day
from bot.conversation.plan import PlanRefused as PlanRefused

DAILY_AT = time(8, 0)
LAST_WEEK = timedelta(days=7)
GRACE = timedelta(hours=6)
"""So long what was due while nobody ran is made up for; of a reminder hours of quiet are not counted."""
TOO_OLD = timedelta(hours=24)
"""A reminder that could not go out for so long is let be: the next one says it better."""
_PRESSING = 1
"""From this many days before the end a reminder waits for no working day."""


@dataclass(frozen=True, slots=True)
class DueMoment:
    """One moment, aware, and why the table is due then."""

    at: datetime
    reason: Literal["daily", "deadline"]


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that is to be done by a date: `due_at` is the first instant too late, `since` when that date was set.

    `unit_id` where only one unit owes it: it was given a date of its own, or its result was given back.
    """

    kind: DutyKind
    due_at: datetime
    since: datetime
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReminderMoment:
    """When a duty is called to mind, and the step of the plan: days left to its last good day, negative when overdue.

    A moment moved away from a weekend keeps its step; the text counts the days anew.
    """

    at: datetime
    duty: Duty
    days_left: int

    @property
    def pressing(self) -> bool:
        """Whether it waits for no working day: the day itself and the one before."""
        return 0 <= self.days_left <= _PRESSING


@lru_cache(maxsize=16)
def due_moments(due_at: datetime, zone: tzinfo) -> tuple[DueMoment, ...]:
    """In order: 08:00 of each day in the last week before the deadline, in local time, then the deadline itself."""
    begins = due_at - LAST_WEEK
    first = begins.astimezone(zone).date()
    days = (datetime.combine(first + timedelta(days=n), DAILY_AT, zone) for n in range(LAST_WEEK.days + 1))
    daily = tuple(DueMoment(at, "daily") for at in days if begins <= at < due_at)
    return (*daily, DueMoment(due_at, "deadline"))


@lru_cache(maxsize=512)
def reminder_moments(duty: Duty, plan: Plan, zone: tzinfo) -> tuple[ReminderMoment, ...]:
    """When a duty is called to mind, in order.

    Days count from the last good day (`last_day`): step 0 is the morning of that very day, step 1 that of the day
    before. A step on a day without work moves to the working day before it, an overdue one to the working day after;
    the last two days stay where they are. Of several steps on one day the latest counts.
    """
    end = last_day(duty.due_at, zone)
    steps: dict[date, int] = {}
    for day, left in (*_before(end, plan, duty.kind), *_after(end, plan, duty.kind)):
        steps[day] = min(left, steps.get(day, left))
    moments = (ReminderMoment(datetime.combine(day, plan.at, zone), duty, left) for day, left in sorted(steps.items()))
    return tuple(one for one in moments if (one.days_left < 0) == (one.at >= duty.due_at))


def _before(end: date, plan: Plan, kind: DutyKind) -> Iterable[tuple[date, int]]:
    for left in plan.before(kind):
        day = end - timedelta(days=left)
        yield (day if left <= _PRESSING else plan.working_day(day, -ONE_DAY)), left


def _after(end: date, plan: Plan, kind: DutyKind) -> Iterable[tuple[date, int]]:
    for over in plan.after(kind):
        yield plan.working_day(end + timedelta(days=over), ONE_DAY), -over


def still_good(moment: ReminderMoment, now: datetime, plan: Plan, zone: tzinfo) -> bool:
    """Whether a reminder that was due may still be made up for: within six hours, hours of quiet not counted."""
    return now - moment.at < TOO_OLD and _open_time(moment, now, plan, zone) <= GRACE


def _open_time(moment: ReminderMoment, now: datetime, plan: Plan, zone: tzinfo) -> timedelta:
    """How much time has passed since the moment in which reminders may go out."""
    passed, at = timedelta(), moment.at
    while at < now:
        opens = plan.next_opening(at, zone, pressing=moment.pressing)
        local = opens.astimezone(zone)
        closes = datetime.combine(local.date(), plan.quiet[1], zone)
        passed += max(timedelta(), min(now, closes) - opens)
        at = max(closes, opens)
    return passed
