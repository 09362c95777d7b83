"""How somebody becomes known: the invite code, the unit confirmed, the notice accepted; wrong codes lock the chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation import going
from bot.conversation.access import Action, may
from bot.conversation.codes import to_argument
from bot.conversation.facts import AssessmentChosen, CodeMissed, GroupBound, NoticeAccepted, PersonJoined
from bot.conversation.menu import offered
from bot.conversation.presses import Press
from bot.conversation.reading.outcomes import Refused
from bot.conversation.reading.text import read_name
from bot.conversation.session import Invite, Place, Session
from bot.conversation.turn import Button, Holders, Reply, Rows, Turn, UnitOfficers

TRIES = 5
LOCK = timedelta(minutes=15)
MINUTES_FOR_ALL = 20
NAMELESS = "—"


def welcome(session: Session) -> Turn:
    """The first words to somebody unknown: what this is, and that a code is needed."""
    return Turn(
        session.place,
        replies=(Reply("welcome", {"basis": session.cycle.criteria.legal_basis if session.cycle else None}),),
    )


def offer(session: Session, now: datetime) -> Turn:
    """A code was sent. The same answer for a wrong, used or expired one; the right one names the unit to confirm."""
    if _locked(session, now):
        return _still_locked(session, now)
    invite = session.invite
    if invite is not None and _joined_already(session, invite):
        return _already(session, invite)
    if invite is None or not invite.usable:
        return _missed(session, now)
    if invite.role == "group":
        return Turn(session.place, replies=(Reply("group_code_here"),))
    data = {
        "unit": invite.unit.name if invite.unit else None,
        "role": invite.role,
        "year": session.cycle.year if session.cycle else None,
    }
    yes = Press("jn", argument=to_argument(invite.digest)).encode()
    rows = ((Button("yes_unit", yes), Button("no_unit", Press("jx").encode())),)
    return Turn(session.place, replies=(Reply("join_confirm", data, rows, card=True),))


def join(session: Session, now: datetime) -> Turn:
    """The unit was confirmed: the invite is used up and the notice is shown; others are told who joined."""
    invite = session.invite
    if _locked(session, now) or invite is None or not invite.usable or invite.role == "group":
        return offer(session, now)
    if _joined_already(session, invite):
        return offer(session, now)
    name = session.person.name if session.person else _shown_name(session.display_name)
    unit_id = invite.unit.id if invite.unit else None
    fact = PersonJoined(invite.id, invite.role, unit_id, name, new=session.person is None)
    told = {
        "name": name,
        "unit": invite.unit.name if invite.unit else None,
        "role": invite.role,
        "at": now,
        "office": False,
    }
    replies: tuple[Reply, ...] = (
        (_notice(invite.unit.name if invite.unit else None, invite.role),)
        if session.person is None or not session.person.accepted
        else (Reply("joined_also", told, _continue(invite), card=True),)
    )
    if invite.unit:
        replies += (
            Reply("claimed", told, to=UnitOfficers(invite.unit.id, session.person.id if session.person else None)),
        )
    replies += (Reply("claimed", told | {"office": True}, to=Holders("admin")),)
    return Turn(Place(step="notice"), facts=(fact,), replies=replies)


def missed(turn: Turn) -> bool:
    """Whether nobody joined in this turn: the code was wrong, used or too late."""
    return not any(isinstance(fact, PersonJoined) for fact in turn.facts)


def decline(session: Session) -> Turn:
    """It was another unit: nothing was used up, whoever gave the code is to be asked."""
    return Turn(session.place, replies=(Reply("join_declined", {}, card=True),))


def show_notice(session: Session) -> Turn:
    """Nothing goes on before the notice is accepted."""
    role = session.person.roles[0] if session.person and session.person.roles else None
    unit = role.unit.name if role and role.unit else None
    return Turn(session.place, replies=(_notice(unit, role.name if role else "officer"),))


def accept(session: Session, now: datetime) -> Turn:
    """The notice was accepted: officers see how to start, people of the office what they can do here."""
    person = session.person
    if person is None:
        return welcome(session)
    facts = () if person.accepted else (NoticeAccepted(),)
    assessment = session.assessment
    if assessment is None or not may(person, Action.ANSWER, assessment.unit):
        return Turn(Place(), facts=facts, replies=(greeting(session),))
    if person.accepted and session.place.step != "accepted":  # an old button
        return going.where_things_stand(session, stale=True)
    data = {
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "due_at": assessment.cycle.due_at,
        "late": now >= assessment.cycle.due_at,
        "total": len(assessment.card.lines),
        "minutes": MINUTES_FOR_ALL,
    }
    rows = ((Button("start", Press("st").encode()),), (Button("prepare", Press("pr").encode()),))
    return Turn(Place(step="accepted"), facts=facts, replies=(Reply("joined", data, rows, card=True),))


def greeting(session: Session) -> Reply:
    """What people without an assessment can do here: reviewers and admins their commands, officers a word to wait."""
    person = session.person
    names = tuple(sorted({role.name for role in person.roles})) if person else ()
    if not names:
        return Reply("idle", {})
    if person and person.units and session.cycle is None:
        return Reply("cycle_not_open", {"unit": person.units[0].name})
    return Reply("help_commands", {"roles": names, "offered": offered(names)})


def choose_unit(session: Session) -> Turn:
    """The person's units to choose from."""
    if not session.own_units:
        return Turn(session.place, replies=(greeting(session),))
    data = {
        "units": tuple(
            {"name": state.unit.name, "done": state.decided, "total": state.total} for state in session.own_units
        ),
        "current": session.assessment.unit.name if session.assessment else None,
    }
    rows = tuple(
        (Button("unit", Press("du", argument=str(state.unit.id)).encode(), {"name": state.unit.short_name}),)
        for state in session.own_units
    )
    return Turn(session.place, replies=(Reply("choose_unit", data, rows, card=True),))


