"""Shows the very sub-step somebody left, however long ago: the same question, doubt, count, ground or note."""

from __future__ import annotations

from datetime import datetime

from bot.conversation import (
    approving,
    batching,
    broadcasting,
    claiming,
    drafting,
    filing,
    going,
    noting,
    opening,
    overseeing,
    submitting,
    typing,
)
from bot.conversation.access import Action, may
from bot.conversation.session import Session
from bot.conversation.turn import Turn


def welcome_back(session: Session, now: datetime) -> Turn:
    """The sub-step the person stands in; from a screen that asks nothing, how far the unit is."""
    return _same_step(session, now) or going.resume(session)


def go_on(session: Session, now: datetime) -> Turn:
    """The sub-step the person stands in; from a screen that asks nothing, the next question."""
    return _same_step(session, now) or going.begin(session)


def here(session: Session, now: datetime) -> Turn | None:
    """What was asked last, in whichever chat, once more; None where nothing was asked of this person."""
    person, step = session.person, session.place.step
    if step in drafting.STEPS:
        return broadcasting.show(session) if may(person, Action.BROADCAST) else None
    if session.assessment is None:
        return None
    unit = session.assessment.unit
    if step == "return":
        return overseeing.ask_return(session) if may(person, Action.RETURN, unit) else None
    return go_on(session, now) if may(person, Action.ANSWER, unit) else approving.same_step(session, now)


def _same_step(session: Session, now: datetime) -> Turn | None:
    assessment, place = session.opened, session.place
    if assessment.handed_over or assessment.cycle.closed:
        return approving.same_step(session, now) or going.locked(session)
    match place.step:
        case "opening" | opening.ALL | "batch" | "block":
            return _on_several(session, now)
        case "ground":
            return claiming.ask_ground(session, place.focus)
        case "file" | "submit":
            return filing.ask_criterion(session) if place.step == "file" else submitting.ask_submit(session, now)
        case _ if place.focus in assessment.card.lines:
            return _on_a_criterion(session, now)
    return None


def _on_a_criterion(session: Session, now: datetime) -> Turn | None:
    place = session.place
    match place.step:
        case "question":
            return going.where_things_stand(session)
        case "no_cases":
            return claiming.explain_no_cases(session, place.focus)
        case "numerator":
            return typing.ask_numerator(session)
        case "confirm":
            return typing.ask_confirm(session)
        case "note" | "evidence":
            return _text(session, now)
    return None


def _on_several(session: Session, now: datetime) -> Turn:
    """A step that is about no single criterion."""
    match session.place.step:
        case "batch":
            return batching.show(session, now)
        case "block":
            return batching.block(session)
        case opening.ALL:
            return opening.ask_all(session, session.place)
        case _:
            return _opening(session)


def _opening(session: Session) -> Turn:
    place = session.place
    for exemption in opening.left(session.opened, place):
        if exemption.scope == place.focus:
            return opening.ask(session, exemption, place)
    return going.where_things_stand(session)


def _text(session: Session, now: datetime) -> Turn:
    place = session.place
    if "text" in place.pending:  # only what was doubtful waits, so reading it again asks again
        return noting.written(session, place.pending["text"], now)
    ask = noting.ask_note if place.step == "note" else noting.ask_evidence
    return ask(session, place.focus)
