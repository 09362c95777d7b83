"""The consolidated table: every unit of a cycle at a glance, complete by construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from bot.conversation.assessment import Cycle
from scoring.display import class_limits, round_for_display

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """How far one unit is; `submitted_at` in epoch milliseconds."""

    name: str
    state: str
    decided: int
    total: str | None
    class_letter: str | None
    receipt: str | None
    submitted_at: int | None
    late: bool
    officers: int
    awaiting: bool = False
    """Whether the unit's leader is asked to approve, in a cycle with approval."""


def picture(rows: Sequence[UnitProgress], cycle: Cycle, now: datetime) -> dict[str, object]:
    """Submitted, returned, under way and not started: each unit stands in exactly one of them."""
    submitted = [row for row in rows if row.state == "submitted"]
    returned = [row for row in rows if row.state == "returned"]
    under_way = [row for row in rows if row.state == "open" and row.decided]
    idle = [row for row in rows if row.state == "open" and not row.decided]
    return {
        "year": cycle.year,
        "at": now,
        "due_at": cycle.due_at,
        "units": len(rows),
        "criteria": len(cycle.criteria.leaves),
        "submitted": len(submitted),
        "submitted_units": tuple(_submitted(row, cycle) for row in submitted),
        "returned": tuple(row.name for row in returned),
        "awaiting": tuple(row.name for row in rows if row.awaiting and cycle.approval and not cycle.closed),
        "under_way": tuple({"name": row.name, "done": row.decided} for row in under_way),
        "not_started": tuple(row.name for row in idle),
        "without_officer": tuple(row.name for row in rows if not row.officers),
    }


def _submitted(row: UnitProgress, cycle: Cycle) -> dict[str, object]:
    at = _EPOCH + timedelta(milliseconds=row.submitted_at) if row.submitted_at is not None else None
    return {
        "name": row.name,
        "total_shown": round_for_display(Fraction(row.total or "0"), class_limits(cycle.criteria)),
        "class_letter": row.class_letter,
        "receipt": row.receipt,
        "late": row.late,
        "at": at,
    }
