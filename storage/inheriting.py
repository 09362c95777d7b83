"""The answers of units that became part of another: which assessments they are in, and what they say."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select, update

from storage.dialect import from_json, to_json
from storage.rows import InheritedRow
from storage.schema import answers, assessments, units

_INHERIT = update(assessments).where(assessments.c.id == bindparam("assessment")).values(inherits=bindparam("from_ids"))
_INHERITED = (
    select(assessments.c.id, units.c.name, units.c.short_name, answers.c.criterion, answers.c.value)
    .select_from(
        answers.join(assessments, assessments.c.id == answers.c.assessment_id).join(
            units, units.c.id == assessments.c.unit_id
        )
    )
    .where(answers.c.assessment_id.in_(bindparam("ids", expanding=True)))
    .order_by(assessments.c.id, answers.c.criterion)
)


def put_inherits(conn: Connection, assessment_id: int, from_ids: Sequence[int]) -> None:
    """Name the assessments whose answers are offered in this one."""
    conn.execute(_INHERIT, {"assessment": assessment_id, "from_ids": to_json(list(from_ids))})


def inherited(conn: Connection, from_ids: Sequence[int]) -> tuple[InheritedRow, ...]:
    """The answers in these assessments, whose units are no more, without locking."""
    rows = conn.execute(_INHERITED, {"ids": list(from_ids)})
    return tuple(InheritedRow(*row[:4], from_json(row[4])) for row in rows)
