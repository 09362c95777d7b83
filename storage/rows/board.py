"""What the pages of the board read of every unit at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One unit in one cycle with its stored totals and lines, and the names of its officers in order of granting.

    `lines` is {criterion: (points as "n/d" or None, state, codes of what is to be said)}. Fields of an assessment are
    None, 0 or empty before there is one. `late`, `receipt` and `submitted_at` are of the latest submission.
    """

    unit_id: int
    unit_code: str
    unit_name: str
    unit_short_name: str
    unit_kind: str
    officers: tuple[str, ...]
    assessment_id: int | None
    state: str | None
    decided: int
    total: str
    class_letter: str | None
    class_floor: str | None
    class_ceiling: str | None
    last_at: int | None
    receipt: str | None
    submitted_at: int | None
    late: bool
    lines: Mapping[str, tuple[str | None, str, tuple[str, ...]]]
    due_at: int | None = None
    """The unit's own deadline, where it was given a longer one."""
    awaiting_since: int | None = None
