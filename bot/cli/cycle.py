"""`tucham cycle`: a year's assessment is opened and closed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.cli.shape import Stopped, noun, option, tell, verb
from bot.cli.start import at_the_desk, configured, settle
from bot.wording import say

_DAY = re.compile(
    r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})|(?P<d2>[0-9]{1,2})/(?P<m2>[0-9]{1,2})/(?P<y2>[0-9]{4})"
)


@noun("cycle")
def cycle() -> None:
    """A noun."""


@verb(cycle, "open")
@option("--criteria", "set_name", key="command.cycle.open.criteria", required=True, metavar="SET")
@option("--year", key="command.cycle.open.year", type=int, required=True, metavar="YYYY")
@option("--due", key="command.cycle.open.due", required=True, metavar="DATE")
def open_(set_name: str, year: int, due: str) -> None:
    """Open a cycle."""
    from bot.cli.criteria import told
    from bot.conversation.events import OpenCycle
    from scoring.errors import CriteriaSetInvalid
    from scoring.library import digest, parse_set, read_set

    if not 2000 <= year <= 2100:
        raise Stopped(say("refusal.year", year=year))
    zone = configured().zone
    try:
        due_at = last_instant(due, zone)
    except ValueError:
        raise Stopped(say("refusal.due", due=due)) from None
    try:
        text = read_set(set_name)
        found = parse_set(text, set_name)
    except CriteriaSetInvalid as error:
        raise Stopped(told(error)) from None
    event = OpenCycle(year, found.id, digest(text), due_at)
    at_the_desk(lambda office: settle(office, event, set_text=text))
    tell(say("cycle.opened", year=year, set=found.id, due=spelled(due_at, zone)))
    if due_at <= datetime.now(UTC):  # noqa: TID251 - an edge
        tell(say("cycle.due_passed"))


@verb(cycle, "close")
def close() -> None:
    """Close the open cycle."""
    from bot.conversation.events import CloseCycle

    at_the_desk(lambda office: settle(office, CloseCycle()))
    tell(say("cycle.closed"))


def spelled(due_at: datetime, zone: ZoneInfo) -> str:
    """A deadline in words: the day it is before, or the hour."""
    local = due_at.astimezone(zone)
    return say(
        "cycle.before_day" if local.time() == time() else "cycle.until", at=f"{local:%H:%M}", day=f"{local:%d/%m/%Y}"
    )


def last_instant(due: str, zone: ZoneInfo) -> datetime:
    """The deadline in UTC: a day means "before that day", so its first instant; ValueError when it is no moment."""
    text = due.strip()
    day = _DAY.fullmatch(text)
    if day is not None:
        year, month, number = (int(day[one] or day[f"{one}2"]) for one in "ymd")
        return datetime.combine(date(year, month, number), time(), zone).astimezone(UTC)
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)
