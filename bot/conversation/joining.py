"""How somebody becomes known: the invite code, the unit confirmed, the notice accepted; wrong codes lock the chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation import awaiting, describing, going, proposing
from bot.conversation.access import Action, may
from bot.conversation.codes import to_argument
from bot.conversation.facts import AssessmentChosen, CodeMissed, GroupBound, NoticeAccepted, PersonJoined
from bot.conversation.inquiry import Inquiry
from bot.conversation.inquiry_facts import ColleagueJoined
from bot.conversation.menu import offered
from bot.conversation.place import Place
from bot.conversation.presses import Press
from bot.conversation.proposing_cards import listed
from bot.conversation.reading.outcomes import Refused
from bot.conversation.reading.text import read_name
from bot.conversation.session import Invite, Session
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
    if is_locked(session, now):
        return _still_locked(session, now)
    invite = session.invite
    if (asked := _asked_already(session)) is not None:
        return asked
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
        "asked": _asked(session),
    }
    yes = Press("jn", argument=to_argument(invite.digest)).encode()
    rows = ((Button("yes_unit", yes), Button("no_unit", Press("jx").encode())),)
    return Turn(session.place, replies=(Reply("join_confirm", data, rows, card=True),))


def join(session: Session, now: datetime) -> Turn:
    """The unit was confirmed: the invite is used up and the notice is shown; others are told who joined."""
    invite = session.invite
    if is_locked(session, now) or invite is None or not invite.usable or invite.role == "group":
        return offer(session, now)
    if _joined_already(session, invite) or _asked_already(session) is not None:
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
    if session.inquiry is not None:
        return _join_colleague(session, session.inquiry, fact, told)
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


def _join_colleague(session: Session, inquiry: Inquiry, joined: PersonJoined, told: Mapping[str, object]) -> Turn:
    """Somebody is asked about one criterion: they see it at once, or when the notice is accepted. The unit's officers
    hear who came, once."""
    unit, person = session.opened.unit, session.person
    facts = (joined, ColleagueJoined(inquiry.id))
    officers = Reply("claimed", told, to=UnitOfficers(unit.id, person.id if person else None))
    first_time = person is None or not any(role.name == "colleague" and role.unit == unit for role in person.roles)
    others = (officers,) if first_time else ()
    if person is None or not person.accepted:
        return Turn(Place(step="notice"), facts=facts, replies=(_notice(unit.name, "colleague"), *others))
    turn = proposing.ask(session, inquiry)
    return replace(turn, facts=facts, replies=(*turn.replies, *others))


def missed(turn: Turn) -> bool:
    """Whether nobody joined in this turn: the code was wrong, used or too late."""
    return not any(isinstance(fact, PersonJoined) for fact in turn.facts)


def decline(session: Session) -> Turn:
    """It was another unit: nothing was used up, whoever gave the code is to be asked."""
    return Turn(session.place, replies=(Reply("join_declined", {}, card=True),))


def show_notice(session: Session, *, typed: bool = False) -> Turn:
    """Nothing goes on before the notice is accepted; `typed`: something else was written, so what is waited for is
    said."""
    role = session.person.roles[0] if session.person and session.person.roles else None
    unit = role.unit.name if role and role.unit else None
    return Turn(session.place, replies=(_notice(unit, role.name if role else "officer", waits=typed),))


def accept(session: Session, now: datetime) -> Turn:
    """The notice was accepted: officers see how to start, people of the office what they can do here."""
    person = session.person
    if person is None:
        return welcome(session)
    facts = () if person.accepted else (NoticeAccepted(),)
    assessment = session.assessment
    if proposing.serves(person):
        return replace(proposing.resume(replace(session, place=Place())), facts=facts)
    if assessment is not None and assessment.awaits and may(person, Action.APPROVE, assessment.unit):
        return Turn(Place(), facts=facts, replies=(awaiting.card(session),))
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
    if proposing.serves(person):
        return listed(session)
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


def _notice(unit: str | None, role: str, *, waits: bool = False) -> Reply:
    rows = ((Button("accept", Press("ac").encode()),),)
    return Reply("notice", {"unit": unit, "role": role, "waits": waits}, rows, card=True)


def _shown_name(name: str) -> str:
    """The name a messenger shows, without what nobody can see; it never decides anything."""
    match read_name(name):
        case Refused():
            return NAMELESS
        case reading:
            return reading.value


def is_locked(session: Session, now: datetime) -> bool:
    """Whether too many wrong codes came from this chat a short while ago."""
    return session.chat.locked_until is not None and session.chat.locked_until > now


def _still_locked(session: Session, now: datetime) -> Turn:
    left = (session.chat.locked_until or now) - now
    return _no_code(session, Reply("code_locked", {"minutes": int(left.total_seconds() // 60) + 1}))


def _no_code(session: Session, reply: Reply, *facts: CodeMissed) -> Turn:
    """The code was none. For somebody without a role nothing is offered any more either: the unit of an earlier code
    must not be joined by a word that answers this."""
    stranger = session.person is None or not session.person.roles
    return Turn(session.place, facts=facts, replies=(replace(reply, card=stranger),))


def _missed(session: Session, now: datetime) -> Turn:
    wrong = session.chat.wrong_codes + 1
    if wrong >= TRIES:
        locked = Reply("code_locked", {"minutes": int(LOCK.total_seconds() // 60)})
        return _no_code(session, locked, CodeMissed(0, now + LOCK))
    return _no_code(session, Reply("code_wrong", {"tries_left": TRIES - wrong}), CodeMissed(wrong, None))


def _asked(session: Session) -> Mapping[str, object] | None:
    """Who asks about which criterion, where the invite is for that."""
    inquiry, assessment = session.inquiry, session.assessment
    if inquiry is None or assessment is None or inquiry.criterion not in assessment.card.lines:
        return None
    return {"by": inquiry.asked_by, "crit": describing.criterion(assessment, inquiry.criterion)}


def _asked_already(session: Session) -> Turn | None:
    """Whoever is the colleague already goes to the criterion; an officer of the unit answers it by themselves."""
    person, inquiry = session.person, session.inquiry
    if person is None or inquiry is None or session.assessment is None:
        return None
    if inquiry.colleague_id == person.id:
        return proposing.opened(session, inquiry.criterion) if person.accepted else show_notice(session)
    if not may(person, Action.ANSWER, session.assessment.unit):
        return None
    look = Press("go", session.assessment.id, inquiry.criterion).encode()
    rows = ((Button("open_criterion", look, {"id": inquiry.criterion}),),)
    return Turn(session.place, replies=(Reply("asked_officer", {"id": inquiry.criterion}, rows, card=True),))


def _joined_already(session: Session, invite: Invite) -> bool:
    if session.inquiry is not None:  # a colleague is asked about one criterion after the other
        return False
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
