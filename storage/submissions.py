"""Submissions: frozen snapshots, and the numbers their receipts carry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from storage.dialect import from_json, to_json
from storage.errors import RowMissing
from storage.rows import NewSubmission, SubmissionRow
from storage.schema import assessments, cycles, people, submissions, units

_ADD = insert(submissions).returning(submissions.c.id)
_NEXT = (
    update(cycles)
    .where(cycles.c.id == bindparam("cycle"))
    .values(receipts=cycles.c.receipts + 1)
    .returning(cycles.c.receipts)
)
_APPROVERS = people.alias("approvers")
_ALL: Select[Any] = select(
    submissions.c.id,
    submissions.c.assessment_id,
    submissions.c.revision,
    submissions.c.receipt,
    submissions.c.at,
    submissions.c.late,
    submissions.c.by_person,
    submissions.c.set_digest,
    submissions.c.total,
    submissions.c.class_letter,
    submissions.c.snapshot,
    people.c.name,
    units.c.id,
    units.c.code,
    units.c.name,
    assessments.c.cycle_id,
    submissions.c.approved_by,
    _APPROVERS.c.name,
).select_from(
    submissions.join(people, people.c.id == submissions.c.by_person)
    .join(assessments, assessments.c.id == submissions.c.assessment_id)
    .join(units, units.c.id == assessments.c.unit_id)
    .outerjoin(_APPROVERS, _APPROVERS.c.id == submissions.c.approved_by)
)
_OF = _ALL.where(submissions.c.assessment_id == bindparam("assessment")).order_by(submissions.c.revision)
_LATEST = (
    _ALL.where(submissions.c.assessment_id == bindparam("assessment")).order_by(submissions.c.revision.desc()).limit(1)
)


def next_receipt(conn: Connection, cycle_id: int) -> int:
    """The next receipt number of the cycle, from 1; given back when the unit of work rolls back, so without holes."""
    number = conn.execute(_NEXT, {"cycle": cycle_id}).scalar()
    if number is None:
        raise RowMissing(f"cycle {cycle_id}")
    return int(number)


def add_submission(conn: Connection, submission: NewSubmission) -> int:
    """Store a submission; IntegrityError when this revision of the assessment, or the receipt, is stored already."""
    row = {name: getattr(submission, name) for name in NewSubmission.__slots__}
    return int(conn.execute(_ADD, row | {"snapshot": to_json(submission.snapshot)}).scalar_one())


def submission_of(conn: Connection, assessment_id: int) -> SubmissionRow | None:
    """The latest submission of an assessment."""
    row = conn.execute(_LATEST, {"assessment": assessment_id}).first()
    return None if row is None else _submission(row)


def submissions_of(conn: Connection, assessment_id: int) -> tuple[SubmissionRow, ...]:
    """Every submission of an assessment, the first one first."""
    return tuple(_submission(row) for row in conn.execute(_OF, {"assessment": assessment_id}))


def _submission(row: Sequence[Any]) -> SubmissionRow:
    columns = list(row)
    columns[10] = from_json(columns[10])
    return SubmissionRow(*columns)
