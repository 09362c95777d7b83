"""What the office does from the shell or by the clock: units, cycles, invites, the consolidated table, doubts."""

from __future__ import annotations

from datetime import datetime

from bot.conversation import overseeing, signing
from bot.conversation.access import UNIT_ROLES
from bot.conversation.events import (
    CloseCycle,
    ConsolidatedDue,
    ImportUnits,
    IssueInvite,
    IssueSignIn,
    NoticesDoubtful,
    OfficeEvent,
    OpenCycle,
)
from bot.conversation.facts import CycleClosed, CycleOpened, DoubtsSettled, InviteIssued, UnitsImported
from bot.conversation.presses import Press
from bot.conversation.session import Session
from bot.conversation.turn import Button, Holders, Refusal, Reply, Turn

DOUBTFUL = "doubtful"
"""What the keys of words about doubts begin with."""


def decide(session: Session, event: OfficeEvent, now: datetime) -> Turn:
    """The turn of one office event; what cannot be done is a refusal with a code, never a guess."""
    match event:
        case ImportUnits(units):
            return Turn(session.place, facts=(UnitsImported(units),)) if units else _refuse(session, "no_units")
        case OpenCycle():
            return _open(session, event)
        case CloseCycle():
            return _close(session)
        case IssueInvite() | IssueSignIn():
            return _issue(session, event, now)
        case ConsolidatedDue(reason):
            cycle = session.cycle
            moment = now.isoformat(timespec="minutes")
            replies = overseeing.consolidated(reason, f"{cycle.id}:{moment}") if cycle and not cycle.closed else ()
            return Turn(session.place, replies=replies)
        case NoticesDoubtful(ids):
            return _doubt(session, ids)


def _doubt(session: Session, ids: tuple[int, ...]) -> Turn:
    """Admins hear of what may not have arrived; sending it again, or letting it be, is a person's word."""
    last = max(ids)
    rows = (
        (Button("resend", Press("sa", revision=last).encode()),),
        (Button("let_be", Press("lb", revision=last).encode()),),
    )
    reply = Reply("doubtful_notices", {"count": len(ids)}, rows, to=Holders("admin"), key=f"{DOUBTFUL}:{last}")
    return Turn(session.place, replies=(reply,))


def settle_doubts(session: Session, last: int, *, again: bool) -> Turn:
    """An admin's word on messages in doubt, up to number `last`: sent again, marked so, or let be."""
    reply = Reply("doubts_settled", {"again": again}, card=True)
    return Turn(session.place, facts=(DoubtsSettled(last, again),), replies=(reply,))


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


def _issue(session: Session, event: IssueInvite | IssueSignIn, now: datetime) -> Turn:
    if isinstance(event, IssueSignIn):
        return signing.issue(session, event.person_id, event.code_hash, now)
    return _invite(session, event, now)


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
