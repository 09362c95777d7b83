"""Invites given out and taken back, roles taken away, people forgotten become rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.conversation import office_facts as o
from bot.conversation.joining import NAMELESS
from bot.intake.moments import to_ms
from messages.render import spellings
from storage import erasure, invites, links, people
from storage.rows import NewInvite


def record_staff(conn: Connection, fact: o.StaffFact, by: int | None, now: datetime) -> None:
    """The rows that one fact about people changes."""
    at = to_ms(now)
    match fact:
        case o.InviteIssued():
            if fact.replaces:
                invites.revoke_like(conn, fact.role, fact.unit_id, at)
            invites.add_invite(conn, _invite(fact, by, at))
        case o.InviteRevoked(invite_id):
            invites.revoke_invite(conn, invite_id, at)
        case o.RoleRevoked(role_id, person_id):
            people.revoke_role(conn, role_id, at)
            if not people.roles_of(conn, person_id):
                erasure.end_everything(conn, person_id, at)
        case o.PeopleMerged(keep, gone):
            links.merge_people(conn, keep, gone, at)
        case o.PersonErased(person_id, with_notes):
            erasure.erase_person(conn, person_id, NAMELESS, at, with_notes=with_notes, spelled=spellings)


def _invite(fact: o.InviteIssued, by: int | None, at: int) -> NewInvite:
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
