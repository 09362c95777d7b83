"""`tucham cycle reminders`: when the open cycle reminds, as a list of dates; and how that is edited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.cli.moments import day_of, in_full
from bot.cli.shape import FAILED, Stopped, command, json_option, option, tell
from bot.cli.start import at_the_desk, configured, settle
from bot.wording import find, say

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from bot.conversation.plan import Plan, PlanRefused
    from bot.delivery.agenda import OpenCycle
    from bot.views.duties import Duty, ReminderMoment

LISTS = {"days": "days_before", "overdue": "overdue_after", "back": "back_before", "publish": "publish_before"}
"""Options that hold numbers of days, and the parts of a plan that they are."""


@command("command.cycle.reminders")
@option("--days", key="command.cycle.reminders.days", metavar="N,N")
@option("--overdue", key="command.cycle.reminders.overdue", metavar="N,N")
@option("--back", key="command.cycle.reminders.back", metavar="N,N")
@option("--publish", key="command.cycle.reminders.publish", metavar="N,N")
@option("--at", key="command.cycle.reminders.at", metavar="HH:MM")
@option("--quiet", key="command.cycle.reminders.quiet", metavar="HH:MM-HH:MM")
@option("--holiday", "holidays", key="command.cycle.reminders.holiday", multiple=True, metavar="DATE")
@option("--no-holidays", key="command.cycle.reminders.no_holidays", is_flag=True)
@option("--weekends/--no-weekends", key="command.cycle.reminders.weekends", default=None)
@option("--leader", key="command.cycle.reminders.leader", metavar="N")
@option("--usual", key="command.cycle.reminders.usual", is_flag=True)
@json_option
def reminders(usual: bool, as_json: bool, **written: object) -> int:
    """Print the schedule, edited first where an option says so; what cannot be followed is told all at once."""
    import json

    from bot.conversation.office_events import PlanReminders
    from bot.conversation.plan import USUAL, Plan, PlanRefused
    from bot.delivery.agenda import open_cycle

    zone = configured().zone
    known = at_the_desk(lambda office: office.store.read(open_cycle))
    if known is None or known.closed:
        raise Stopped(say("refusal.no_open_cycle"))
    edits = _edits(written)
    if edits or usual:
        try:
            plan = Plan.from_mapping((USUAL if usual else known.plan).to_mapping() | edits)
        except PlanRefused as refused:
            tell("\n".join(_problems(refused)))
            return FAILED
        at_the_desk(lambda office: settle(office, PlanReminders(plan.to_mapping())))
    agenda, names = at_the_desk(lambda office: office.store.read(_agenda))
    if as_json:
        tell(json.dumps(agenda.plan.to_mapping(), ensure_ascii=False, indent=2))
        return 0
    tell("\n".join(_lines(agenda, names, zone)))
    return 0


def _edits(written: dict[str, object]) -> dict[str, object]:
    """The parts that the options write, as plain data; what is wrong in them is the plan's to say."""
    edits: dict[str, object] = {
        part: _numbers(str(written[name])) for name, part in LISTS.items() if written[name] is not None
    }
    if written["at"] is not None:
        edits["at"] = written["at"]
    if written["quiet"] is not None:
        edits["quiet"] = [one.strip() for one in str(written["quiet"]).split("-")]
    holidays = written["holidays"]
    if holidays or written["no_holidays"]:
        edits["holidays"] = [_iso(str(one)) for one in holidays] if isinstance(holidays, tuple) else []
    if written["weekends"] is not None:
        edits["weekends_off"] = not written["weekends"]
    if written["leader"] is not None:
        edits["escalate_at"] = _number(str(written["leader"]))
    return edits


def _numbers(text: str) -> list[object]:
    return [_number(one) for one in text.split(",") if one.strip()]


def _number(text: str) -> object:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else text


def _iso(text: str) -> str:
    try:
        day = day_of(text)
    except ValueError:
        day = None
    return text if day is None else day.isoformat()


def _problems(refused: PlanRefused) -> Iterator[str]:
    for one in refused.problems:
        yield say(f"plan.{one.code}", part=find(f"plan.part.{one.part}") or one.part, value=one.value)
    yield say("plan.nothing")


def _agenda(conn: Connection) -> tuple[OpenCycle, dict[int, str]]:
    from bot.delivery.agenda import open_cycle
    from storage import units

    agenda = open_cycle(conn)
    if agenda is None:
        raise LookupError("the cycle was there a moment ago")
    return agenda, {one.id: one.name for one in units.list_units(conn, _now_ms())}


def _lines(agenda: OpenCycle, names: dict[int, str], zone: ZoneInfo) -> Iterator[str]:
    from bot.views.duties import reminder_moments

    yield from _rules(agenda.plan)
    for duty in agenda.duties:
        unit = names.get(duty.unit_id, "") if duty.unit_id is not None else ""
        yield ""
        yield say(f"reminders.{duty.kind}", unit=unit or say("cycle.all_units"), due=in_full(duty.due_at, zone))
        yield from _moments(duty, reminder_moments(duty, agenda.plan, zone), zone)


def _rules(plan: Plan) -> Iterator[str]:
    begins, ends = (f"{one:%H:%M}" for one in plan.quiet)
    yield say("reminders.rules", at=f"{plan.at:%H:%M}", begins=begins, ends=ends, leader=plan.escalate_at)
    yield say("reminders.weekends_off" if plan.weekends_off else "reminders.weekends_on")
    if plan.holidays:
        yield say("reminders.holidays", days=", ".join(f"{day:%d/%m/%Y}" for day in sorted(plan.holidays)))


def _moments(duty: Duty, moments: Sequence[ReminderMoment], zone: ZoneInfo) -> Iterator[str]:
    from bot.conversation.plan import days_left

    now = _now()
    for one in moments:
        local = one.at.astimezone(zone)
        left = days_left(duty.due_at, one.at, zone)
        step = "last" if left == 0 else "left" if left > 0 else "over"
        yield "  " + say(
            "reminders.moment",
            at=f"{local:%H:%M}",
            weekday=say(f"reminders.weekday.{local.weekday()}"),
            day=f"{local:%d/%m/%Y}",
            step=say(f"reminders.{step}", days=abs(left)),
            past=say("reminders.past") if one.at <= now or one.at < duty.since else "",
        )


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - an edge


def _now_ms() -> int:
    return int(_now().timestamp() * 1000)
