"""What the pages of the board start from: one unit as it is stored, and the few words every page says about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Literal

from bot.conversation.assessment import Cycle
from scoring.criteria_set import CriteriaSet
from scoring.display import class_limits, round_for_display

Data = dict[str, object]
Standing = Literal["idle", "working", "returned", "submitted"]
Level = Literal["missing", "exempt", "zero", "low", "half", "high", "full"]

STANDINGS: tuple[Standing, ...] = ("idle", "working", "returned", "submitted")
LEVELS: tuple[Level, ...] = ("full", "high", "half", "low", "zero", "exempt", "missing")
"""In the order of the key: shares of the maximum downwards, then what has no share of its own."""

UNREMARKABLE = frozenset({"derived", "shadowed"})
"""Codes that only say how points came about; a cell with no other code need not be looked at."""

ENDED = ("merged", "closed")
"""States of the assessment of a unit that is no more."""

LABEL_LENGTH = 16
"""Where there is little room a unit's name of so many letters still stands in full; a longer one gives way to the short
name."""

_THREE_QUARTERS, _HALF = Fraction(3, 4), Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One criterion of a unit as it was stored with the last answer; `points` is None while it is missing."""

    points: Fraction | None = None
    state: str = "missing"
    flags: tuple[str, ...] = ()

    @property
    def flagged(self) -> bool:
        """Whether a reviewer should look at it first."""
        return not UNREMARKABLE.issuperset(self.flags)


MISSING = BoardLine()


@dataclass(frozen=True, slots=True)
class BoardUnit:
    """One unit of a cycle with its stored totals. Before its first answer the class fields are None."""

    code: str
    name: str
    short_name: str
    kind: str
    officers: tuple[str, ...] = ()
    state: str = "open"
    decided: int = 0
    total: Fraction = Fraction(0)
    class_letter: str | None = None
    class_floor: str | None = None
    class_ceiling: str | None = None
    last_at: datetime | None = None
    receipt: str = ""
    submitted_at: datetime | None = None
    late: bool = False
    lines: Mapping[str, BoardLine] = field(default_factory=dict)
    due_at: datetime | None = None
    """The unit's own deadline, where it was given a longer one than the cycle's."""
    awaiting_since: datetime | None = None
    """Since when the unit's leader is asked to approve, in a cycle with approval."""

    @property
    def standing(self) -> Standing:
        """Each unit stands in exactly one of the four."""
        if self.state == "submitted" or self.state == "returned":
            return self.state  # type: ignore[return-value]
        return "working" if self.decided else "idle"

    def line(self, criterion: str) -> BoardLine:
        """The stored line of a criterion; one that was never stored is missing."""
        return self.lines.get(criterion, MISSING)


def level(line: BoardLine, maximum: Fraction) -> Level:
    """In which part of its maximum a criterion stands."""
    if line.points is None:
        return "missing"
    if line.state == "exempt":
        return "exempt"
    share = line.points / maximum
    steps: tuple[tuple[bool, Level], ...] = (
        (share >= 1, "full"),
        (share >= _THREE_QUARTERS, "high"),
        (share >= _HALF, "half"),
        (share > 0, "low"),
    )
    return next((name for holds, name in steps if holds), "zero")


def out_of(unit: BoardUnit, criteria: CriteriaSet) -> Fraction:
    """The most that the decided criteria of a unit could have given."""
    decided = (leaf.maximum for leaf in criteria.leaves if unit.line(leaf.id).points is not None)
    return sum(decided, start=Fraction(0))


def standing(unit: BoardUnit, criteria: CriteriaSet) -> Data:
    """What every table says of a unit: names, state, total as it may be shown, class or possible classes."""
    started = unit.decided > 0
    return {
        "code": unit.code,
        "name": unit.name,
        "label": unit.name if len(unit.name) <= LABEL_LENGTH else unit.short_name,
        "standing": unit.standing,
        "ended": unit.state if unit.state in ENDED else "",
        "started": started,
        "complete": unit.decided == len(criteria.leaves),
        "total": unit.total,
        "total_shown": round_for_display(unit.total, class_limits(criteria)),
        "class_letter": unit.class_letter,
        "floor": unit.class_floor if started else None,
        "ceiling": unit.class_ceiling if started else None,
    }


def kinds(units: Iterable[BoardUnit], criteria: CriteriaSet) -> tuple[Data, ...]:
    """The kinds of units in the set's order, each with how many there are."""
    rows = tuple(units)
    return tuple(
        {"kind": kind, "title": title, "units": sum(unit.kind == kind for unit in rows)}
        for kind, title in criteria.unit_kinds.items()
    )


def blocks(units: Sequence[BoardUnit], criteria: CriteriaSet) -> tuple[tuple[str, str, tuple[BoardUnit, ...]], ...]:
    """The units by kind (kind, title, units), in the set's order; kinds without a unit are left out."""
    parted = ((kind, title, tuple(u for u in units if u.kind == kind)) for kind, title in criteria.unit_kinds.items())
    return tuple(block for block in parted if block[2])


def awaiting(unit: BoardUnit, cycle: Cycle) -> datetime | None:
    """Since when the leader's word is waited for; None where it is not, or not any more."""
    return unit.awaiting_since if cycle.approval and not cycle.closed else None


def cycle_head(cycle: Cycle, now: datetime) -> Data:
    """What stands above every page: which year, until when, and what time it is."""
    return {"year": cycle.year, "due_at": cycle.due_at, "closed": cycle.closed, "at": now}
