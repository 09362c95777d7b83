"""Assessments with their answers and free texts: loaded whole under a lock, changed row by row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Update, bindparam, delete, exists, insert, select, update

from storage.dialect import PerDialect, from_json, gathered, is_sqlite, json_of, to_json
from storage.errors import RowMissing
from storage.ledger import START
from storage.rows import AnswerRow, AssessmentRow, NewText, OpenAssessment, TextKind, TextRow
from storage.schema import answers, assessments, cycles, inquiries, people, streams, texts, units

_PROGRESS = frozenset(
    {"state", "opening", "reopened", "lines", "total", "total_millionths", "decided", "revision", "last_at", "last_by"}
    | {"class_letter", "class_floor", "class_ceiling", "due_at", "back_due_at", "asked_since"}
    | {"awaiting_since", "awaiting_by"}
)
_BY_ID: ColumnElement[bool] = assessments.c.id == bindparam("assessment")
_FIND = select(assessments.c.id).where(
    assessments.c.unit_id == bindparam("unit"), assessments.c.cycle_id == bindparam("cycle")
)
_OF_CYCLE = select(assessments.c.id).where(assessments.c.cycle_id == bindparam("cycle")).order_by(assessments.c.id)
_GIVE_MORE_TIME = (
    update(assessments)
    .where(assessments.c.cycle_id == bindparam("cycle"), assessments.c.due_at <= bindparam("until"))
    .values(due_at=None)
)
_REFILLED_AT_ONCE = 50
_WITHOUT_LINES = (
    select(assessments.c.id)
    .where(assessments.c.lines == "{}", assessments.c.decided > 0)
    .order_by(assessments.c.id)
    .limit(_REFILLED_AT_ONCE)
)
_UNIT_CODE = select(units.c.code).where(units.c.id == bindparam("unit"))
_STREAM = PerDialect(streams, lambda insert: insert.on_conflict_do_nothing(index_elements=["name"]))
_CREATE = PerDialect(assessments, lambda insert: insert.on_conflict_do_nothing(index_elements=["unit_id", "cycle_id"]))
_LOCK = select(assessments.c.id).where(_BY_ID).with_for_update()
_LOAD: Select[Any] = (
    select(
        assessments.c.id,
        assessments.c.unit_id,
        assessments.c.cycle_id,
        assessments.c.state,
        assessments.c.opening,
        assessments.c.reopened,
        assessments.c.total,
        assessments.c.total_millionths,
        assessments.c.decided,
        assessments.c.class_letter,
        assessments.c.class_floor,
        assessments.c.class_ceiling,
        assessments.c.revision,
        assessments.c.last_at,
        assessments.c.last_by,
        units.c.code,
        units.c.name,
        units.c.short_name,
        units.c.kind,
        cycles.c.year,
        cycles.c.due_at,
        cycles.c.closed_at,
        cycles.c.set_digest,
        streams.c.name,
        streams.c.seq,
        streams.c.head,
        assessments.c.due_at,
        assessments.c.back_due_at,
        assessments.c.inherits,
        assessments.c.asked_since,
        assessments.c.awaiting_since,
        assessments.c.awaiting_by,
        cycles.c.approval,
        exists().where(inquiries.c.assessment_id == assessments.c.id),
    )
    .select_from(
        assessments.join(units, units.c.id == assessments.c.unit_id)
        .join(cycles, cycles.c.id == assessments.c.cycle_id)
        .join(streams, streams.c.name == assessments.c.stream)
    )
    .where(_BY_ID)
)
_ANSWER = (
    answers.c.criterion,
    json_of(answers.c.value),
    answers.c.revision,
    answers.c.by_person,
    people.c.name,
    answers.c.at,
)
_TEXT = (
    texts.c.id,
    texts.c.criterion,
    texts.c.kind,
    texts.c.digest,
    texts.c.body,
    texts.c.by_person,
    people.c.name,
    texts.c.at,
)
_LOAD_OPEN = _LOAD.add_columns(
    gathered(
        lambda rows: (
            select(rows)
            .select_from(answers.join(people, people.c.id == answers.c.by_person))
            .where(answers.c.assessment_id == bindparam("assessment"))
        ),
        *_ANSWER,
    ),
    gathered(
        lambda rows: (
            select(rows)
            .select_from(texts.join(people, people.c.id == texts.c.by_person))
            .where(texts.c.assessment_id == bindparam("assessment"))
        ),
        *_TEXT,
    ),
)
_PUT_ANSWER = PerDialect(
    answers,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["assessment_id", "criterion"],
        set_={name: insert.excluded[name] for name in ("value", "revision", "by_person", "at")},
    ),
)
_DROP_ANSWER = delete(answers).where(
    answers.c.assessment_id == bindparam("assessment"), answers.c.criterion == bindparam("criterion_id")
)
_ADD_TEXT = insert(texts).returning(texts.c.id)
_DROP_TEXT = delete(texts).where(texts.c.id == bindparam("text_id"))
_DROP_TEXTS = delete(texts).where(
    texts.c.assessment_id == bindparam("assessment"),
    texts.c.criterion == bindparam("criterion_id"),
    texts.c.kind == bindparam("text_kind"),
)


def ensure_assessment(conn: Connection, unit_id: int, cycle_id: int) -> int:
    """The id of the unit's assessment in the cycle; it is created, with its ledger stream, when there is none."""
    here = {"unit": unit_id, "cycle": cycle_id}
    found = conn.execute(_FIND, here).scalar()
    if found is not None:
        return int(found)
    code = conn.execute(_UNIT_CODE, {"unit": unit_id}).scalar()
    if code is None:
        raise RowMissing(f"unit {unit_id}")
    stream = f"assessment/{cycle_id}/{code}"
    conn.execute(_STREAM(conn), {"name": stream, "seq": 0, "head": START})
    row = {"unit_id": unit_id, "cycle_id": cycle_id, "stream": stream, "state": "open"}
    conn.execute(_CREATE(conn), row)
    return int(conn.execute(_FIND, here).scalar_one())


