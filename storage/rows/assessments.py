"""Cycles, assessments, answers, texts, submissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from storage.rows.words import JsonObject, TextKind


@dataclass(frozen=True, slots=True)
class CycleRow:
    """One assessment cycle; open while ``closed_at`` is None."""

    id: int
    year: int
    set_digest: str
    opens_at: int
    due_at: int
    publish_at: int | None
    closed_at: int | None
    reminders: str = "{}"
    approval: bool = False


class AssessmentRow(NamedTuple):
    """One unit's assessment in one cycle, with its unit, its cycle and the head of its ledger stream."""

    id: int
    unit_id: int
    cycle_id: int
    state: str
    opening: JsonObject
    reopened: tuple[str, ...] | None
    total: str
    total_millionths: int
    decided: int
    class_letter: str | None
    class_floor: str | None
    class_ceiling: str | None
    revision: int
    last_at: int | None
    last_by: int | None
    unit_code: str
    unit_name: str
    unit_short_name: str
    unit_kind: str
    cycle_year: int
    cycle_due_at: int
    cycle_closed_at: int | None
    set_digest: str
    stream: str
    stream_seq: int
    stream_head: str
    due_at: int | None
    back_due_at: int | None
    inherits: tuple[int, ...]
    asked_since: JsonObject
    awaiting_since: int | None
    awaiting_by: int | None
    cycle_approval: bool
    inquired: bool
    """Whether colleagues were ever asked about it."""


class AnswerRow(NamedTuple):
    """The current answer to one criterion; ``revision`` counts the changes of this answer. Each turn loads them all: a
    tuple with names is made faster than anything else."""

    criterion: str
    value: Any
    revision: int
    by_person: int
    by_name: str
    at: int


@dataclass(frozen=True, slots=True)
class InheritedRow:
    """An answer in the assessment of a unit that is part of another now."""

    assessment_id: int
    unit_name: str
    unit_short_name: str
    criterion: str
    value: Any


@dataclass(frozen=True, slots=True)
class NewText:
    """A free text to store beside an assessment."""

    assessment_id: int
    criterion: str
    kind: TextKind
    digest: str
    body: str
    by_person: int
    at: int


@dataclass(frozen=True, slots=True)
class TextRow:
    """A free text; ``body`` is None once it was erased, the digest stays."""

    id: int
    criterion: str
    kind: TextKind
    digest: str
    body: str | None
    by_person: int
    by_name: str
    at: int


@dataclass(frozen=True, slots=True)
class OpenAssessment:
    """An assessment with everything a turn needs: the row, its answers in order of criterion id, its texts by id."""

    row: AssessmentRow
    answers: tuple[AnswerRow, ...]
    texts: tuple[TextRow, ...]


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """One unit in one cycle at a glance; assessment and submission fields are None (or 0) before there is one."""

    unit_id: int
    unit_code: str
    unit_name: str
    unit_short_name: str
    unit_kind: str
    officers: int
    assessment_id: int | None
    state: str | None
    decided: int
    total: str | None
    total_millionths: int | None
    class_letter: str | None
    class_floor: str | None
    class_ceiling: str | None
    revision: int
    last_at: int | None
    receipt: str | None
    submitted_at: int | None
    late: bool | None
    awaiting_since: int | None = None


@dataclass(frozen=True, slots=True)
class NewSubmission:
    """A frozen snapshot to store; unique per assessment and revision, and by receipt."""

    assessment_id: int
    revision: int
    receipt: str
    at: int
    late: bool
    by_person: int
    set_digest: str
    total: str
    class_letter: str
    snapshot: JsonObject
    approved_by: int | None = None


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """A submission as stored, with the unit it is of and the name of who pressed."""

    id: int
    assessment_id: int
    revision: int
    receipt: str
    at: int
    late: bool
    by_person: int
    set_digest: str
    total: str
    class_letter: str
    snapshot: JsonObject
    by_name: str
    unit_id: int
    unit_code: str
    unit_name: str
    cycle_id: int
    approved_by: int | None = None
    approved_name: str | None = None
