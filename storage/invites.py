"""Invites: who may join as what, how often, until when."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, insert, or_, select, update

from storage.dialect import is_sqlite
from storage.rows import ClaimRow, InviteRow, NewInvite
from storage.schema import cycles, invite_claims, invites, people, units

_ADD = insert(invites).returning(invites.c.id)
_ALL: Select[Any] = select(
    invites.c.id,
    invites.c.code_hash,
    invites.c.role,
    invites.c.unit_id,
    invites.c.uses_left,
    invites.c.expires_at,
    invites.c.cycle_id,
    invites.c.created_at,
    invites.c.created_by,
    invites.c.revoked_at,
    units.c.code,
    units.c.name,
    units.c.kind,
    cycles.c.closed_at,
).select_from(
    invites.outerjoin(units, units.c.id == invites.c.unit_id).outerjoin(cycles, cycles.c.id == invites.c.cycle_id)
)
_LIST = _ALL.order_by(invites.c.id)
_BY_HASH = _ALL.where(invites.c.code_hash == bindparam("hash"))
_BY_ID = _ALL.where(invites.c.id == bindparam("invite"))
_REPLACE = (
    update(invites)
    .where(
        invites.c.role == bindparam("the_role"),
        invites.c.unit_id.is_not_distinct_from(bindparam("unit")),
        invites.c.uses_left > 0,
        invites.c.revoked_at.is_(None),
    )
    .values(revoked_at=bindparam("at"))
)
_LOCK = select(invites.c.id).where(invites.c.code_hash == bindparam("hash")).with_for_update()
_USABLE: ColumnElement[bool] = and_(
    invites.c.uses_left > 0,
    invites.c.revoked_at.is_(None),
    or_(invites.c.expires_at.is_(None), invites.c.expires_at > bindparam("at")),
    or_(
        invites.c.cycle_id.is_(None),
        select(cycles.c.id).where(cycles.c.id == invites.c.cycle_id, cycles.c.closed_at.is_(None)).exists(),
    ),
)
_USE = update(invites).where(invites.c.id == bindparam("invite"), _USABLE).values(uses_left=invites.c.uses_left - 1)
_CLAIM = insert(invite_claims)
_REVOKE = (
    update(invites)
    .where(invites.c.id == bindparam("invite"), invites.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at"))
)
_ALL_CLAIMS: Select[Any] = (
    select(invite_claims.c.invite_id, invite_claims.c.person_id, people.c.name, invite_claims.c.at)
    .select_from(invite_claims.join(people, people.c.id == invite_claims.c.person_id))
    .order_by(invite_claims.c.id)
)


def add_invite(conn: Connection, invite: NewInvite) -> int:
    """Store an invite and return its id."""
    return int(conn.execute(_ADD, asdict(invite)).scalar_one())


def find_invite(conn: Connection, code_hash: str) -> InviteRow | None:
    """Lock and load the invite with this code, usable or not."""
    if not is_sqlite(conn):
        conn.execute(_LOCK, {"hash": code_hash})
    return look_invite(conn, code_hash)


def invite_by_id(conn: Connection, invite_id: int) -> InviteRow | None:
    """Load an invite by its number, usable or not."""
    row = conn.execute(_BY_ID, {"invite": invite_id}).first()
    return None if row is None else InviteRow(*row)


def revoke_like(conn: Connection, role: str, unit_id: int | None, at: int) -> int:
    """Take back every invite for this role of this unit (None: the office) that still has a use; return how many."""
    return conn.execute(_REPLACE, {"the_role": role, "unit": unit_id, "at": at}).rowcount


def look_invite(conn: Connection, code_hash: str) -> InviteRow | None:
    """The invite with this code as it stands now; locks nothing."""
    row = conn.execute(_BY_HASH, {"hash": code_hash}).first()
    return None if row is None else InviteRow(*row)


def use_invite(conn: Connection, invite_id: int, person_id: int, at: int) -> bool:
    """Take one use of the invite for the person; False when it is used up, expired, revoked or its cycle closed."""
    if conn.execute(_USE, {"invite": invite_id, "at": at}).rowcount != 1:
        return False
    conn.execute(_CLAIM, {"invite_id": invite_id, "person_id": person_id, "at": at})
    return True


def spend(conn: Connection, invite_id: int, at: int) -> bool:
    """Take one use of the invite for nobody in particular (a group); False when it cannot be used any more."""
    return conn.execute(_USE, {"invite": invite_id, "at": at}).rowcount == 1


def revoke_invite(conn: Connection, invite_id: int, at: int) -> bool:
    """Make an invite unusable; False when it was revoked before."""
    return conn.execute(_REVOKE, {"invite": invite_id, "at": at}).rowcount == 1


def list_invites(conn: Connection) -> tuple[InviteRow, ...]:
    """All invites, oldest first."""
    return tuple(InviteRow(*row) for row in conn.execute(_LIST))


def all_claims(conn: Connection) -> dict[int, tuple[ClaimRow, ...]]:
    """Who used which invite, by the invite's number, in order."""
    found: dict[int, tuple[ClaimRow, ...]] = {}
    for row in conn.execute(_ALL_CLAIMS):
        found[row[0]] = (*found.get(row[0], ()), ClaimRow(*row))
    return found