def find_assessment(conn: Connection, unit_id: int, cycle_id: int) -> int | None:
    """The id of the unit's assessment in the cycle, if there is one."""
    found = conn.execute(_FIND, {"unit": unit_id, "cycle": cycle_id}).scalar()
    return None if found is None else int(found)


def assessments_of(conn: Connection, cycle_id: int) -> tuple[int, ...]:
    """The ids of every assessment of a cycle, those of merged and closed units too, in the order they are locked."""
    return tuple(conn.execute(_OF_CYCLE, {"cycle": cycle_id}).scalars())


def outrun_own_dates(conn: Connection, cycle_id: int, until: int) -> None:
    """Let go of the units' own deadlines that are no later than one given to all."""
    conn.execute(_GIVE_MORE_TIME, {"cycle": cycle_id, "until": until})


def lock_assessment(conn: Connection, assessment_id: int) -> AssessmentRow:
    """Lock, then load an assessment without its answers; RowMissing when there is none."""
    return _row(_locked(conn, _LOAD, assessment_id))


def open_assessment(conn: Connection, assessment_id: int) -> OpenAssessment:
    """Lock, then load an assessment with answers and texts; RowMissing when there is none."""
    return _opened(_locked(conn, _LOAD_OPEN, assessment_id))


def view_assessment(conn: Connection, assessment_id: int) -> OpenAssessment:
    """Load an assessment with answers and texts without locking, for reading only; RowMissing when there is none."""
    return _opened(_found(conn, _LOAD_OPEN, assessment_id))


def _locked(conn: Connection, load: Select[Any], assessment_id: int) -> Sequence[Any]:
    if not is_sqlite(conn):  # in two statements: after the wait for a lock, one statement would still see the old rows
        conn.execute(_LOCK, {"assessment": assessment_id})
    return _found(conn, load, assessment_id)


