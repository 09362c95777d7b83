"""The scorecard of an assessment's answers, made from the one before: of many answers a turn changes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.answers import Answer
from scoring.criteria_set import CriteriaSet
from scoring.scorecard import Scorecard, score, score_again

MOST_KEPT = 512
"""Of so many assessments the last scorecard is remembered."""


@dataclass(frozen=True, slots=True)
class _Scored:
    unit_kind: str
    answers: Mapping[str, Answer]
    card: Scorecard


_last: dict[int, _Scored] = {}


def scorecard(assessment: int, criteria: CriteriaSet, unit_kind: str, answers: Mapping[str, Answer]) -> Scorecard:
    """What `score` gives. The number of the assessment only says where to look for what was scored last: the answers
    themselves are compared."""
    last = _last.get(assessment)
    if last is None or last.card.criteria is not criteria or last.unit_kind != unit_kind:
        card = score(criteria, unit_kind, answers)
    elif last.answers == answers:
        return last.card
    else:
        card = score_again(last.card, unit_kind, answers, _differing(last.answers, answers))
    if assessment not in _last and len(_last) >= MOST_KEPT:
        _last.clear()
    _last[assessment] = _Scored(unit_kind, answers, card)
    return card


def _differing(one: Mapping[str, Answer], other: Mapping[str, Answer]) -> list[str]:
    """The ids that are answered in one way here, and in another or not at all there."""
    changed = [key for key, answer in other.items() if one.get(key) is not answer and one.get(key) != answer]
    return changed + [key for key in one if key not in other]
