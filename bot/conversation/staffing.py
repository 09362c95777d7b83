"""Who serves a unit or the office: invites given out, taken back, roles taken away, a person forgotten."""

from __future__ import annotations

from datetime import datetime

from bot.conversation.access import UNIT_ROLES
from bot.conversation.facts import Fact
from bot.conversation.office_events import (
    ErasePerson,
    HandOver,
    IssueInvite,
    IssueInvites,
    MergePeople,
    RevokeInvite,
    RevokeRole,
)
from bot.conversation.office_facts import InviteIssued, InviteRevoked, PeopleMerged, PersonErased, RoleRevoked
from bot.conversation.session import Granted, Session
from bot.conversation.turn import OnePerson, Refusal, Reply, Turn


def invite(session: Session, event: IssueInvite, now: datetime) -> Turn:
    """Issue one invite; a unit's role needs a unit, a printed one an open cycle to end with."""
    issued = _issued(session, event, now)
    return Turn(session.place, refusal=issued) if isinstance(issued, Refusal) else Turn(session.place, facts=(issued,))


def invite_all(session: Session, event: IssueInvites, now: datetime) -> Turn:
    """Issue many invites, all or none; the first that cannot be is named."""
    issued = tuple(_issued(session, one, now) for one in event.invites)
    refused = next((one for one in issued if isinstance(one, Refusal)), None)
    if refused or not issued:
        return Turn(session.place, refusal=refused or Refusal("no_units"))
    return Turn(session.place, facts=tuple(one for one in issued if isinstance(one, InviteIssued)))


def _issued(session: Session, event: IssueInvite, now: datetime) -> InviteIssued | Refusal:
    unit = session.known_units.get(event.unit_code) if event.unit_code else None
    cycle = session.cycle
    if event.role in UNIT_ROLES and unit is None:
        return Refusal("unknown_unit", {"unit": event.unit_code or ""})
    if event.expires_at is not None and event.expires_at <= now:
        return Refusal("expired_already")
    if event.printed and (cycle is None or cycle.closed):
        return Refusal("no_open_cycle")
    return InviteIssued(
        role=event.role,
        code_hash=event.code_hash,
        unit_id=unit.id if unit else None,
        uses=event.uses,
        cycle_id=cycle.id if cycle and event.printed else None,
        expires_at=event.expires_at,
        replaces=event.replaces,
    )


def revoke_invite(session: Session, event: RevokeInvite, now: datetime) -> Turn:
    """Take an invite back while it could still be used."""
    if session.invite is None or not session.invite.usable:
        return Turn(session.place, refusal=Refusal("invite_over"))
    return Turn(session.place, facts=(InviteRevoked(event.invite_id),))


def revoke_role(session: Session, event: RevokeRole, now: datetime) -> Turn:
    """Take a role away, in force with this turn; whoever held it is told. The last admin stays, unless forced out."""
    held = session.granted
    if held is None:
        return Turn(session.place, refusal=Refusal("role_over"))
    forced = event.force and session.person is None
    if held.role == "admin" and not held.others and not forced:
        return Turn(session.place, refusal=Refusal("last_admin"))
    return Turn(session.place, facts=(_revoked(held),), replies=(_told(held),))


def hand_over(session: Session, event: HandOver, now: datetime) -> Turn:
    """Put somebody new in a person's place: the old one is out at once, what they answered keeps their name."""
    held = session.granted
    if held is None:
        return Turn(session.place, refusal=Refusal("role_over"))
    if held.role == "admin" and not held.others:
        return Turn(session.place, refusal=Refusal("last_admin"))
    if event.expires_at <= now:
        return Turn(session.place, refusal=Refusal("expired_already"))
    issued = InviteIssued(
        role=held.role,
        code_hash=event.code_hash,
        unit_id=held.unit.id if held.unit else None,
        uses=1,
        cycle_id=None,
        expires_at=event.expires_at,
        replaces=True,
    )
    return Turn(session.place, facts=(_revoked(held), issued), replies=(_told(held),))


def erase(session: Session, event: ErasePerson, now: datetime) -> Turn:
    """Forget a person: name, ways and sign-ins go, roles end; answers stay under the unit."""
    other = session.other
    if other is None:
        return Turn(session.place, refusal=Refusal("unknown_person"))
    if other.last_admin:
        return Turn(session.place, refusal=Refusal("last_admin"))
    facts: tuple[Fact, ...] = (PersonErased(other.id, with_notes=event.with_notes),)
    return Turn(session.place, facts=facts)


def merge(session: Session, event: MergePeople, now: datetime) -> Turn:
    """Two entries are one person: the second is emptied into the first. Whoever does it is not emptied themselves."""
    keep, gone = session.other, session.gone
    if keep is None or gone is None or keep.erased or gone.erased:
        missing = event.gone if keep is not None and not keep.erased else event.keep
        return Turn(session.place, refusal=Refusal("unknown_person", {"person": missing}))
    if keep.id == gone.id:
        return Turn(session.place, refusal=Refusal("same_person"))
    if session.person is not None and session.person.id == gone.id:
        return Turn(session.place, refusal=Refusal("merge_self"))
    told = Reply("people_merged", {"name": gone.name, "at": now}, to=OnePerson(keep.id))
    return Turn(session.place, facts=(PeopleMerged(keep.id, gone.id),), replies=(told,))


def _revoked(held: Granted) -> RoleRevoked:
    return RoleRevoked(held.id, held.person_id, held.role, held.unit.id if held.unit else None)


def _told(held: Granted) -> Reply:
    data = {"role": held.role, "unit": held.unit.name if held.unit else None}
    return Reply("role_revoked", data, to=OnePerson(held.person_id), key=f"revoked:{held.id}")
