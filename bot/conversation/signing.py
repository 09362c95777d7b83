"""The doors of the site: an invite agreed to on its page, one-time links to a person's own page, sessions ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversation import joining, proposing
from bot.conversation.access import ALLOWED, OFFICE_ROLES, Action, may
from bot.conversation.codes import hash_code
from bot.conversation.events import Agreed, SignedIn, SignedOut
from bot.conversation.facts import NoticeAccepted, SessionOpened, SessionsEnded, SignInIssued
from bot.conversation.presses import Press
from bot.conversation.session import Acquaintance, Person, Role, Session
from bot.conversation.turn import Button, OnePerson, Refusal, Reply, Rows, Turn

LINK_LIVES = timedelta(minutes=10)
UNIT_SESSION = timedelta(days=60)
"""A season: an officer's phone is their own, and being sent away half-way loses people."""
OFFICE_SESSION = timedelta(days=7)


def at_the_door(session: Session, event: Agreed | SignedIn | SignedOut, now: datetime) -> Turn:
    """What somebody does at a door of the site."""
    match event:
        case Agreed():
            return agree(session, event, now)
        case SignedIn():
            return sign_in(session, event, now)
        case SignedOut(ids):
            return sign_out(session, ids)


def agree(session: Session, event: Agreed, now: datetime) -> Turn:
    """Unit and notice were read on one page: joining, accepting and the session are one turn."""
    joined = joining.join(session, now)
    if not joined.facts or joining.missed(joined):
        return Turn(session.place, facts=joined.facts, refusal=Refusal("invite_unusable"))
    role = session.invite.role if session.invite else ""
    opened = SessionOpened(event.session_hash, event.label, now + _lives(role in OFFICE_ROLES))
    told = tuple(reply for reply in joined.replies if not reply.card)
    facts = (*joined.facts, NoticeAccepted(), opened)
    if session.inquiry is not None:  # the one criterion stands on the page when they come
        asked = proposing.ask(session, session.inquiry)
        return Turn(asked.place, facts, (*asked.replies, *told))
    return Turn(session.place.at("accepted"), facts, told)


def sign_in(session: Session, event: SignedIn, now: datetime) -> Turn:
    """A one-time link was opened: its person is let in, once."""
    link = session.sign_in
    if link is None or not link.usable or (session.person is not None and session.person.id != link.person_id):
        return Turn(session.place, refusal=Refusal("link_unusable"))
    until = now + _lives(link.of_office)
    opened = SessionOpened(event.session_hash, event.label, until, link.id, link.person_id)
    return Turn(session.place, facts=(opened,))


def sign_out(session: Session, ids: tuple[int, ...]) -> Turn:
    """End sessions of one's own; somebody without any role left may, too. Whose they are is decided where they end."""
    if session.person is None:
        return Turn(session.place, refusal=Refusal("not_allowed"))
    return Turn(session.place, facts=(SessionsEnded(ids),))


def own_link(session: Session, now: datetime) -> Turn:
    """A one-time link to the person's own page, and a button for each colleague who may need one."""
    person = session.person
    if person is None:
        return joining.welcome(session)
    fact = SignInIssued(person.id, hash_code(session.code), now + LINK_LIVES)
    reply = Reply("sign_in_link", _link(session), _colleagues(session))
    return Turn(session.place, facts=(fact,), replies=(reply,))


def link_for(session: Session, now: datetime) -> Turn:
    """A one-time link for a colleague who may do no more than whoever asks, and who is told of it."""
    other = session.other
    if session.person is None or other is None or not _may_help(session, other):
        return Turn(session.place, replies=(Reply("not_allowed"),))
    fact = SignInIssued(other.id, hash_code(session.code), now + LINK_LIVES)
    told = {"by": session.person.name, "at": now, "minutes": _minutes()}
    replies = (
        Reply("sign_in_link", _link(session) | {"name": other.name}),
        Reply("sign_in_made", told, to=OnePerson(other.id)),
    )
    return Turn(session.place, facts=(fact,), replies=replies)


def issue(session: Session, person_id: int, code_hash: str, now: datetime) -> Turn:
    """The office makes a link for a person."""
    if session.other is None:
        return Turn(session.place, refusal=Refusal("unknown_person", {"person": person_id}))
    return Turn(session.place, facts=(SignInIssued(person_id, code_hash, now + LINK_LIVES),))


def _may_help(session: Session, other: Acquaintance) -> bool:
    """Whoever makes a link could open it: so nobody makes one that leads further than they may go themselves."""
    person = session.person
    if person is not None and person.has("admin"):
        return True
    return bool(other.roles) and all(
        may(person, Action.SIGN_IN_OTHERS, role.unit) and _may_all_of(person, role) for role in other.roles
    )


def _may_all_of(person: Person | None, role: Role) -> bool:
    return all(may(person, action, role.unit) for action, names in ALLOWED.items() if role.name in names)


def _colleagues(session: Session) -> Rows:
    return tuple(
        (Button("sign_in_for", Press("si", argument=str(one.id)).encode(), {"name": one.name}),)
        for one in session.colleagues
        if _may_help(session, one)
    )


def _link(session: Session) -> dict[str, object]:
    return {"code": session.code, "minutes": _minutes(), "name": None}


def _minutes() -> int:
    return int(LINK_LIVES.total_seconds() // 60)


def _lives(of_office: bool) -> timedelta:
    return OFFICE_SESSION if of_office else UNIT_SESSION
