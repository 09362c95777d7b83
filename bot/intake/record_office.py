"""Facts about people, invites, sessions and the office become rows, and entries of the office's own ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation import facts as f
from bot.conversation.events import UnitRow
from bot.conversation.reading.folding import fold
from bot.intake.load import Loaded
from bot.intake.moments import to_ms
from storage import chats, cycles, invites, ledger, people, sessions, sign_ins, units
from storage.rows import NewInvite, NewSession, NewSignIn, NewUnit

OFFICE_STREAM = "office"
SINCE_EVER = 0
"""An imported unit counts in every cycle, also in one whose deadline has passed already."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording found out: who the person is now, and the role they joined with."""

    person_id: int | None
    joined_role: str | None = None
    head: str = ""
    """The ledger's head after the facts of the assessment; the receipt prints it."""


class InviteTaken(Exception):
    """The invite, or the one-time link, was used up between loading and recording."""


def record_office(conn: Connection, loaded: Loaded, fact: f.Fact, known: Recorded, now: datetime) -> Recorded:
    """Record one such fact; returns who the person is known to be after it."""
    at = to_ms(now)
    if isinstance(fact, f.PersonFact):
        known = _person_fact(conn, loaded, fact, known, at)
    if isinstance(fact, f.SiteFact):
        known = _site_fact(conn, loaded, fact, known, at)
    match fact:
        case f.UnitsImported(rows):
            _import(conn, rows)
        case f.CycleOpened():
            cycles.add_cycle(conn, year=fact.year, set_digest=fact.set_digest, opens_at=at, due_at=to_ms(fact.due_at))
        case f.CycleClosed(cycle_id):
            cycles.close_cycle(conn, cycle_id, at)
        case f.InviteIssued():
            invites.add_invite(conn, _invite(fact, at))
    if not isinstance(fact, _UNLEDGERED):
        ledger.append(conn, OFFICE_STREAM, [_entry(fact, known)], at, known.person_id)
    return known


def _person_fact(conn: Connection, loaded: Loaded, fact: f.PersonFact, known: Recorded, at: int) -> Recorded:
    chat_id = loaded.session.chat.id
    match fact:
        case f.PersonJoined():
            return _join(conn, loaded, fact, at)
        case f.NoticeAccepted() if known.person_id is not None:
            people.accept_notice(conn, known.person_id, at)
        case f.GroupBound(invite_id, role):
            invites.spend(conn, invite_id, at)
            chats.bind_group(conn, chat_id, role)
        case f.CodeMissed(wrong, until):
            chats.note_wrong_code(conn, chat_id, wrong, to_ms(until) if until else None)
        case f.ChatBlocked(blocked):
            chats.set_blocked(conn, chat_id, at if blocked else None)
        case f.ChatMoved(address) if loaded.arrival is not None:
            chats.move_chat(conn, loaded.arrival.chat.channel, loaded.arrival.chat.address, address)
    return known


def _site_fact(conn: Connection, loaded: Loaded, fact: f.SiteFact, known: Recorded, at: int) -> Recorded:
    chat_id = loaded.session.chat.id
    match fact:
        case f.SignInIssued(person_id, code_hash, until):
            sign_ins.add_sign_in(conn, NewSignIn(code_hash, person_id, known.person_id, at, to_ms(until)))
        case f.SessionOpened():
            if fact.sign_in is not None and not sign_ins.use_sign_in(conn, fact.sign_in, at):
                raise InviteTaken(str(fact.sign_in))
            if known.person_id is None and fact.person_id is not None:
                chats.bind_chat(conn, chat_id, fact.person_id)
                known = Recorded(fact.person_id)
            new = NewSession(fact.session_hash, chat_id, fact.label, at, to_ms(fact.until))
            sessions.add_session(conn, new)
        case f.SessionsEnded(ids) if known.person_id is not None:
            sessions.end_sessions(conn, known.person_id, ids, at)
    return known


_UNLEDGERED = (f.CodeMissed, f.ChatBlocked, f.ChatMoved, f.AssessmentChosen)
"""What says nothing about the assessment's outcome and anybody could make endlessly."""


def _join(conn: Connection, loaded: Loaded, fact: f.PersonJoined, at: int) -> Recorded:
    person = loaded.session.person
    person_id = person.id if person else people.add_person(conn, fact.name, at)
    if not invites.use_invite(conn, fact.invite_id, person_id, at):
        raise InviteTaken(str(fact.invite_id))
    people.grant_role(conn, person_id, fact.role, fact.unit_id, at)
    chats.bind_chat(conn, loaded.session.chat.id, person_id)
    return Recorded(person_id, fact.role)


def _import(conn: Connection, rows: Sequence[UnitRow]) -> None:
    for position, row in enumerate(rows):
        folded = fold(row.name)
        units.put_unit(conn, NewUnit(row.code, row.name, row.short_name, row.kind, folded, position, SINCE_EVER))


def _invite(fact: f.InviteIssued, at: int) -> NewInvite:
    return NewInvite(
        code_hash=fact.code_hash,
        role=fact.role,
        unit_id=fact.unit_id,
        uses_left=fact.uses,
        created_at=at,
        expires_at=to_ms(fact.expires_at) if fact.expires_at else None,
        cycle_id=fact.cycle_id,
    )


def _entry(fact: f.Fact, known: Recorded) -> tuple[str, dict[str, object]]:
    """A fact as the office's ledger keeps it."""
    return type(fact).__name__, _site_body(fact, known) if isinstance(fact, f.SiteFact) else _office_body(fact, known)


def _site_body(fact: f.SiteFact, known: Recorded) -> dict[str, object]:
    match fact:
        case f.SignInIssued(person_id):
            return {"person": person_id}
        case f.SessionOpened():
            return {"person": known.person_id, "sign_in": fact.sign_in}
        case f.SessionsEnded(ids):
            return {"person": known.person_id, "sessions": list(ids)}


def _office_body(fact: f.Fact, known: Recorded) -> dict[str, object]:
    match fact:
        case f.UnitsImported(rows):
            body: dict[str, object] = {"codes": [row.code for row in rows]}
        case f.CycleOpened():
            body = {"year": fact.year, "set": fact.set_digest, "due_at": to_ms(fact.due_at)}
        case f.CycleClosed(cycle_id):
            body = {"cycle": cycle_id}
        case f.InviteIssued():
            body = {"role": fact.role, "unit": fact.unit_id, "uses": fact.uses, "code": fact.code_hash}
        case f.PersonJoined():
            body = {"invite": fact.invite_id, "role": fact.role, "unit": fact.unit_id, "person": known.person_id}
        case f.GroupBound(invite_id, role):
            body = {"invite": invite_id, "role": role}
        case f.DoubtsSettled(last, again):
            body = {"last": last, "again": again}
        case _:
            body = {"person": known.person_id}
    return body
