"""More time, on the page of the cycle: what it would mean before it is given, and what was given after."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta, tzinfo
from urllib.parse import urlencode

from sqlalchemy import Connection

from bot.board.acting import DONE, ActRefused
from bot.board.tabs import CYCLE
from bot.conversation import timetable
from bot.conversation.assessment import Cycle
from bot.conversation.office_events import ExtendCycle
from bot.conversation.plan import last_day
from bot.conversation.session import Addressee
from bot.intake.desk import all_addressees
from bot.intake.moments import from_ms, maybe
from bot.intake.shelf import Shelf
from bot.views.board import Data
from storage import cycles

EXTENDED, FOR = "gia-han", "cho"
"""In the address after the form: that more time was given, and to which units; to all where none is named."""
_INSTANT = timedelta(microseconds=1)


def preview(conn: Connection, shelf: Shelf, event: ExtendCycle, now: datetime, zone: tzinfo) -> Data:
    """Who would have until when, and how many days more that is; ActRefused where it cannot be given."""
    row = cycles.open_cycle(conn)
    if row is None:
        raise ActRefused("no_open_cycle")
    criteria = shelf.criteria(conn, row.set_digest)
    cycle = Cycle(row.id, row.year, from_ms(row.due_at), False, criteria, publish_at=maybe(row.publish_at))
    units = all_addressees(conn, cycle)
    if why := timetable.why_no_more_time(cycle, units, event, now):
        raise ActRefused(why.code, why.args)
    concerned = timetable.concerned(units, event)
    return {
        "year": cycle.year,
        "old": last_good(cycle.due_at),
        "until": last_good(event.due_at),
        "weekday": last_day(event.due_at, zone).weekday(),
        "more": _days_more(cycle.due_at, event.due_at, zone),
        "all": not event.unit_codes,
        "units": len(units),
        "named": tuple(
            {
                "name": one.unit.name,
                "old": last_good(one.due_at),
                "more": _days_more(one.due_at, event.due_at, zone),
                "submitted": one.state == "submitted",
            }
            for one in (concerned if event.unit_codes else ())
        ),
        "later": tuple(one.unit.short_name for one in units if not event.unit_codes and one.due_at >= event.due_at),
        "told_units": sum(one.state not in timetable.DONE for one in concerned),
        "reason": event.reason,
    }


def last_good(due_at: datetime) -> datetime:
    """The last instant in time: its day is the last good one."""
    return due_at - _INSTANT


def address(event: ExtendCycle) -> str:
    """The page of the cycle, told who was given more time."""
    return f"{CYCLE}?{urlencode([(DONE, EXTENDED), *((FOR, code) for code in event.unit_codes)])}"


def given(codes: Collection[str], units: Sequence[Addressee], due_at: datetime) -> Data | None:
    """To whom more time was given, by name (none: to all), and until when; the address names units only, the date is
    what is stored. None when it names nobody there is."""
    named = tuple(one for one in units if one.unit.code in codes)
    if codes and not named:
        return None
    until = max((one.due_at for one in named), default=due_at)
    return {"names": tuple(one.unit.short_name for one in named), "until": last_good(until)}


def _days_more(old: datetime, new: datetime, zone: tzinfo) -> int:
    return (last_day(new, zone) - last_day(old, zone)).days
