"""What the office does from the shell or by the clock: units, cycles, invites, the consolidated table, doubts."""

from __future__ import annotations

from datetime import datetime

from bot.conversation import overseeing
from bot.conversation.access import UNIT_ROLES
from bot.conversation.events import (
    CloseCycle,
    ConsolidatedDue,
    ImportUnits,
    IssueInvite,
    NoticesDoubtful,
    OfficeEvent,
    OpenCycle,
)
from bot.conversation.facts import CycleClosed, CycleOpened, InviteIssued, UnitsImported
from bot.conversation.session import Session
from bot.conversation.turn import Holders, Refusal, Reply, Turn


def decide(session: Session, event: OfficeEvent, now: datetime) -> Turn:
    """The turn of one office event; what cannot be done is a refusal with a code, never a guess."""
    match event:
        case ImportUnits(units):
            return Turn(session.place, facts=(UnitsImported(units),)) if units else _refuse(session, "no_units")
        case OpenCycle():
            return _open(session, event)
        case CloseCycle():
            return _close(session)
        case IssueInvite():
            return _invite(session, event, now)
        case ConsolidatedDue(reason):
            cycle = session.cycle
            moment = now.isoformat(timespec="minutes")
            replies = overseeing.consolidated(reason, f"{cycle.id}:{moment}") if cycle and not cycle.closed else ()
            return Turn(session.place, replies=replies)
        case NoticesDoubtful(count):
            return Turn(session.place, replies=(Reply("doubtful_notices", {"count": count}, to=Holders("admin")),))


def _open(session: Session, event: OpenCycle) -> Turn:
    if session.cycle and not session.cycle.closed:
        return _refuse(session, "cycle_already_open", year=session.cycle.year)
    return Turn(session.place, facts=(CycleOpened(event.year, event.set_name, event.set_digest, event.due_at),))


def _close(session: Session) -> Turn:
    cycle = session.cycle
    if cycle is None or cycle.closed:
        return _refuse(session, "no_open_cycle")
    replies = overseeing.consolidated("closed", f"{cycle.id}:closed")
    return Turn(session.place, facts=(CycleClosed(cycle.id),), replies=replies)


def _invite(session: Session, event: IssueInvite, now: datetime) -> Turn:
    unit = session.known_units.get(event.unit_code) if event.unit_code else None
    if event.role in UNIT_ROLES and unit is None:
        return _refuse(session, "unknown_unit", unit=event.unit_code or "")
    if event.expires_at is not None and event.expires_at <= now:
        return _refuse(session, "expired_already")
    cycle = session.cycle
    if event.printed and (cycle is None or cycle.closed):
        return _refuse(session, "no_open_cycle")
    fact = InviteIssued(
        role=event.role,
        code_hash=event.code_hash,
        unit_id=unit.id if unit else None,
        uses=event.uses,
        cycle_id=cycle.id if cycle and event.printed else None,
        expires_at=event.expires_at,
    )
    return Turn(session.place, facts=(fact,))


def _refuse(session: Session, code: str, **args: object) -> Turn:
    return Turn(session.place, refusal=Refusal(code, args))
