"""How the units fare on each criterion: the distribution, the weakest criterion first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from bot.conversation.assessment import Cycle
from bot.views.board import LEVELS, BoardUnit, Data, cycle_head, kinds, level
from scoring.criteria_set import CriteriaSet, Criterion

_NOTHING_EARNED = ("exempt", "missing")
"""Neither full points by exemption nor no answer say how well a criterion is met."""


def distribution(units: Sequence[BoardUnit], cycle: Cycle, now: datetime, kind: str = "", *, weak: bool = True) -> Data:
    """One row a criterion: units on each level, and the mean share of the maximum over those that earned theirs.

    The weakest mean stands first; criteria that nobody has answered stand last. Not `weak`: the decision's order.
    """
    criteria = cycle.criteria
    asked = [unit for unit in units if kind in ("", unit.kind)]
    rows = [_row(leaf, asked, criteria) for leaf in criteria.leaves]
    if weak:
        rows.sort(key=_weakness)
    return cycle_head(cycle, now) | {
        "kinds": kinds(units, criteria),
        "units": len(asked),
        "levels": LEVELS,
        "rows": tuple(rows),
    }


def _row(leaf: Criterion, units: Sequence[BoardUnit], criteria: CriteriaSet) -> Data:
    lines = [unit.line(leaf.id) for unit in units]
    levels = [level(line, leaf.maximum) for line in lines]
    pairs = zip(lines, levels, strict=True)
    earned = [line.points for line, held in pairs if held not in _NOTHING_EARNED and line.points is not None]
    total = sum(earned, start=Fraction(0))
    section = criteria.section_of(leaf.id)
    return {
        "id": leaf.id,
        "title": leaf.display_title,
        "short_title": leaf.short_title,
        "section": section.id,
        "section_title": section.short_title,
        "maximum": leaf.maximum,
        "counts": tuple({"level": one, "units": levels.count(one)} for one in LEVELS),
        "answered": len(earned),
        "mean": total / len(earned) if earned else None,
        "share": total / (leaf.maximum * len(earned)) if earned else None,
        "flagged": sum(line.flagged for line in lines),
    }


def _weakness(row: Data) -> tuple[bool, Fraction]:
    share = row["share"]
    return (False, share) if isinstance(share, Fraction) else (True, Fraction(0))