def turn_to_unit(session: Session) -> Turn:
    """The person goes on with the unit that was just loaded."""
    assessment = session.opened
    turn = going.resume(replace(session, place=Place()))
    return replace(turn, facts=(AssessmentChosen(assessment.id), *turn.facts))


def bind_group(session: Session, now: datetime) -> Turn:
    """A code was posted in a group: a right one binds the group, anything else is left unanswered."""
    invite = session.invite
    if invite is None or not invite.usable or invite.role != "group":
        return Turn(session.place)
    return Turn(session.place, facts=(GroupBound(invite.id, "reviewer"),), replies=(Reply("group_bound", {"at": now}),))


def _notice(unit: str | None, role: str) -> Reply:
    rows = ((Button("accept", Press("ac").encode()),),)
    return Reply("notice", {"unit": unit, "role": role}, rows, card=True)


def _shown_name(name: str) -> str:
    """The name a messenger shows, without what nobody can see; it never decides anything."""
    match read_name(name):
        case Refused():
            return NAMELESS
        case reading:
            return reading.value


def _locked(session: Session, now: datetime) -> bool:
    """Whether too many wrong codes came from this chat a short while ago."""
    return session.chat.locked_until is not None and session.chat.locked_until > now


def _still_locked(session: Session, now: datetime) -> Turn:
    left = (session.chat.locked_until or now) - now
    return Turn(session.place, replies=(Reply("code_locked", {"minutes": int(left.total_seconds() // 60) + 1}),))


def _missed(session: Session, now: datetime) -> Turn:
    wrong = session.chat.wrong_codes + 1
    if wrong >= TRIES:
        fact = CodeMissed(0, now + LOCK)
        return Turn(
            session.place, facts=(fact,), replies=(Reply("code_locked", {"minutes": int(LOCK.total_seconds() // 60)}),)
        )
    reply = Reply("code_wrong", {"tries_left": TRIES - wrong})
    return Turn(session.place, facts=(CodeMissed(wrong, None),), replies=(reply,))


def _joined_already(session: Session, invite: Invite) -> bool:
    unit_id = invite.unit.id if invite.unit else None
    return session.person is not None and any(
        role.name == invite.role and (role.unit.id if role.unit else None) == unit_id for role in session.person.roles
    )


def _already(session: Session, invite: Invite) -> Turn:
    if session.person and not session.person.accepted:  # the button was tapped twice
        return show_notice(session)
    data = {"unit": invite.unit.name if invite.unit else None, "role": invite.role}
    return Turn(session.place, replies=(Reply("already_joined", data, _continue(invite), card=True),))


def _continue(invite: Invite) -> Rows:
    """On with the very unit of the invite, not with the one the person happened to work on."""
    mine = invite.unit if invite.role == "officer" else None
    press = Press("du", argument=str(mine.id)) if mine else Press("st")
    return ((Button("continue", press.encode()),),)