def _found(conn: Connection, load: Select[Any], assessment_id: int) -> Sequence[Any]:
    row = conn.execute(load, {"assessment": assessment_id}).first()
    if row is None:
        raise RowMissing(f"assessment {assessment_id}")
    return tuple(row)


def _row(values: Sequence[Any]) -> AssessmentRow:
    columns = list(values[:34])
    columns[4] = from_json(columns[4])
    columns[5] = None if columns[5] is None else tuple(from_json(columns[5]))
    columns[28] = () if columns[28] is None else tuple(from_json(columns[28]))
    columns[29] = {} if columns[29] is None else from_json(columns[29])
    return AssessmentRow(*columns)


def _opened(values: Sequence[Any]) -> OpenAssessment:
    given = tuple(map(AnswerRow._make, sorted(from_json(values[34]), key=_first)))
    said = tuple(TextRow(*row) for row in sorted(from_json(values[35]), key=_first))
    return OpenAssessment(_row(values), given, said)


def _first(row: Sequence[Any]) -> Any:
    return row[0]


def put_answer(
    conn: Connection, assessment_id: int, criterion: str, value: Any, revision: int, by_person: int, at: int
) -> None:
    """Store the current answer to a criterion; ``value`` is anything JSON can hold."""
    row = {"assessment_id": assessment_id, "criterion": criterion, "value": to_json(value), "revision": revision}
    conn.execute(_PUT_ANSWER(conn), row | {"by_person": by_person, "at": at})


def drop_answer(conn: Connection, assessment_id: int, criterion: str) -> None:
    """Take the answer to a criterion away."""
    conn.execute(_DROP_ANSWER, {"assessment": assessment_id, "criterion_id": criterion})


def without_lines(conn: Connection) -> tuple[int, ...]:
    """Some of the assessments that have answers and no lines: they were written by an older program."""
    return tuple(conn.execute(_WITHOUT_LINES).scalars())


def put_progress(conn: Connection, assessment_id: int, /, **columns: Any) -> None:
    """Set what is kept per assessment: state, opening and lines (dicts), reopened (ids or None), total,
    total_millionths, decided, class_letter, class_floor, class_ceiling, revision, last_at, last_by, due_at,
    back_due_at, awaiting_since, awaiting_by, asked_since (a dict or None).

    ValueError for any other name.
    """
    values = {f"new_{name}": value for name, value in columns.items()}
    if "opening" in columns:
        values["new_opening"] = to_json(columns["opening"])
    if "lines" in columns:
        values["new_lines"] = to_json(columns["lines"])
    if columns.get("asked_since") is not None:
        values["new_asked_since"] = to_json(columns["asked_since"])
    if columns.get("reopened") is not None:
        values["new_reopened"] = to_json(list(columns["reopened"]))
    conn.execute(_progress(tuple(sorted(columns))), values | {"assessment": assessment_id})


@lru_cache(maxsize=256)
def _progress(names: tuple[str, ...]) -> Update:
    unknown = set(names) - _PROGRESS
    if unknown or not names:
        raise ValueError(f"no such columns: {sorted(unknown)}")
    return update(assessments).where(_BY_ID).values({name: bindparam(f"new_{name}") for name in names})


def add_text(conn: Connection, text: NewText) -> int:
    """Store a free text and return its id, by which the ledger names it."""
    row = {name: getattr(text, name) for name in NewText.__slots__}
    return int(conn.execute(_ADD_TEXT, row).scalar_one())


def drop_text(conn: Connection, text_id: int) -> None:
    """Take a text away from its assessment; its digest stays in the ledger only."""
    conn.execute(_DROP_TEXT, {"text_id": text_id})


def drop_texts(conn: Connection, assessment_id: int, criterion: str, kind: TextKind) -> None:
    """Take all texts of one kind beside a criterion away; their digests stay in the ledger only."""
    conn.execute(_DROP_TEXTS, {"assessment": assessment_id, "criterion_id": criterion, "text_kind": kind})
