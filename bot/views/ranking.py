"""The provisional ranking (Decision 3270, art. 2): per kind of unit, on exact totals, ties sharing a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from itertools import groupby

from bot.conversation.assessment import Cycle
from bot.views.board import BoardUnit, Data, blocks, cycle_head, standing
from scoring.criteria_parts import ClassLimit
from scoring.criteria_set import CriteriaSet
from scoring.display import Limit, round_for_display
from scoring.rules import meets

NEAR = Fraction(1)
"""Units at most so many points from a limit are worth a second look."""


def ranking(units: Sequence[BoardUnit], cycle: Cycle, now: datetime) -> Data:
    """A block for each kind: who handed in, best first, with their places; then who did not, without one."""
    criteria = cycle.criteria
    return cycle_head(cycle, now) | {
        "maximum": criteria.maximum,
        "limits": tuple({"letter": limit.letter, "value": limit.value} for limit in _edges(criteria)),
        "scale": _scale(criteria),
        "blocks": tuple(_block(*block, criteria) for block in blocks(units, criteria)),
        "near": near_limits(units, criteria),
    }


def places(totals: Sequence[Fraction]) -> tuple[tuple[int, bool], ...]:
    """The place of each total, given best first, and whether it is shared; after a tie as many places are skipped."""
    found: list[tuple[int, bool]] = []
    for _, same in groupby(totals):
        tied = len(tuple(same))
        found.extend([(len(found) + 1, tied > 1)] * tied)
    return tuple(found)


def near_limits(units: Sequence[BoardUnit], criteria: CriteriaSet) -> tuple[Data, ...]:
    """The units handed in whose total is within a point of a limit of a class, on either side, nearest first."""
    found: list[tuple[Fraction, Data]] = []
    for unit in units:
        if unit.standing != "submitted":
            continue
        for limit in _edges(criteria):
            distance = abs(unit.total - limit.value)
            if distance <= NEAR:
                reached = meets(unit.total, limit.op, limit.value)
                row = {"reached": reached, "limit": limit.letter, "distance_shown": _distance(distance)}
                found.append((distance, standing(unit, criteria) | row))
    return tuple(row for _, row in sorted(found, key=lambda one: one[0]))


def _block(kind: str, title: str, units: Sequence[BoardUnit], criteria: CriteriaSet) -> Data:
    handed_in = sorted((unit for unit in units if unit.standing == "submitted"), key=lambda unit: -unit.total)
    ranked = zip(handed_in, places([unit.total for unit in handed_in]), strict=True)
    waiting = [unit for unit in units if unit.standing != "submitted"]
    return {
        "kind": kind,
        "title": title,
        "classes": tuple(
            {"letter": limit.letter, "units": sum(unit.class_letter == limit.letter for unit in handed_in)}
            for limit in criteria.classes
        ),
        "rows": tuple(
            standing(unit, criteria) | {"place": place, "shared": shared, "late": unit.late, "receipt": unit.receipt}
            for unit, (place, shared) in ranked
        ),
        "waiting": tuple(standing(unit, criteria) | {"decided": unit.decided} for unit in waiting),
    }


def _edges(criteria: CriteriaSet) -> tuple[ClassLimit, ...]:
    """The limits from below; the lowest class has none of its own."""
    return tuple(limit for limit in reversed(criteria.classes) if limit.op != "<")


def _scale(criteria: CriteriaSet) -> tuple[Data, ...]:
    """Each class with the stretch of totals it covers, from the lowest."""
    edges = _edges(criteria)
    letters = [limit.letter for limit in reversed(criteria.classes)]
    marks = [Fraction(0), *(limit.value for limit in edges), criteria.maximum]
    return tuple(
        {"letter": letter, "low": low, "high": high}
        for letter, low, high in zip(letters, marks, marks[1:], strict=False)
    )


def _distance(distance: Fraction) -> str:
    """Two decimals, more where that would make a difference look like none."""
    return round_for_display(distance, (Limit(">", Fraction(0)),))
