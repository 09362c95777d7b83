"""Where the person goes from here: the next question, the review, or a word that nothing can be changed now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import asking, awaiting, blocks, describing, opening
from bot.conversation.asking import Recorded
from bot.conversation.place import Place
from bot.conversation.presses import Press
from bot.conversation.reviewing import review
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Turn

_GROUP = re.compile(r"(?P<id>[0-9]{1,2}(?:\.[0-9]{1,2})+)(?:[\s:=.)-]|$)")
"""A number as groups of criteria have them, where a text begins with it."""


def begin(session: Session) -> Turn:
    """Where somebody starts or goes on: the next opening question, else the next criterion, else the review."""
    assessment, place = session.opened, session.place
    if assessment.handed_over or assessment.cycle.closed:
        return locked(session)
    return go_on(session, "", replace(place, return_to=""), ())


def resume(session: Session) -> Turn:
    """Welcome back: how far the unit is, and one button to go on at the same question."""
    assessment, place = session.opened, session.place
    if assessment.handed_over or assessment.cycle.closed:
        return locked(session)
    latest = max((held.at for held in assessment.answers.values()), default=None)
    if latest is None:
        return begin(session)
    focus = place.focus if place.focus in assessment.card.lines else asking.next_after(assessment, place)
    data = {"unit": assessment.unit.name, "year": assessment.cycle.year, "last_at": latest, "next_id": focus}
    rows = (
        (Button("continue", Press("rs", assessment.id).encode()),),
        (Button("review", Press("rv", assessment.id).encode()), Button("missing", Press("ms", assessment.id).encode())),
    )
    shown = data | describing.totals(assessment) | describing.given_back(assessment)
    return Turn(place, replies=(Reply("resume", shown, rows, card=True),))


def go_on(session: Session, criterion_id: str, place: Place, told: Recorded) -> Turn:
    """The next question; the review when nothing is missing or the person came from there."""
    assessment = session.opened
    waiting = opening.left(assessment, place) if assessment.state == "open" and not place.return_to else ()
    if waiting and (place.step in ("idle", "opening", opening.ALL, "accepted") or not criterion_id):
        if opening.together(session, waiting):
            return opening.ask_all(session, place, told)
        return opening.ask(session, waiting[0], place, told)
    following = asking.next_after(assessment, place, criterion_id)
    if following is None or place.return_to == "review":
        return review(session, replace(place, return_to=""), told)
    if place.return_to == blocks.MODE:
        return blocks.card(session, place, told)
    return asking.ask(session, following, place, told)


def where_things_stand(session: Session, *, stale: bool = False, hint: Mapping[str, object] | None = None) -> Turn:
    """The current question once more, as it is now, or the review that stands; nothing is written. `hint`: a text that
    was not taken, and why."""
    assessment = session.opened
    if assessment.handed_over or assessment.cycle.closed:
        return locked(session)
    focus = session.place.focus if session.place.focus in assessment.card.lines else None
    following = focus or asking.next_after(assessment, session.place)
    if following is None or (hint and session.place.step == "review"):
        return review(session, session.place, hint=hint)
    if session.place.step == blocks.MODE:
        return blocks.card(session, session.place)
    return asking.ask(session, following, session.place, stale=stale, hint=hint)


def not_taken(session: Session, text: str) -> Turn:
    """Where things stand, and that a text was not taken: nothing is asked there. It may name a group, whose criteria
    are answered one by one."""
    typed, card = text.strip(), session.opened.card
    named = _GROUP.match(typed)
    group = named["id"] if named and named["id"] in card.groups and named["id"] not in card.lines else ""
    ids = tuple(leaf.id for leaf in session.opened.criteria.leaves_under(group)) if group else ()
    code = "a_group" if group else "not_understood"
    hint = {"code": code, "typed": typed, "suggestion": None, "id": group, "ids": ids}
    return where_things_stand(session, hint=hint)


def locked(session: Session) -> Turn:
    """Nothing can be changed now: handed in, closed, with the unit's leader, or not among what was reopened."""
    assessment = session.opened
    if assessment.cycle.closed:
        return Turn(session.place, replies=(Reply("cycle_closed", {"year": assessment.cycle.year}, card=True),))
    if assessment.awaits:
        return Turn(session.place, replies=(awaiting.card(session),))
    data = {
        "unit": assessment.unit.name,
        "receipt": assessment.receipt,
        "at": assessment.submitted_at,
        "state": assessment.state,
        "reopened": tuple(leaf.id for leaf in assessment.criteria.leaves if leaf.id in assessment.reopened),
    } | describing.given_back(assessment)
    rows = ((Button("review", Press("rv", assessment.id).encode()),),)
    return Turn(session.place, replies=(Reply("locked", data, rows, card=True),))


def back(session: Session, criterion_id: str) -> Turn:
    """The criterion before this one that can be answered now; the first one stays where it is."""
    assessment = session.opened
    lines = assessment.card.lines
    order = [leaf.id for leaf in assessment.criteria.leaves]
    earlier = [
        one
        for one in order[: order.index(criterion_id)]
        if lines[one].state not in ("derived", "exempt") and asking.editable(assessment, one)
    ]
    if not earlier and not asking.editable(assessment, criterion_id):
        return locked(session)
    return asking.ask(session, earlier[-1] if earlier else criterion_id, replace(session.place, misses=0))
