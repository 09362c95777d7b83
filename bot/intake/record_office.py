"""Facts about people, invites, sessions and the office become rows, and entries of the office's own ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.conversation import facts as f
from bot.conversation import office_facts as o
from bot.intake.load import Loaded
from bot.intake.moments import to_ms
from bot.intake.record_cycle import record_cycle
from bot.intake.record_links import is_told, link_body, menu_of, record_link
from bot.intake.record_staff import record_staff
from bot.intake.record_units import record_unit
from bot.intake.snoozing import remind_later
from bot.intake.told import body_of
from bot.values import value
from storage import chats, invites, ledger, people, sessions, sign_ins
from storage.rows import NewSession, NewSignIn

OFFICE_STREAM = "office"


@value(frozen=True, slots=True)
class Recorded:
    """What recording found out: who the person is now, and the role they joined with."""

    person_id: int | None
    joined_role: str | None = None
    head: str = ""
    """The ledger's head after the facts of the assessment; the receipt prints it."""
    menu: str = ""
    """The role whose commands the chat offers from now on; "" leaves them as they are."""


class InviteTaken(Exception):
    """The invite, or the one-time link, was used up between loading and recording."""


def record_office(conn: Connection, loaded: Loaded, fact: f.Fact, known: Recorded, now: datetime) -> Recorded:
    """Record one such fact; returns who the person is known to be after it."""
    at = to_ms(now)
    if isinstance(fact, f.PersonFact):
        known = _person_fact(conn, loaded, fact, known, at)
    if isinstance(fact, f.SiteFact):
        known = _site_fact(conn, loaded, fact, known, at)
    if isinstance(fact, o.UnitFact):
        record_unit(conn, fact, now)
    elif isinstance(fact, o.CycleFact):
        record_cycle(conn, fact, known.person_id, now)
    elif isinstance(fact, o.StaffFact):
        record_staff(conn, fact, known.person_id, now)
    if isinstance(fact, f.LinkFact):
        record_link(conn, loaded.session.chat.id, fact, at)
        known = Recorded(fact.person_id, menu=menu_of(loaded.session.link)) if isinstance(fact, f.ChatLinked) else known
    if not isinstance(fact, _UNLEDGERED) and is_told(fact):
        ledger.append(conn, OFFICE_STREAM, [_entry(loaded, fact, known)], at, known.person_id)
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
        case f.RemindersSnoozed(_, until) if known.person_id is not None:
            people.snooze(conn, known.person_id, to_ms(until))
            remind_later(conn, chat_id, known.person_id, fact)
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


_UNLEDGERED = (
    f.CodeMissed,
    f.ChatBlocked,
    f.ChatMoved,
    f.AssessmentChosen,
    f.RemindersSnoozed,
    o.MailingsTold,
    o.NoticesDiverted,
    o.ChannelGivenUp,
)
"""What says nothing about the assessment's outcome and anybody could make endlessly."""


def _join(conn: Connection, loaded: Loaded, fact: f.PersonJoined, at: int) -> Recorded:
    person = loaded.session.person
    person_id = person.id if person else people.add_person(conn, fact.name, at)
    if not invites.use_invite(conn, fact.invite_id, person_id, at):
        raise InviteTaken(str(fact.invite_id))
    people.grant_role(conn, person_id, fact.role, fact.unit_id, at)
    chats.bind_chat(conn, loaded.session.chat.id, person_id)
    return Recorded(person_id, fact.role, menu=fact.role)


def _entry(loaded: Loaded, fact: f.Fact, known: Recorded) -> tuple[str, dict[str, object]]:
    """A fact as the office's ledger keeps it."""
    if isinstance(fact, f.LinkFact):
        return type(fact).__name__, link_body(fact, loaded.session.chat.id)
    if isinstance(fact, o.OfficeFact):
        return type(fact).__name__, body_of(fact)
    return type(fact).__name__, _site_body(fact, known) if isinstance(fact, f.SiteFact) else _person_body(fact, known)


def _site_body(fact: f.SiteFact, known: Recorded) -> dict[str, object]:
    match fact:
        case f.SignInIssued(person_id):
            return {"person": person_id}
        case f.SessionOpened():
            return {"person": known.person_id, "sign_in": fact.sign_in}
        case f.SessionsEnded(ids):
            return {"person": known.person_id, "sessions": list(ids)}


def _person_body(fact: f.Fact, known: Recorded) -> dict[str, object]:
    match fact:
        case f.PersonJoined():
            return {"invite": fact.invite_id, "role": fact.role, "unit": fact.unit_id, "person": known.person_id}
        case f.GroupBound(invite_id, role):
            return {"invite": invite_id, "role": role}
        case _:
            return {"person": known.person_id}
