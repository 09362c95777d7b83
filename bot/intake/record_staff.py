"""Invites given out and taken back, roles taken away, people forgotten become rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.conversation import facts as f
from bot.conversation.joining import NAMELESS
from bot.intake.moments import to_ms
from storage import erasure, invites, people
from storage.rows import NewInvite


def record_staff(conn: Connection, fact: f.StaffFact, by: int | None, now: datetime) -> None:
    """The rows that one fact about people changes."""
    at = to_ms(now)
    match fact:
        case f.InviteIssued():
            if fact.replaces:
                invites.revoke_like(conn, fact.role, fact.unit_id, at)
            invites.add_invite(conn, _invite(fact, by, at))
        case f.InviteRevoked(invite_id):
            invites.revoke_invite(conn, invite_id, at)
        case f.RoleRevoked(role_id, person_id):
            people.revoke_role(conn, role_id, at)
            if not people.roles_of(conn, person_id):
                erasure.end_everything(conn, person_id, at)
        case f.PersonErased(person_id, with_notes):
            erasure.erase_person(conn, person_id, NAMELESS, at, with_notes=with_notes)


def _invite(fact: f.InviteIssued, by: int | None, at: int) -> NewInvite:
    return NewInvite(
        code_hash=fact.code_hash,
        role=fact.role,
        unit_id=fact.unit_id,
        uses_left=fact.uses,
        created_at=at,
        expires_at=to_ms(fact.expires_at) if fact.expires_at else None,
        cycle_id=fact.cycle_id,
        created_by=by,
    )
