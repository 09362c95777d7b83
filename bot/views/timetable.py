"""The dates of a cycle: when the office is to be reminded of what, in order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

from bot.conversation.plan import Plan, days_left
from bot.conversation.plan_values import DAYS
from bot.views.board import Data
from bot.views.duties import Duty, ReminderMoment, reminder_moments


def reminder_list(duties: Iterable[tuple[Duty, str]], plan: Plan, now: datetime, zone: tzinfo) -> tuple[Data, ...]:
    """Every moment a duty is called to mind, with the unit it is of ("": all that still owe); what has passed too."""
    found: list[tuple[datetime, str, Data]] = [
        (moment.at, unit, _shown(moment, unit, plan, now, zone))
        for duty, unit in duties
        for moment in reminder_moments(duty, plan, zone)
        if moment.at >= duty.since
    ]
    return tuple(shown for _, _, shown in sorted(found, key=lambda one: one[:2]))


def _shown(moment: ReminderMoment, unit: str, plan: Plan, now: datetime, zone: tzinfo) -> Data:
    """The days that are left then, which is not the step of the plan where a weekend moved it; the step decides
    whether the unit's leaders are reminded too."""
    return {
        "at": moment.at,
        "weekday": moment.at.astimezone(zone).weekday(),
        "kind": moment.duty.kind,
        "days_left": days_left(moment.duty.due_at, moment.at, zone),
        "unit": unit,
        "leaders": moment.duty.kind != "publish" and moment.days_left <= plan.escalate_at,
        "passed": moment.at <= now,
    }


def plan_fields(plan: Plan) -> dict[str, str]:
    """The plan as its form shows it: days by commas, one holiday a line."""
    return {
        **{name: ", ".join(str(one) for one in getattr(plan, name)) for name in DAYS},
        "at": f"{plan.at:%H:%M}",
        "quiet_from": f"{plan.quiet[0]:%H:%M}",
        "quiet_until": f"{plan.quiet[1]:%H:%M}",
        "holidays": "\n".join(f"{day:%d/%m/%Y}" for day in sorted(plan.holidays)),
        "escalate_at": str(plan.escalate_at),
        "weekends_off": "1" if plan.weekends_off else "",
    }
