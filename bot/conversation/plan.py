"""The office's plan of reminders: how many days before and after a duty, at what hour, on which days none goes out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from bot.conversation.plan_values import CODES, DAYS, READERS

DutyKind = Literal["submit", "resubmit", "publish"]

ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_INSTANT = timedelta(microseconds=1)
_FARTHEST = 60
"""So many days off in a row no office has."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When a cycle reminds of its dated duties, in the office's own time.

    `days_before` and `overdue_after` count from the last good day of a duty (0 is that day itself); the fields that
    begin with `back` and `publish` say the same for what was given back and for the office's own publication. At `at`
    a reminder goes out; outside `quiet` nothing does. Saturdays and Sundays (`weekends_off`) and `holidays` are left
    out but for the last two days. From `escalate_at` days before the end the unit's leader is reminded too.
    """

    days_before: tuple[int, ...] = (30, 14, 7, 3, 1, 0)
    overdue_after: tuple[int, ...] = (1, 3, 7)
    back_before: tuple[int, ...] = (3, 1, 0)
    back_after: tuple[int, ...] = (1,)
    publish_before: tuple[int, ...] = (30, 14, 7, 3, 1, 0)
    at: time = time(8, 0)
    quiet: tuple[time, time] = (time(7, 30), time(20, 0))
    """From when to when reminders may go out; outside it is quiet."""
    holidays: frozenset[date] = frozenset()
    weekends_off: bool = True
    escalate_at: int = 3

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """The plan a cycle keeps; what is not named is as usual. PlanRefused with everything that is wrong."""
        try:
            stored = json.loads(text or "{}")
        except ValueError:
            raise PlanRefused((PlanProblem("not_json"),)) from None
        return cls.from_mapping(stored)

    @classmethod
    def from_mapping(cls, stored: object) -> Plan:
        """The same from plain data."""
        if not isinstance(stored, Mapping):
            raise PlanRefused((PlanProblem("not_json"),))
        return _checked(stored)

    def to_mapping(self) -> dict[str, object]:
        """The plan as plain data, complete."""
        return {
            **{name: list(getattr(self, name)) for name in DAYS},
            "at": f"{self.at:%H:%M}",
            "quiet": [f"{one:%H:%M}" for one in self.quiet],
            "holidays": [day.isoformat() for day in sorted(self.holidays)],
            "weekends_off": self.weekends_off,
            "escalate_at": self.escalate_at,
        }

    def to_json(self) -> str:
        """The text a cycle keeps."""
        return json.dumps(self.to_mapping(), sort_keys=True, separators=(",", ":"))

    def before(self, kind: DutyKind) -> tuple[int, ...]:
        """How many days before the end a duty of this kind is called to mind."""
        return {"submit": self.days_before, "resubmit": self.back_before, "publish": self.publish_before}[kind]

    def after(self, kind: DutyKind) -> tuple[int, ...]:
        """How many days after the end it still is."""
        return {"submit": self.overdue_after, "resubmit": self.back_after, "publish": ()}[kind]

    def works(self, day: date) -> bool:
        """Whether people are at work on this day."""
        return day not in self.holidays and not (self.weekends_off and day.weekday() >= _SATURDAY)

    def working_day(self, day: date, step: timedelta) -> date:
        """This day, or the nearest working day in the direction of `step`."""
        for _ in range(_FARTHEST):
            if self.works(day):
                return day
            day += step
        return day

    def may_go_out(self, now: datetime, zone: tzinfo, *, pressing: bool) -> bool:
        """Whether a reminder may go out at this moment. `pressing` ones do not wait for a working day."""
        local = now.astimezone(zone)
        begins, ends = self.quiet
        return begins <= local.time() < ends and (pressing or self.works(local.date()))

    def next_opening(self, now: datetime, zone: tzinfo, *, pressing: bool) -> datetime:
        """The first moment from now on at which a reminder may go out."""
        if self.may_go_out(now, zone, pressing=pressing):
            return now
        local = now.astimezone(zone)
        day = local.date() if local.time() < self.quiet[0] else local.date() + ONE_DAY
        day = day if pressing else self.working_day(day, ONE_DAY)
        return datetime.combine(day, self.quiet[0], zone)


USUAL = Plan()
"""What holds where the office planned nothing else."""


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """One thing wrong with a plan: a code, the part it stands in, what stood there."""

    code: str
    part: str = ""
    value: str = ""


class PlanRefused(ValueError):
    """A plan that cannot be followed; `problems` names everything that is wrong with it."""

    def __init__(self, problems: tuple[PlanProblem, ...]) -> None:
        super().__init__(", ".join(f"{one.part}:{one.code}" for one in problems))
        self.problems = problems


def last_day(due_at: datetime, zone: tzinfo) -> date:
    """The last good day of a duty: "before 15/01" ends with 14/01, "before 17:00 on 14/01" with 14/01 too."""
    return (due_at.astimezone(zone) - _INSTANT).date()


def days_left(due_at: datetime, now: datetime, zone: tzinfo) -> int:
    """How many days are left: 0 on the last good day, negative from the day after it on."""
    return (last_day(due_at, zone) - now.astimezone(zone).date()).days


def _checked(stored: Mapping[str, object]) -> Plan:
    """The plan of plain data, every part looked at before any is refused."""
    problems: list[PlanProblem] = []
    parts: dict[str, object] = {}
    for part, value in stored.items():
        read = READERS.get(part)
        try:
            if read is None:
                problems.append(PlanProblem("unknown_part", str(part)))
            else:
                parts[part] = read(value)
        except (ValueError, TypeError):
            problems.append(PlanProblem(CODES[part], part, _shown(value)))
    plan = replace(Plan(), **parts)  # type: ignore[arg-type]
    if not problems and not plan.quiet[0] <= plan.at < plan.quiet[1]:
        problems.append(PlanProblem("at_in_quiet_hours", "at", f"{plan.at:%H:%M}"))
    if problems:
        raise PlanRefused(tuple(problems))
    return plan


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text[:60]
