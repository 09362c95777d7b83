"""How far every unit of a cycle is: counts, then one row a unit, chosen and sorted as somebody asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction
from typing import Any

from bot.conversation.assessment import Cycle
from bot.conversation.reading.folding import fold
from bot.views.board import STANDINGS, BoardUnit, Data, awaiting, cycle_head, kinds, out_of, standing
from scoring.criteria_set import CriteriaSet


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be shown: of one kind, in one state, whose names hold the words searched for, in this order."""

    kind: str = ""
    standing: str = ""
    search: str = ""
    order: str = "list"
    backwards: bool = False


Key = Callable[[BoardUnit], Any]
"""What a unit is sorted by; None: it has nothing to be sorted by and stands last, whichever way round."""


def _attention(unit: BoardUnit) -> tuple[int, int]:
    urgency = {"returned": 1, "idle": 2, "working": 3, "submitted": 4}[unit.standing]
    return (0 if not unit.officers else urgency), unit.decided


ORDERS: dict[str, Key | None] = {
    "list": None,
    "attention": _attention,
    "name": lambda unit: fold(unit.name),
    "standing": lambda unit: STANDINGS.index(unit.standing),
    "done": lambda unit: -unit.decided,
    "points": lambda unit: -unit.total if unit.decided else None,
    "class": lambda unit: (unit.class_floor, unit.class_ceiling) if unit.decided and unit.class_floor else None,
    "officer": lambda unit: (bool(unit.officers), fold(unit.officers[0]) if unit.officers else ""),
    "last": lambda unit: -unit.last_at.timestamp() if unit.last_at else None,
    "due": lambda unit: (unit.standing == "submitted", not unit.late, unit.decided),
}


def progress(units: Sequence[BoardUnit], cycle: Cycle, now: datetime, choice: Choice, zone: tzinfo) -> Data:
    """The page's data. The counts follow kind and search, so that each says how many rows its own filter shows."""
    criteria = cycle.criteria
    asked = [unit for unit in units if _is_asked(unit, choice)]
    shown = [unit for unit in asked if choice.standing in ("", unit.standing)]
    return cycle_head(cycle, now) | {
        "criteria": len(criteria.leaves),
        "maximum": criteria.maximum,
        "units": len(units),
        "kinds": kinds(units, criteria),
        "days_left": days_left(cycle.due_at, now, zone),
        "owing": sum(unit.standing != "submitted" for unit in units),
        "counts": tuple(_count(asked, one, len(criteria.leaves)) for one in ("", *STANDINGS)),
        "rows": tuple(_row(unit, cycle, now, zone) for unit in in_order(shown, choice)),
    }


def in_order(units: Sequence[BoardUnit], choice: Choice) -> list[BoardUnit]:
    """The units sorted as chosen; equal ones keep the order of the list."""
    key = ORDERS.get(choice.order)
    if key is None:
        return list(reversed(units)) if choice.backwards else list(units)
    there = [unit for unit in units if key(unit) is not None]
    return sorted(there, key=key, reverse=choice.backwards) + [unit for unit in units if key(unit) is None]


def days_left(due_at: datetime, now: datetime, zone: tzinfo) -> int:
    """Days from today to the last day on which a result is in time; 0 on that day, negative after it."""
    last = (due_at.astimezone(zone) - timedelta(microseconds=1)).date()
    return (last - now.astimezone(zone).date()).days


def _is_asked(unit: BoardUnit, choice: Choice) -> bool:
    if choice.kind not in ("", unit.kind):
        return False
    hay = fold(f"{unit.name} {unit.short_name} {unit.code} {' '.join(unit.officers)}")
    return all(word in hay for word in fold(choice.search).split())


def _count(units: Sequence[BoardUnit], wanted: str, criteria: int) -> Data:
    counted = [unit for unit in units if wanted in ("", unit.standing)]
    gauges = tuple(Fraction(unit.decided, criteria) for unit in sorted(counted, key=lambda unit: -unit.decided))
    return {"standing": wanted, "units": len(counted), "gauges": gauges if wanted else ()}


def _row(unit: BoardUnit, cycle: Cycle, now: datetime, zone: tzinfo) -> Data:
    return standing(unit, cycle.criteria) | {
        "awaiting": awaiting(unit, cycle),
        "decided": unit.decided,
        "sections": sections(unit, cycle.criteria),
        "out_of": out_of(unit, cycle.criteria),
        "officers": unit.officers,
        "last_at": unit.last_at,
        "receipt": unit.receipt,
        "lateness": lateness(unit, cycle, now, zone),
    }


def sections(unit: BoardUnit, criteria: CriteriaSet) -> tuple[Data, ...]:
    """Decided criteria of each section, of how many."""
    rows = []
    for section in criteria.sections:
        leaves = criteria.leaves_under(section.id)
        done = sum(unit.line(leaf.id).points is not None for leaf in leaves)
        rows.append({"n": section.id, "title": section.short_title, "done": done, "total": len(leaves)})
    return tuple(rows)


def lateness(unit: BoardUnit, cycle: Cycle, now: datetime, zone: tzinfo) -> Data:
    """How the unit stands to its deadline: handed in in time or late, to hand in again, days left, or overdue."""
    due_at = unit.due_at or cycle.due_at
    left = days_left(due_at, now, zone)
    if unit.standing == "submitted":
        kind = "late" if unit.late else "in_time"
    elif now >= due_at:
        kind = "again" if unit.standing == "returned" else "overdue"
    else:
        kind = "left"
    return {"kind": kind, "days": abs(left), "urgent": kind == "left" and unit.standing == "idle", "own": unit.due_at}
