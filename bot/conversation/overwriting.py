"""Two people on one criterion: the answer that came meanwhile is shown before another takes its place."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import asking, describing, going
from bot.conversation.assessment import Held
from bot.conversation.presses import LONGEST_VALUE, Press, encode_value
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Turn
from bot.conversation.waiting import kept, waiting
from scoring.answers import Answer, Exempt, NoCases


def ask_which(session: Session, criterion_id: str, held: Held, answer: Answer) -> Turn:
    """The answer changed since the person last saw it: show it, and let them keep it or change it knowingly."""
    assessment = session.opened
    mine = session.person is not None and held.by == session.person.id
    if mine or not asking.editable(assessment, criterion_id) or isinstance(answer, Exempt):
        return going.where_things_stand(session, stale=True)
    focus = criterion_id if criterion_id in assessment.card.lines else assessment.first_of(criterion_id)
    leaf = assessment.criteria.criterion(focus)
    ours = describing.value(leaf, answer)
    data = {
        "crit": describing.criterion(assessment, focus),
        "theirs": describing.value(leaf, held.answer) | {"points": assessment.card.lines[focus].points},
        "mine": ours,
        "by": held.by_name,
        "at": held.at,
    }
    value, waits = encode_value(answer), session.place.at("question", focus)
    change = Press("an", assessment.id, criterion_id, value, held.revision)
    if len(value) > LONGEST_VALUE or isinstance(answer, NoCases):  # what no button can carry waits in the place
        change = Press("tp", assessment.id, criterion_id)
        waits = session.place.at("confirm", focus, **kept(answer), seen=str(held.revision), against="1")
    keep = Press("go", assessment.id, asking.next_after(assessment, session.place, focus) or focus).encode()
    rows = ((Button("keep", keep),), (Button("change", change.encode(), ours),))
    return Turn(waits, replies=(Reply("overwrite", data, rows, card=True),))


def ask_again(session: Session) -> Turn | None:
    """The same once more, for who comes back to it; None where nothing of the kind waits."""
    place = session.place
    if "against" not in place.pending or place.focus not in session.opened.card.lines:
        return None
    held = session.opened.held(place.focus)
    if held is None:
        return asking.ask(session, place.focus, place)
    left = replace(place, pending={key: value for key, value in place.pending.items() if key != "against"})
    return ask_which(replace(session, place=left), place.focus, held, waiting(place.pending))
