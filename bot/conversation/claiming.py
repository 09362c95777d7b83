"""Asks for the words an exemption or an empty case needs: the ground, the explanation."""

from __future__ import annotations

from bot.conversation import asking, describing
from bot.conversation.presses import Press
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Turn


def ask_ground(session: Session, scope: str) -> Turn:
    """An exemption is claimed only with a ground; the usual one stands ready as a button."""
    assessment = session.opened
    exemption = assessment.criteria.exemption_for(scope)
    if exemption is None or not exemption.allows(assessment.unit.kind):
        focus = assessment.first_of(scope)
        return asking.ask(session, focus, session.place, hint={"code": "exempt_not_allowed"})
    scope = exemption.scope
    data = {
        "scope": scope,
        "ids": tuple(leaf.id for leaf in assessment.criteria.leaves_under(scope)),
        "exemption_text": exemption.text,
        "question": exemption.question,
        "points": exemption.points,
        "usual_ground": exemption.usual_ground,
        "unit": assessment.unit.name,
    }
    seen = _seen(session, "ground", scope)
    back = Press("op", assessment.id, scope, "no", seen).encode()
    rows = (
        (Button("usual_ground", Press("gr", assessment.id, scope, revision=seen).encode()),),
        (Button("not_exempt", back),),
    )
    place = session.place
    first = place.step == "opening" or (place.step == "ground" and "opening" in place.pending)
    return Turn(
        place.at("ground", scope, seen=str(seen), **({"opening": "1"} if first else {})),
        replies=(Reply("ground", data, rows, card=True),),
    )


def explain_no_cases(session: Session, criterion_id: str) -> Turn:
    """No case at all counts 0 for now and needs an explanation; where the decision exempts this, that is offered."""
    assessment = session.opened
    leaf = assessment.criteria.criterion(criterion_id)
    if leaf.inputs and leaf.inputs.when_zero == "exempt":
        return ask_ground(session, criterion_id)
    data = {"crit": describing.criterion(assessment, criterion_id), "unit": assessment.unit.name}
    rows = ((Button("retype", Press("go", assessment.id, criterion_id).encode()),),)
    seen = str(_seen(session, "no_cases", criterion_id))
    place = session.place.at("no_cases", criterion_id, seen=seen)
    return Turn(place, replies=(Reply("no_cases", data, rows, card=True),))


def _seen(session: Session, step: str, subject: str) -> int:
    """The revision that the words are asked for: asking for them again is not seeing what came meanwhile."""
    place = session.place
    if place.step == step and place.focus == subject and "seen" in place.pending:
        return int(place.pending["seen"])
    return session.opened.revision_of(subject)
