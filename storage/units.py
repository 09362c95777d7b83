"""The units that assess themselves."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, or_, select, update

from storage.dialect import PerDialect
from storage.rows import NewUnit, UnitRow
from storage.schema import assessments, cycles, invites, units

ENDED_STATES = ("merged", "closed")
"""Of an assessment whose unit is no more."""
COUNTED: ColumnElement[bool] = and_(
    or_(assessments.c.id.is_(None), assessments.c.state.not_in(ENDED_STATES)),
    or_(units.c.valid_to.is_(None), units.c.valid_to > cycles.c.closed_at, assessments.c.id.is_not(None)),
)
"""Whether a unit counts in a cycle (outer-joined with its assessment there): it did not end before the cycle did."""
# Not `valid_to`: a unit that is no more is not brought back by being listed.
_CHANGES = ("name", "short_name", "kind", "folded_name", "position", "valid_from", "email", "phone")
_PUT = PerDialect(
    units,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["code"], set_={name: insert.excluded[name] for name in _CHANGES}
    ).returning(units.c.id),
)
_ALL: Select[Any] = select(
    units.c.id,
    units.c.code,
    units.c.name,
    units.c.short_name,
    units.c.kind,
    units.c.folded_name,
    units.c.position,
    units.c.valid_from,
    units.c.valid_to,
    units.c.email,
    units.c.phone,
    units.c.successor_id,
)
_VALID = _ALL.where(
    units.c.valid_from <= bindparam("at"), or_(units.c.valid_to.is_(None), units.c.valid_to > bindparam("at"))
).order_by(units.c.position, units.c.id)
_EVERY = _ALL.order_by(units.c.position, units.c.id)
_TAKE_INVITES = (
    update(invites)
    .where(invites.c.unit_id == bindparam("unit"), invites.c.revoked_at.is_(None), invites.c.uses_left > 0)
    .values(revoked_at=bindparam("at"))
)
_BY_CODE = _ALL.where(units.c.code == bindparam("unit_code"))
_BY_ID = _ALL.where(units.c.id == bindparam("unit_id"))
_END = (
    update(units)
    .where(units.c.id == bindparam("unit"), units.c.valid_to.is_(None))
    .values(valid_to=bindparam("at"), successor_id=bindparam("successor"))
)


def put_unit(conn: Connection, unit: NewUnit) -> int:
    """Store a unit, or replace what is known of the unit with this code; return its id."""
    unit_id: int = conn.execute(_PUT(conn), asdict(unit)).scalar_one()
    return unit_id


def list_units(conn: Connection, at: int) -> tuple[UnitRow, ...]:
    """The units valid at that moment, in their order."""
    return tuple(UnitRow(*row) for row in conn.execute(_VALID, {"at": at}))


def every_unit(conn: Connection) -> tuple[UnitRow, ...]:
    """All units, the ones that are no more included, in their order."""
    return tuple(UnitRow(*row) for row in conn.execute(_EVERY))


def end_unit(conn: Connection, unit_id: int, at: int, successor_id: int | None = None) -> bool:
    """A unit is no more from that moment on, or is part of another; its invites are taken back. False when it had
    ended before."""
    conn.execute(_TAKE_INVITES, {"unit": unit_id, "at": at})
    return conn.execute(_END, {"unit": unit_id, "at": at, "successor": successor_id}).rowcount == 1


def unit_by_code(conn: Connection, code: str) -> UnitRow | None:
    """Load a unit by its code, valid or not."""
    row = conn.execute(_BY_CODE, {"unit_code": code}).first()
    return None if row is None else UnitRow(*row)


def unit_by_id(conn: Connection, unit_id: int) -> UnitRow | None:
    """Load a unit by its id, valid or not."""
    row = conn.execute(_BY_ID, {"unit_id": unit_id}).first()
    return None if row is None else UnitRow(*row)
