"""Persons, their place in the conversation, and the roles they hold."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, insert, or_, select, update

from storage.dialect import PerDialect, from_json, to_json
from storage.rows import JsonObject, MemberRow, PersonRow, RoleRow
from storage.schema import assessments, people, roles, units

_BY_ID: ColumnElement[bool] = people.c.id == bindparam("person")
_ADD = insert(people).returning(people.c.id)
_ACCEPT = update(people).where(_BY_ID).values(accepted_at=func.coalesce(people.c.accepted_at, bindparam("at")))
_PLACE = update(people).where(_BY_ID).values(place=bindparam("new_place"), assessment_id=bindparam("active"))
_SNOOZE = update(people).where(_BY_ID).values(snoozed_until=bindparam("until"))
_PLACES = (
    select(people.c.id, people.c.place, people.c.assessment_id)
    .select_from(people.join(assessments, assessments.c.id == people.c.assessment_id))
    .where(assessments.c.cycle_id == bindparam("cycle"))
    .order_by(people.c.id)
    .with_for_update(of=people)
)
_LOCK = select(people.c.id).where(_BY_ID).with_for_update()
_LOAD: Select[Any] = select(
    people.c.id, people.c.name, people.c.created_at, people.c.accepted_at, people.c.assessment_id, people.c.place
).where(_BY_ID)
_ERASED = select(people.c.erased_at).where(_BY_ID)
_LIVE = roles.c.revoked_at.is_(None)
_GRANT = PerDialect(roles, lambda insert: insert.on_conflict_do_nothing())
_HELD = select(roles.c.id).where(
    roles.c.person_id == bindparam("person"),
    roles.c.role == bindparam("role"),
    roles.c.unit_id.is_not_distinct_from(bindparam("unit")),
    _LIVE,
)
_HOLDER = select(roles.c.person_id).where(roles.c.id == bindparam("role_id"))
_REVOKE = update(roles).where(roles.c.id == bindparam("role_id"), _LIVE).values(revoked_at=bindparam("at"))
_ROLES: Select[Any] = (
    select(
        roles.c.id,
        roles.c.person_id,
        roles.c.role,
        roles.c.unit_id,
        units.c.code,
        units.c.name,
        units.c.kind,
        roles.c.granted_at,
    )
    .select_from(roles.outerjoin(units, units.c.id == roles.c.unit_id))
    .where(roles.c.person_id == bindparam("person"), _LIVE)
    .order_by(roles.c.granted_at, roles.c.id)
)
_MEMBERS: Select[Any] = (
    select(roles.c.id, people.c.id, people.c.name, roles.c.role, roles.c.granted_at)
    .select_from(roles.join(people, people.c.id == roles.c.person_id))
    .where(
        roles.c.unit_id.is_not_distinct_from(bindparam("unit")),
        or_(bindparam("any_role"), roles.c.role == bindparam("role")),
        _LIVE,
    )
    .order_by(roles.c.granted_at, roles.c.id)
)


def add_person(conn: Connection, name: str, at: int) -> int:
    """Store a person and return the id."""
    return int(conn.execute(_ADD, {"name": name, "created_at": at}).scalar_one())


def person_by_id(conn: Connection, person_id: int) -> PersonRow | None:
    """Load a person without locking."""
    row = conn.execute(_LOAD, {"person": person_id}).first()
    if row is None:
        return None
    columns = list(row)
    columns[5] = from_json(columns[5])
    return PersonRow(*columns)


def is_erased(conn: Connection, person_id: int) -> bool:
    """Whether somebody was forgotten."""
    return conn.execute(_ERASED, {"person": person_id}).scalar() is not None


def accept_notice(conn: Connection, person_id: int, at: int) -> None:
    """Note when the person accepted what is stored about them; the first time counts."""
    conn.execute(_ACCEPT, {"person": person_id, "at": at})


def put_place(conn: Connection, person_id: int, place: JsonObject, assessment_id: int | None) -> None:
    """Store where the person is, and the active assessment."""
    conn.execute(_PLACE, {"person": person_id, "new_place": to_json(place), "active": assessment_id})


def places_in(conn: Connection, cycle_id: int) -> tuple[tuple[int, JsonObject, int], ...]:
    """Lock whoever works on an assessment of the cycle: person, place and assessment, in the order of people."""
    rows = conn.execute(_PLACES, {"cycle": cycle_id})
    return tuple((person_id, from_json(place), assessment) for person_id, place, assessment in rows)


def lock_people(conn: Connection, ids: Collection[int]) -> None:
    """Wait for what these people are doing right now, and let nobody else act as them until the end."""
    for person_id in sorted(ids):  # always in this order, so that nobody waits in a circle
        conn.execute(_LOCK, {"person": person_id})


def snooze(conn: Connection, person_id: int, until: int) -> None:
    """Note that the person wants no reminder before a moment."""
    conn.execute(_SNOOZE, {"person": person_id, "until": until})


def grant_role(conn: Connection, person_id: int, role: str, unit_id: int | None, at: int) -> int:
    """Give a role, in a unit or (None) of the office; return its id, the old one's when it is held already."""
    conn.execute(_GRANT(conn), {"person_id": person_id, "role": role, "unit_id": unit_id, "granted_at": at})
    return int(conn.execute(_HELD, {"person": person_id, "role": role, "unit": unit_id}).scalar_one())


def revoke_role(conn: Connection, role_id: int, at: int) -> bool:
    """Take a role back; False when it is not held. Waits for what the person is doing right now."""
    holder = conn.execute(_HOLDER, {"role_id": role_id}).scalar()
    if holder is None:
        return False
    conn.execute(_LOCK, {"person": holder})
    return conn.execute(_REVOKE, {"role_id": role_id, "at": at}).rowcount == 1


def roles_of(conn: Connection, person_id: int) -> tuple[RoleRow, ...]:
    """The roles the person holds now, in order of granting."""
    return tuple(RoleRow(*row) for row in conn.execute(_ROLES, {"person": person_id}))


def people_of_unit(conn: Connection, unit_id: int | None, role: str | None = None) -> tuple[MemberRow, ...]:
    """Who holds a role (or that role) in a unit, or (None) in the office, in order of granting."""
    asked = {"unit": unit_id, "role": role or "", "any_role": role is None}
    return tuple(MemberRow(*row) for row in conn.execute(_MEMBERS, asked))
