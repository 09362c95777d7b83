"""Everyone something can go to: units of a cycle with how far they are, people with their roles and ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, select

from storage.dialect import from_json
from storage.rows.mailings import AddresseeRow, ServedRow
from storage.schema import assessments, chats, cycles, people, roles, units

_ROWS: Select[Any] = (
    select(
        units.c.id,
        units.c.code,
        units.c.name,
        units.c.short_name,
        units.c.kind,
        units.c.email,
        units.c.phone,
        assessments.c.id,
        assessments.c.state,
        func.coalesce(assessments.c.decided, 0),
        assessments.c.due_at,
        assessments.c.back_due_at,
        assessments.c.last_at,
        func.coalesce(assessments.c.lines, "{}"),
        assessments.c.awaiting_since,
    )
    .select_from(
        cycles.join(units, units.c.valid_from <= cycles.c.due_at).outerjoin(
            assessments, and_(assessments.c.unit_id == units.c.id, assessments.c.cycle_id == cycles.c.id)
        )
    )
    .where(cycles.c.id == bindparam("cycle"), units.c.valid_to.is_(None))
    .order_by(units.c.position, units.c.id)
)
_SOME_ROWS = _ROWS.where(units.c.id.in_(bindparam("ids", expanding=True)))
# Of a person's chats the one used last that can be written to; a page only where nothing can be pushed.
_PUSHED = and_(chats.c.kind == "private", chats.c.blocked_at.is_(None), chats.c.pulled.is_(False))
_LOOKED_AT = and_(chats.c.kind == "private", chats.c.pulled.is_(True))
_SHUT = and_(chats.c.kind == "private", chats.c.blocked_at.is_not(None), chats.c.pulled.is_(False))


def _latest(usable: Any, column: Any = chats.c.channel) -> Any:
    return (
        select(column)
        .where(chats.c.person_id == people.c.id, usable)
        .order_by(chats.c.last_used_at.desc(), chats.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


_SERVED: Select[Any] = (
    select(
        roles.c.id,
        people.c.id,
        people.c.name,
        roles.c.role,
        roles.c.unit_id,
        _latest(_PUSHED),
        _latest(_LOOKED_AT),
        people.c.snoozed_until,
        _latest(_PUSHED, chats.c.last_used_at),
        _latest(_SHUT),
    )
    .select_from(roles.join(people, people.c.id == roles.c.person_id))
    .where(roles.c.revoked_at.is_(None))
    .order_by(roles.c.granted_at, roles.c.id)
)
_OF_UNIT = _SERVED.where(roles.c.unit_id.is_not_distinct_from(bindparam("unit")))
_BY_ID = _SERVED.where(roles.c.id == bindparam("role_id"))


def addressee_rows(conn: Connection, cycle_id: int) -> tuple[AddresseeRow, ...]:
    """The units that count in the cycle now, in their order; merged and closed ones are left out."""
    return tuple(_addressee(row) for row in conn.execute(_ROWS, {"cycle": cycle_id}))


def some_addressee_rows(conn: Connection, cycle_id: int, unit_ids: Sequence[int]) -> tuple[AddresseeRow, ...]:
    """The same for the units named by id."""
    rows = conn.execute(_SOME_ROWS, {"cycle": cycle_id, "ids": list(unit_ids)})
    return tuple(_addressee(row) for row in rows)


def served(conn: Connection) -> Mapping[int | None, Sequence[ServedRow]]:
    """Everyone with a live role, by unit (None: the office), in order of granting."""
    found: dict[int | None, list[ServedRow]] = defaultdict(list)
    for row in conn.execute(_SERVED):
        found[row[4]].append(_served(row))
    return found


def served_of(conn: Connection, unit_id: int | None) -> tuple[ServedRow, ...]:
    """The same for one unit, or (None) the office."""
    return tuple(_served(row) for row in conn.execute(_OF_UNIT, {"unit": unit_id}))


def granted_role(conn: Connection, role_id: int) -> ServedRow | None:
    """A live role by the number of its grant."""
    row = conn.execute(_BY_ID, {"role_id": role_id}).first()
    return None if row is None else _served(row)


def _addressee(row: Any) -> AddresseeRow:
    columns = list(row)
    columns[13] = from_json(columns[13])
    return AddresseeRow(*columns)


def _served(row: Any) -> ServedRow:
    role_id, person_id, name, role, unit_id, pushed, looked_at, snoozed, spoke_at, shut = row
    way = "chat" if pushed else "page" if looked_at else "none"
    channel = pushed or looked_at or ""
    return ServedRow(role_id, person_id, name, role, unit_id, way, channel, snoozed, spoke_at, shut or "")
