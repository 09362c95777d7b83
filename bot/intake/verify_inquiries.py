"""Compares what colleagues were asked, and what came of it, with the ledger that tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from bot.intake.record import digest
from bot.intake.record_office import OFFICE_STREAM
from storage import inquiries, ledger
from storage.rows import InquiryRow, LedgerRow


@dataclass(frozen=True, slots=True)
class _Told:
    """An inquiry as the ledger tells it."""

    criterion: str
    asked_by: int | None
    asked_at: int
    state: str = "open"
    colleague: int | None = None
    answer: Any = None
    note: str | None = None
    answered_at: int | None = None
    settled_at: int | None = None


def unlike(conn: Connection, assessment_id: int, rows: Sequence[LedgerRow]) -> Iterable[str]:
    """The criteria of inquiries that are not as the ledger has them, those that only one of both knows included."""
    asked = {row.body["code"]: row for row in rows if row.kind == "ColleagueAsked"}
    for stored in inquiries.inquiries_of(conn, assessment_id):
        first = asked.pop(stored.code_hash, None)
        told = _told(stored.id, first, rows) if first else None
        if told is None or not _agrees(stored, _one_now(conn, stored, told)):
            yield stored.criterion
    for row in asked.values():
        yield str(row.body["criterion"])


def _told(inquiry_id: int, first: LedgerRow, rows: Iterable[LedgerRow]) -> _Told:
    told = _Told(str(first.body["criterion"]), first.by_person, first.at)
    for row in rows:
        if row.seq > first.seq and told.state in ("open", "answered"):
            told = _after(told, inquiry_id, row)
    return told


def _after(told: _Told, inquiry_id: int, row: LedgerRow) -> _Told:
    body, at = row.body, row.at
    if row.kind == "Amended" and told.criterion in (*body["asked_again"], *body["gone"]):
        return replace(told, state="withdrawn", settled_at=at)
    if body.get("inquiry") != inquiry_id:
        return told
    if row.kind == "ColleagueJoined":
        return replace(told, colleague=row.by_person)
    if row.kind == "AnswerProposed":
        return replace(told, state="answered", answer=body["answer"], note=body.get("note"), answered_at=at)
    taken = {True: "taken", False: "refused", None: "withdrawn"}[body.get("taken")]
    return replace(told, state=taken, settled_at=at)


def _one_now(conn: Connection, stored: InquiryRow, told: _Told) -> _Told:
    """As told, but by the person whom the colleague has become one with since, should that be how the row has it."""
    person = told.colleague
    if person is not None and person != stored.colleague_id:
        for row in ledger.read_stream(conn, OFFICE_STREAM):
            if row.kind == "PeopleMerged" and row.body["gone"] == person != stored.colleague_id:
                person = row.body["keep"]
    return replace(told, colleague=person)


def _agrees(stored: InquiryRow, told: _Told) -> bool:
    """Whether a row is as told; a note may have been erased since."""
    note = None if stored.note is None else digest(stored.note)
    return note in (None, told.note) and told == _Told(
        stored.criterion,
        stored.asked_by,
        stored.asked_at,
        stored.state,
        stored.colleague_id,
        stored.answer,
        told.note,
        stored.answered_at,
        stored.settled_at,
    )
