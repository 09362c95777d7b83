"""What the clock looks at: the cycle with its plan of reminders and every dated duty that is still owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation.plan import USUAL, Plan
from bot.intake.moments import from_ms
from bot.intake.plans import plan_of
from bot.intake.record_office import OFFICE_STREAM
from bot.views.duties import Duty
from storage import cycles, duties, marks
from storage.rows import CycleRow


@dataclass(frozen=True, slots=True)
class OpenCycle:
    """The cycle the clock keeps: its id, since when, the first instant that is too late, its plan, what is still owed.

    Of one that is `closed` for entry only the office's own publication is left.
    """

    id: int
    opened_at: datetime
    due_at: datetime
    plan: Plan = USUAL
    duties: tuple[Duty, ...] = ()
    closed: bool = False
    lost: tuple[datetime, datetime] | None = None
    """From when to when what the service did is not known here, because a backup was restored."""


def open_cycle(conn: Connection) -> OpenCycle | None:
    """The open cycle, or the one closed last while its result is still to be published; a unit of reading."""
    row = cycles.open_cycle(conn) or cycles.latest_cycle(conn)
    if row is None or (row.closed_at is not None and row.publish_at is None):
        return None
    opened, due = from_ms(row.opens_at), from_ms(row.due_at)
    closed = row.closed_at is not None
    owed = () if closed else _owed(conn, row)
    if row.publish_at is not None:
        owed += (Duty("publish", from_ms(row.publish_at), opened),)
    return OpenCycle(row.id, opened, due, plan_of(row), owed, closed, _lost(conn))


def _lost(conn: Connection) -> tuple[datetime, datetime] | None:
    """What a restored backup does not know of; `tucham restore` marks it."""
    restored = marks.mark(conn, "restore")
    return None if restored is None else (from_ms(restored.body["taken_at"]), from_ms(restored.at))


def _owed(conn: Connection, row: CycleRow) -> tuple[Duty, ...]:
    since = duties.since_when(conn, OFFICE_STREAM)

    def submit(due_at: int, unit_id: int | None = None) -> Duty:
        return Duty("submit", from_ms(due_at), from_ms(max(row.opens_at, since.get(due_at, 0))), unit_id)

    owed = [submit(row.due_at)]
    for own in duties.own_dates(conn, row.id):
        if own.state == "returned" and own.back_due_at is not None:
            returned = from_ms(own.returned_at if own.returned_at is not None else row.opens_at)
            owed.append(Duty("resubmit", from_ms(own.back_due_at), returned, own.unit_id))
        elif own.due_at is not None:
            owed.append(submit(own.due_at, own.unit_id))
    return tuple(owed)
