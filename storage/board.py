"""What the pages of the board show, read in few statements: every unit of a cycle, and who people are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, select

from storage.dialect import from_json, gathered
from storage.rows.board import BoardRow
from storage.schema import assessments, cycles, people, roles, submissions, units
from storage.units import COUNTED, ENDED_STATES

Lines = Mapping[str, tuple[str | None, str, tuple[str, ...]]]

_OFFICERS = gathered(
    lambda rows: (
        select(rows)
        .select_from(roles.join(people, people.c.id == roles.c.person_id))
        .where(roles.c.unit_id == units.c.id, roles.c.role == "officer", roles.c.revoked_at.is_(None))
        .correlate(units)
    ),
    roles.c.granted_at,
    roles.c.id,
    people.c.name,
)
_LATEST = and_(submissions.c.assessment_id == assessments.c.id, submissions.c.revision == assessments.c.revision)
_EVERY: Select[Any] = (
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
        func.coalesce(assessments.c.total, "0"),
        assessments.c.class_letter,
        assessments.c.class_floor,
        assessments.c.class_ceiling,
        assessments.c.last_at,
        submissions.c.receipt,
        submissions.c.at,
        submissions.c.late,
        func.coalesce(assessments.c.lines, "{}"),
        assessments.c.due_at,
        assessments.c.awaiting_since,
    )
    .select_from(
        cycles.join(units, units.c.valid_from <= cycles.c.due_at)
        .outerjoin(assessments, and_(assessments.c.unit_id == units.c.id, assessments.c.cycle_id == cycles.c.id))
        .outerjoin(submissions, _LATEST)
    )
    .where(cycles.c.id == bindparam("cycle"))
    .order_by(units.c.position, units.c.id)
)
_ROWS = _EVERY.where(COUNTED)
_ENDED = _EVERY.where(assessments.c.state.in_(ENDED_STATES))
_NAMES = select(people.c.id, people.c.name).where(people.c.id.in_(bindparam("ids", expanding=True)))


def board_rows(conn: Connection, cycle_id: int) -> tuple[BoardRow, ...]:
    """Each unit that counts in the cycle, in its order, with its stored totals and lines and its officers.

    A unit without an assessment is there too. Nothing is scored.
    """
    return tuple(_row(row) for row in conn.execute(_ROWS, {"cycle": cycle_id}))


def ended_rows(conn: Connection, cycle_id: int) -> tuple[BoardRow, ...]:
    """Each unit that ended during the cycle, merged into another or closed: it counts no more, but can be looked at."""
    return tuple(_row(row) for row in conn.execute(_ENDED, {"cycle": cycle_id}))


def names_of(conn: Connection, person_ids: Iterable[int]) -> dict[int, str]:
    """The names of these people; who is not known is left out."""
    ids = sorted(set(person_ids))
    return {int(row[0]): str(row[1]) for row in conn.execute(_NAMES, {"ids": ids})} if ids else {}


def _row(values: Sequence[Any]) -> BoardRow:
    columns = list(values)
    columns[5] = tuple(name for _, _, name in sorted(from_json(columns[5])))
    columns[16] = bool(columns[16])
    columns[17] = _lines(columns[17])
    return BoardRow(*columns)


@lru_cache(maxsize=256)
def _lines(text: str) -> Lines:
    """Units whose answers have not changed since are not read again."""
    return {key: (points, state, tuple(codes)) for key, (points, state, codes) in from_json(text).items()}
