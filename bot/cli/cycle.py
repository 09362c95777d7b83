"""`tucham cycle`: a year's assessment is opened, given more time, closed, opened again, and looked at."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

import click

from bot.cli.amend import amend
from bot.cli.moments import at_hour, deadline, in_full, needed, spelled
from bot.cli.reminders import reminders
from bot.cli.shape import Stopped, json_option, noun, option, tell, verb
from bot.cli.start import at_the_desk, configured, settle
from bot.wording import say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.rows import CycleRow
    from storage.rows.mailings import AddresseeRow


@noun("cycle")
def cycle() -> None:
    """A noun."""


def _due_options(function: click.decorators.FC) -> click.decorators.FC:
    """Two ways to write a deadline: --due is the day it is before, --until the last day that is in time."""
    until = option("--until", key="command.cycle.until", metavar="DATE")
    return option("--due", key="command.cycle.due", metavar="DATE")(until(function))


_reason = option("--reason", key="command.cycle.reason", default="", metavar="TEXT")


@verb(cycle, "open")
@option("--criteria", "set_name", key="command.cycle.open.criteria", required=True, metavar="SET")
@option("--year", key="command.cycle.open.year", type=int, required=True, metavar="YYYY")
@_due_options
@option("--publish", key="command.cycle.open.publish", metavar="DATE")
@option("--approval", key="command.cycle.open.approval", is_flag=True)
def open_(set_name: str, year: int, due: str | None, until: str | None, publish: str | None, approval: bool) -> None:
    """Open a cycle."""
    from bot.cli.criteria import told
    from bot.conversation.office_events import OpenCycle
    from scoring.errors import CriteriaSetInvalid
    from scoring.library import digest, parse_set, read_set

    if not 2000 <= year <= 2100:
        raise Stopped(say("refusal.year", year=year))
    zone = configured().zone
    due_at = needed(deadline(due, until, zone))
    try:
        text = read_set(set_name)
        found = parse_set(text, set_name)
    except CriteriaSetInvalid as error:
        raise Stopped(told(error)) from None
    usual = datetime.combine(found.cycle.publication_before(year), time(), zone).astimezone(UTC)
    event = OpenCycle(year, found.id, digest(text), due_at, deadline(publish, None, zone) or usual, approval)
    at_the_desk(lambda office: settle(office, event, set_text=text))
    tell(say("cycle.opened", year=year, set=found.id, due=spelled(due_at, zone)))
    if approval:
        tell(say("cycle.approval_on"))
    if due_at <= datetime.now(UTC):  # noqa: TID251 - an edge
        tell(say("cycle.due_passed"))


@verb(cycle, "extend")
@_due_options
@option("--unit", "codes", key="command.cycle.extend.unit", multiple=True, metavar="CODE")
@_reason
def extend(due: str | None, until: str | None, codes: tuple[str, ...], reason: str) -> None:
    """Give all units, or some, more time."""
    from bot.conversation.office_events import ExtendCycle

    zone = configured().zone
    due_at = needed(deadline(due, until, zone))
    at_the_desk(lambda office: settle(office, ExtendCycle(due_at, codes, reason)))
    whom = ", ".join(codes) if codes else say("cycle.all_units")
    tell(say("cycle.extended", units=whom, due=in_full(due_at, zone)))


@verb(cycle, "approval")
@click.argument("wanted", metavar="on|off", type=click.Choice(["on", "off"]))
def approval(wanted: str) -> None:
    """Have a unit's leader approve what it hands in, or not."""
    from bot.conversation.office_events import SetApproval

    at_the_desk(lambda office: settle(office, SetApproval(wanted == "on")))
    tell(say(f"cycle.approval_{wanted}"))


@verb(cycle, "close")
def close() -> None:
    """Close the open cycle."""
    from bot.conversation.office_events import CloseCycle

    at_the_desk(lambda office: settle(office, CloseCycle()))
    tell(say("cycle.closed"))


@verb(cycle, "reopen")
@_due_options
@_reason
def reopen(due: str | None, until: str | None, reason: str) -> None:
    """Open the cycle closed last for entry again."""
    from bot.conversation.office_events import ReopenCycle

    zone = configured().zone
    due_at = deadline(due, until, zone)
    at_the_desk(lambda office: settle(office, ReopenCycle(reason, due_at)))
    row, *_ = _found()
    tell(say("cycle.reopened", year=row.year, due=in_full(_moment(row.due_at), zone)))
    if row.due_at <= datetime.now(UTC).timestamp() * 1000:  # noqa: TID251 - an edge
        tell(say("cycle.due_passed"))


@verb(cycle, "show")
@json_option
def show(as_json: bool) -> None:
    """Print the cycle that is open, or the last one, with every date that counts."""
    import json

    zone = configured().zone
    row, own, set_name = _found()
    if as_json:
        tell(json.dumps(_as_json(row, own), ensure_ascii=False, indent=2))
        return
    state = say("status.open" if row.closed_at is None else "status.closed")
    tell(say("cycle.head", year=row.year, state=state, opened=at_hour(_moment(row.opens_at), zone)))
    tell(say("cycle.set", set=set_name, digest=row.set_digest[:12]))
    tell(say("cycle.due", due=in_full(_moment(row.due_at), zone)))
    if row.publish_at is not None:
        tell(say("cycle.publish", due=in_full(_moment(row.publish_at), zone)))
    tell(say("cycle.approval_on" if row.approval else "cycle.approval_off"))
    if row.closed_at is not None:
        tell(say("cycle.closed_at", at=at_hour(_moment(row.closed_at), zone)))
    for one in own:
        if one.due_at is not None:
            tell(say("cycle.own", code=one.code, name=one.name, due=in_full(_moment(one.due_at), zone)))
        if one.back_due_at is not None and one.state == "returned":
            tell(say("cycle.back", code=one.code, name=one.name, due=in_full(_moment(one.back_due_at), zone)))
    tell(say("cycle.reminded"))


def _found() -> tuple[CycleRow, tuple[AddresseeRow, ...], str]:
    found = at_the_desk(lambda office: office.store.read(_look))
    if found is None:
        raise Stopped(say("refusal.no_cycle"))
    return found


def _look(conn: Connection) -> tuple[CycleRow, tuple[AddresseeRow, ...], str] | None:
    """The cycle, the units that have a date of their own in it, and the name of its criteria set."""
    from scoring.library import parse_set
    from storage import addressees, cycles

    row = cycles.open_cycle(conn) or cycles.latest_cycle(conn)
    if row is None:
        return None
    units = addressees.addressee_rows(conn, row.id)
    found = parse_set(cycles.set_text(conn, row.set_digest), row.set_digest)
    return row, tuple(one for one in units if one.due_at is not None or one.back_due_at is not None), found.id


def _as_json(row: CycleRow, own: tuple[AddresseeRow, ...]) -> dict[str, object]:
    def iso(at: int | None) -> str | None:
        return None if at is None else _moment(at).isoformat()

    return {
        "year": row.year,
        "open": row.closed_at is None,
        "criteria_set": row.set_digest,
        "opened_at": iso(row.opens_at),
        "due_at": iso(row.due_at),
        "publish_at": iso(row.publish_at),
        "closed_at": iso(row.closed_at),
        "approval": row.approval,
        "units": [
            {"code": one.code, "due_at": iso(one.due_at), "back_due_at": iso(one.back_due_at)} for one in own
        ],
    }  # fmt: skip


def _moment(at: int) -> datetime:
    from bot.intake.moments import from_ms

    return from_ms(at)


cycle.add_command(amend)
cycle.add_command(reminders)
