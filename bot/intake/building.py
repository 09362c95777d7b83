"""An assessment as the conversation knows it, built from its rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Connection

from bot.conversation.assessment import Assessment, Cycle, Held, Inherited, Unit, Written
from bot.intake.asked import inquiries_about
from bot.intake.handing_in import awaiting_of, remark_of
from bot.intake.moments import from_ms, maybe
from bot.intake.shelf import Shelf
from scoring.answers import Answer, Exempt, NoCases, decode
from storage import inheriting, submissions
from storage.rows import OpenAssessment


def build(conn: Connection, shelf: Shelf, opened: OpenAssessment) -> Assessment:
    """The assessment as the conversation knows it."""
    row = opened.row
    unit = Unit(row.unit_id, row.unit_code, row.unit_name, row.unit_short_name, row.unit_kind)
    criteria = shelf.criteria(conn, row.set_digest)
    due_at = from_ms(row.cycle_due_at if row.due_at is None else row.due_at)
    closed = row.cycle_closed_at is not None
    cycle = Cycle(row.cycle_id, row.cycle_year, due_at, closed, criteria, row.cycle_approval)
    reason = next((text for text in reversed(opened.texts) if text.kind == "reason" and row.state == "returned"), None)
    handed_in = submissions.submission_of(conn, row.id) if row.revision else None
    if reason and handed_in and reason.at < handed_in.at:
        reason = None  # what was handed in since did not go back by a person's word: its criteria were amended
    return Assessment(
        id=row.id,
        unit=unit,
        cycle=cycle,
        state=row.state,
        answers=_answers(opened),
        opening={str(key): bool(value) for key, value in row.opening.items()},
        texts=tuple(
            Written(text.id, text.criterion, text.kind, text.body, text.by_name, from_ms(text.at), text.digest)
            for text in opened.texts
            if text.kind in ("note", "citation", "file") and text.body is not None
        ),
        seq=row.stream_seq,
        submissions=row.revision,
        receipt=handed_in.receipt if handed_in else "",
        submitted_at=from_ms(handed_in.at) if handed_in else None,
        reopened=frozenset(row.reopened or ()),
        reason=reason.body or "" if reason else "",
        returned_at=from_ms(reason.at) if reason else None,
        back_due_at=maybe(row.back_due_at),
        inherited=_inherited(conn, row.inherits) if row.inherits else (),
        asked_since={str(key): int(since) for key, since in row.asked_since.items()},
        inquiries=inquiries_about(conn, row.id) if row.inquired else (),
        awaiting=awaiting_of(conn, row),
        remark=remark_of(opened, handed_in),
        approved_by=handed_in.approved_by if handed_in else None,
    )


def _answers(opened: OpenAssessment) -> dict[str, Held]:
    """Each answer as it stands, with its ground or explanation."""
    notes = {text.criterion: text.body or "" for text in opened.texts if text.kind == "ground"}
    return {
        one.criterion: _held(
            tuple(one.value.items()), notes.get(one.criterion, ""), one.revision, one.by_person, one.by_name, one.at
        )
        for one in opened.answers
    }


def _inherited(conn: Connection, from_ids: Sequence[int]) -> tuple[Inherited, ...]:
    """What the units answered that are part of this one now, in the order in which they came."""
    rows = inheriting.inherited(conn, from_ids)
    found = (tuple(row for row in rows if row.assessment_id == one) for one in from_ids)
    return tuple(
        Inherited(of[0].unit_name, of[0].unit_short_name, {row.criterion: decode(row.value) for row in of})
        for of in found
        if of
    )


@lru_cache(maxsize=4096)
def _held(
    stored: tuple[tuple[str, object], ...], note: str, revision: int, by: int | None, by_name: str, at: int
) -> Held:
    """An answer as it stands, its stored form spelled as pairs; all but one are as they were a turn ago."""
    return Held(_with_note(decode(dict(stored)), note), revision, by, by_name, from_ms(at))


def _with_note(answer: Answer, note: str) -> Answer:
    match answer:
        case Exempt():
            return Exempt(note)
        case NoCases():
            return NoCases(note)
        case _:
            return answer
