"""All units of a cycle at a glance, for the table that is always complete."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, select

from storage.dialect import to_json
from storage.rows import ProgressRow
from storage.schema import answers, assessments, cycles, roles, submissions, units
from storage.units import COUNTED

_OFFICERS = (
    select(func.count(func.distinct(roles.c.person_id)))
    .where(roles.c.unit_id == units.c.id, roles.c.role == bindparam("role"), roles.c.revoked_at.is_(None))
    .scalar_subquery()
)
_LATEST = and_(submissions.c.assessment_id == assessments.c.id, submissions.c.revision == assessments.c.revision)
_ROWS: Select[Any] = (
    select(
        units.c.id,
        units.c.code,
        units.c.name,
        units.c.short_name,
        units.c.kind,
        _OFFICERS,
        assessments.c.id,
        assessments.c.state,
        func.coalesce(assessments.c.decided, 0),
        assessments.c.total,
        assessments.c.total_millionths,
        assessments.c.class_letter,
        assessments.c.class_floor,
        assessments.c.class_ceiling,
        func.coalesce(assessments.c.revision, 0),
        assessments.c.last_at,
        submissions.c.receipt,
        submissions.c.at,
        submissions.c.late,
        assessments.c.awaiting_since,
    )
    .select_from(
        cycles.join(units, units.c.valid_from <= cycles.c.due_at)
        .outerjoin(assessments, and_(assessments.c.unit_id == units.c.id, assessments.c.cycle_id == cycles.c.id))
        .outerjoin(submissions, _LATEST)
    )
    .where(cycles.c.id == bindparam("cycle"), COUNTED)
    .order_by(units.c.position, units.c.id)
)


_HOLDING: Select[Any] = (
    select(func.count(func.distinct(answers.c.assessment_id)))
    .select_from(answers.join(assessments, assessments.c.id == answers.c.assessment_id))
    .where(assessments.c.cycle_id == bindparam("cycle"), answers.c.value == bindparam("held"))
)


def count_holding(conn: Connection, cycle_id: int, value: Any) -> int:
    """How many assessments of the cycle hold exactly this answer to any criterion."""
    return int(conn.execute(_HOLDING, {"cycle": cycle_id, "held": to_json(value)}).scalar_one())


def assessment_rows(conn: Connection, cycle_id: int, role: str = "officer") -> tuple[ProgressRow, ...]:
    """Each unit that counts in the cycle, in its order, with how far it is and how many hold ``role`` in it.

    A unit without an assessment is there too.
    """
    return tuple(ProgressRow(*row) for row in conn.execute(_ROWS, {"cycle": cycle_id, "role": role}))
