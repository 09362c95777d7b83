"""What colleagues answered while somebody looks: lines made from the answers as they stand, kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.conversation import describing
from bot.conversation.assessment import Assessment, Held
from bot.conversation.session import Person
from scoring.exact import exact_sum

MOST = 8
"""Lines shown; of more answers only their number is told."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line, and where it belongs among what was said."""

    at: datetime
    shown: dict[str, Any]


def answered(assessment: Assessment | None, person: Person, since: datetime) -> tuple[Told, ...]:
    """The answers of others at or after a moment, oldest first; the first line tells how many more there are."""
    if assessment is None:
        return ()
    others = sorted(
        (held.at, held.revision, scope, held)
        for scope, held in assessment.answers.items()
        if held.by != person.id and held.by_name and held.at >= since
    )
    lines = tuple(Told(at, _line(assessment, scope, held)) for at, _, scope, held in others[-MOST:])
    more = len(others) - len(lines)
    return (Told(lines[0].at, {"kind": "told", "more": more}), *lines) if more else lines


def _line(assessment: Assessment, scope: str, held: Held) -> dict[str, Any]:
    """Who, which criterion (or group, when an exemption covers one), the answer and what it gives."""
    lines = [assessment.card.lines[leaf.id] for leaf in assessment.criteria.leaves_under(scope)]
    points = [line.points for line in lines if line.points is not None]
    leaf = assessment.criteria.criterion(scope) if scope in assessment.card.lines else None
    return {
        "kind": "told",
        "more": 0,
        "by": held.by_name,
        "id": scope,
        "answer": describing.value(leaf, held.answer),
        "points": exact_sum(points) if len(points) == len(lines) else None,
        "maximum": exact_sum(line.maximum for line in lines),
        "at": held.at,
    }
