"""The units that assess themselves."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Select, bindparam, or_, select

from storage.dialect import PerDialect
from storage.rows import NewUnit, UnitRow
from storage.schema import units

_CHANGES = ("name", "short_name", "kind", "folded_name", "position", "valid_from", "valid_to")
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
)
_VALID = _ALL.where(
    units.c.valid_from <= bindparam("at"), or_(units.c.valid_to.is_(None), units.c.valid_to > bindparam("at"))
).order_by(units.c.position, units.c.id)
_BY_CODE = _ALL.where(units.c.code == bindparam("unit_code"))
_BY_ID = _ALL.where(units.c.id == bindparam("unit_id"))


def put_unit(conn: Connection, unit: NewUnit) -> int:
    """Store a unit, or replace what is known of the unit with this code; return its id."""
    unit_id: int = conn.execute(_PUT(conn), asdict(unit)).scalar_one()
    return unit_id


def list_units(conn: Connection, at: int) -> tuple[UnitRow, ...]:
    """The units valid at that moment, in their order."""
    return tuple(UnitRow(*row) for row in conn.execute(_VALID, {"at": at}))


def unit_by_code(conn: Connection, code: str) -> UnitRow | None:
    """Load a unit by its code, valid or not."""
    row = conn.execute(_BY_CODE, {"unit_code": code}).first()
    return None if row is None else UnitRow(*row)


def unit_by_id(conn: Connection, unit_id: int) -> UnitRow | None:
    """Load a unit by its id, valid or not."""
    row = conn.execute(_BY_ID, {"unit_id": unit_id}).first()
    return None if row is None else UnitRow(*row)
