"""One event in, one turn out: the door of the pure part."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.conversation import batching, broadcasting, commands, filing, joining, office, pressing, signing, typing
from bot.conversation.access import OFFICE, Action, may
from bot.conversation.codes import digest_in
from bot.conversation.events import (
    Agreed,
    Blocked,
    Edited,
    Event,
    Filed,
    Moved,
    Pressed,
    SignedIn,
    SignedOut,
    Typed,
    Unreadable,
)
from bot.conversation.facts import ChatBlocked, ChatMoved
from bot.conversation.office_events import OfficeEvent
from bot.conversation.reading.requests import read_command
from bot.conversation.session import Session
from bot.conversation.turn import Refusal, Reply, Turn


def advance(session: Session, event: Event, now: datetime) -> Turn:
    """The turn of one event, decided from the session alone. `now` is aware UTC."""
    if isinstance(event, OfficeEvent):
        return office.decide(session, event, now) if _may_act(session, event) else _forbidden(session)
    match event:
        case Blocked(blocked):
            return Turn(session.place, facts=(ChatBlocked(blocked),))
        case Moved(address):
            return Turn(session.place, facts=(ChatMoved(address),))
        case _ if not session.chat.private:
            return _in_group(session, event, now)
        case Agreed() | SignedIn() | SignedOut():
            return signing.at_the_door(session, event, now)
        case Pressed(press):
            return pressing.pressed(session, press, now)
        case Typed(text):
            return commands.typed(session, text, now)
        case Edited(text):
            return _edited(session, text, now)
        case Filed(assessment=0) if broadcasting.takes_files(session) and may(session.person, Action.BROADCAST):
            return broadcasting.filed(session, event)
        case Filed():
            return filing.filed(session, event, now)
        case Unreadable(kind):
            return filing.unreadable(session, kind)


def _may_act(session: Session, event: OfficeEvent) -> bool:
    """Whether the shell or the clock says this (they have neither a person nor a chat), or a person who may."""
    if session.person is None and not session.chat.id:
        return True
    action = OFFICE.get(type(event))
    return action is not None and session.person is not None and session.person.accepted and may(session.person, action)


def _forbidden(session: Session) -> Turn:
    return Turn(session.place, refusal=Refusal("not_allowed"))


def _in_group(session: Session, event: Event, now: datetime) -> Turn:
    """In a group only a code is heard, everything else is between the people there."""
    if not isinstance(event, Typed):
        return Turn(session.place)
    command = read_command(event.text, session.words)
    posted = digest_in(command.argument if command else event.text)
    return joining.bind_group(session, now) if posted else Turn(session.place)


def _edited(session: Session, text: str, now: datetime) -> Turn:
    """A text changed after it was sent is never applied by itself: the new reading is spelled out first."""
    if session.person is None or not session.person.accepted:
        return pressing.stand(session)
    focus = session.place.undo.get("criterion", "")
    assessment = session.assessment
    if assessment and may(session.person, Action.ANSWER, assessment.unit):
        several = batching.edited(session, text, now)
        if several is not None:
            return several
    if assessment and focus in assessment.card.lines and may(session.person, Action.ANSWER, assessment.unit):
        asked = typing.confirm_edited(replace(session, place=replace(session.place, focus=focus)), text)
        if asked is not None:
            return asked
    return Turn(session.place, replies=(Reply("edited", {"text": text}),))
