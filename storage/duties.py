"""The dated duties of a cycle: which units have a date of their own, and since when a date stands."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, bindparam, func, or_, select

from storage.dialect import from_json
from storage.schema import assessments, ledger, texts, units

_RETURNED = (
    select(func.max(texts.c.at))
    .where(texts.c.assessment_id == assessments.c.id, texts.c.kind == "reason")
    .scalar_subquery()
)
_OWN: Select[Any] = (
    select(assessments.c.unit_id, assessments.c.state, assessments.c.due_at, assessments.c.back_due_at, _RETURNED)
    .select_from(assessments.join(units, units.c.id == assessments.c.unit_id))
    .where(
        assessments.c.cycle_id == bindparam("cycle"),
        units.c.valid_to.is_(None),
        or_(
            and_(assessments.c.state == "open", assessments.c.due_at.is_not(None)),
            and_(
                assessments.c.state == "returned",
                or_(assessments.c.due_at.is_not(None), assessments.c.back_due_at.is_not(None)),
            ),
        ),
    )
    .order_by(assessments.c.unit_id)
)
_DATED: Select[Any] = (
    select(ledger.c.at, ledger.c.body)
    .where(ledger.c.stream == bindparam("stream"), ledger.c.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(ledger.c.seq)
)
_KINDS = ("CycleOpened", "CycleExtended", "CycleReopened")


class OwnDate(NamedTuple):
    """A unit that still owes its result by a date of its own: given more time, or given back."""

    unit_id: int
    state: str
    due_at: int | None
    back_due_at: int | None
    returned_at: int | None


def own_dates(conn: Connection, cycle_id: int) -> tuple[OwnDate, ...]:
    """The units of a cycle that owe something by a date that is not the cycle's."""
    return tuple(OwnDate(*row) for row in conn.execute(_OWN, {"cycle": cycle_id}))


def since_when(conn: Connection, stream: str) -> dict[int, int]:
    """When each date that the office ever set for a cycle was set last; both in epoch milliseconds."""
    rows = conn.execute(_DATED, {"stream": stream, "kinds": _KINDS})
    return {due_at: at for at, body in rows if (due_at := from_json(body).get("due_at")) is not None}
