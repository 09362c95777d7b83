"""The opening questions: the few facts from which exemptions follow, asked once, before the first criterion."""

from __future__ import annotations

from collections.abc import Mapping

from bot.conversation import asking
from bot.conversation.assessment import Assessment
from bot.conversation.place import Place
from bot.conversation.presses import Press
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Turn
from scoring.criteria_set import Exemption

ALL = "openings"
"""The sub-step in which all of them are asked together."""


def left(assessment: Assessment, place: Place) -> tuple[Exemption, ...]:
    """The opening questions still to be put: not settled, not skipped, and nothing answered under them yet."""
    return tuple(
        exemption
        for exemption in assessment.criteria.opening_questions(assessment.unit.kind)
        if exemption.scope not in assessment.opening
        and mark(exemption.scope) not in place.skipped
        and not any(one.id in assessment.answers for one in assessment.criteria.leaves_under(exemption.scope))
        and exemption.scope not in assessment.answers
    )


def numbers(assessment: Assessment) -> Mapping[str, int]:
    """The number of each opening question by its scope: its place among all of this kind of unit, whatever of them is
    answered already."""
    asked = assessment.criteria.opening_questions(assessment.unit.kind)
    return {exemption.scope: n for n, exemption in enumerate(asked, start=1)}


def mark(scope: str) -> str:
    """How a skipped opening question is remembered among the skipped criteria."""
    return f"opening:{scope}"


def ask(
    session: Session, exemption: Exemption, place: Place, told: tuple[object, ...] = (), hint: object = None
) -> Turn:
    """Put one opening question; the button that claims nothing stands first. `hint`: why a text was not taken."""
    assessment = session.opened
    seen = assessment.revision_of(exemption.scope)
    numbered = numbers(assessment)
    data = {
        "number": numbered[exemption.scope],
        "total": len(numbered),
        "question": exemption.opening.question,
        "exemption_text": exemption.text,
        "points": exemption.points,
        "ids": tuple(leaf.id for leaf in assessment.criteria.leaves_under(exemption.scope)),
        "unit": assessment.unit.name,
        "recorded": told,
        "hint": hint,
    }
    rows = (
        *(
            (
                Button(
                    "text",
                    Press("op", assessment.id, exemption.scope, "claim" if claims else "no", seen).encode(),
                    {"text": label},
                ),
            )
            for label, claims in exemption.opening.buttons
        ),
        (Button("skip", Press("op", assessment.id, exemption.scope, "later", seen).encode()),),
        *(asking.undo_rows(assessment, place) if told else ()),
    )
    return Turn(place.at("opening", exemption.scope), replies=(Reply("opening", data, rows, card=True),))


def ask_all(session: Session, place: Place, told: tuple[object, ...] = (), hint: object = None) -> Turn:
    """Put every opening question that is left in one message, for chats where each costs: answered together."""
    assessment = session.opened
    numbered = numbers(assessment)
    questions = tuple(
        {
            "n": numbered[exemption.scope],
            "question": exemption.opening.question,
            "keep": exemption.opening.keep,
            "claim": exemption.opening.claim,
            "ids": tuple(leaf.id for leaf in assessment.criteria.leaves_under(exemption.scope)),
            "ground": exemption.usual_ground,
        }
        for exemption in left(assessment, place)
    )
    data = {
        "questions": questions,
        "total": len(numbered),
        "unit": assessment.unit.name,
        "recorded": told,
        "hint": hint,
    }
    rows = asking.undo_rows(assessment, place) if told else ()
    return Turn(place.at(ALL), replies=(Reply("openings", data, rows, card=True, number=True),))


def together(session: Session, asked: tuple[Exemption, ...]) -> bool:
    """Whether what is left is put in one message."""
    return session.chat.plain and len(asked) > 1
