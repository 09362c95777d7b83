"""Units by criteria as a heat map: the share of the maximum in every cell, and what is exempt, missing, to look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.conversation.assessment import Cycle
from bot.views.board import BoardUnit, Data, blocks, cycle_head, level, standing
from scoring.criteria_set import CriteriaSet, Criterion


def matrix(units: Sequence[BoardUnit], cycle: Cycle, now: datetime) -> Data:
    """Columns with their sections, and a block of rows for each kind of unit."""
    criteria = cycle.criteria
    return cycle_head(cycle, now) | {
        "sections": tuple(
            {"n": one.id, "title": one.short_title, "span": len(criteria.leaves_under(one.id))}
            for one in criteria.sections
        ),
        "columns": tuple(_column(leaf, criteria) for leaf in criteria.leaves),
        "maximum": criteria.maximum,
        "blocks": tuple(
            {"kind": kind, "title": title, "rows": tuple(_row(unit, criteria) for unit in rows)}
            for kind, title, rows in blocks(units, criteria)
        ),
    }


def _column(leaf: Criterion, criteria: CriteriaSet) -> Data:
    section = criteria.section_of(leaf.id)
    first = criteria.leaves_under(section.id)[0].id == leaf.id
    return {"id": leaf.id, "title": leaf.short_title, "maximum": leaf.maximum, "first": first}


def _row(unit: BoardUnit, criteria: CriteriaSet) -> Data:
    return standing(unit, criteria) | {"cells": tuple(_cell(unit, leaf) for leaf in criteria.leaves)}


def _cell(unit: BoardUnit, leaf: Criterion) -> Data:
    line = unit.line(leaf.id)
    return {
        "id": leaf.id,
        "level": level(line, leaf.maximum),
        "points": line.points,
        "derived": line.state == "derived",
        "flagged": line.flagged,
    }
