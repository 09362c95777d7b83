"""What one page of the board is made from, read in one go: the cycle, its units, and at most one whole assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Connection

from bot.conversation.assessment import Assessment, Cycle, Unit
from bot.intake.building import build
from bot.intake.moments import from_ms, maybe
from bot.intake.record import digest
from bot.intake.shelf import Shelf
from bot.views.board import BoardLine, BoardUnit
from bot.views.sheet import HandedIn, Happened
from scoring.display import class_limits, round_for_display
from storage import assessments, board, cycles, ledger, people, submissions
from storage.pulse import pulse
from storage.rows import CycleRow, OpenAssessment, SubmissionRow
from storage.rows.board import BoardRow

TEXTS = ("text", "name", "note", "reason")
"""Under which of these a fact of the ledger keeps the digest of a free text."""


@dataclass(frozen=True, slots=True)
class OneUnit:
    """A unit's assessment (an empty one before there is any) with what was handed in and what happened."""

    row: BoardUnit
    assessment: Assessment
    submissions: tuple[HandedIn, ...] = ()
    ledger: tuple[Happened, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    """Names and roles of those who act for the unit, in order of granting."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The cycle asked for with all its units; `years` are all there are, the newest first.

    `version` grows with every fact; what is read after it is at least as new.
    """

    cycle: Cycle
    years: tuple[int, ...]
    newest: bool
    version: int
    units: tuple[BoardUnit, ...]
    one: OneUnit | None = None


def look(conn: Connection, shelf: Shelf, year: int | None, code: str = "", *, history: bool = False) -> Seen | None:
    """Read a page's data; with `code` that unit's assessment too, with `history` its ledger. None before any cycle."""
    known = tuple(reversed(cycles.list_cycles(conn)))
    if not known:
        return None
    version = pulse(conn)
    row = _chosen(known, year)
    criteria = shelf.criteria(conn, row.set_digest)
    cycle = Cycle(row.id, row.year, from_ms(row.due_at), row.closed_at is not None, criteria, row.approval)
    rows = board.board_rows(conn, row.id)
    found = next((one for one in rows if one.unit_code == code), None) if code else None
    if code and found is None:  # a unit that is no more counts nowhere, but what it handed in can be looked at
        found = next((one for one in board.ended_rows(conn, row.id) if one.unit_code == code), None)
    return Seen(
        cycle=cycle,
        years=tuple(dict.fromkeys(one.year for one in known)),
        newest=row.year == _chosen(known, None).year,
        version=version,
        units=tuple(as_unit(one) for one in rows),
        one=_whole(conn, shelf, cycle, found, history=history) if found else None,
    )


def as_unit(row: BoardRow) -> BoardUnit:
    """A stored row as the views know it."""
    return BoardUnit(
        code=row.unit_code,
        name=row.unit_name,
        short_name=row.unit_short_name,
        kind=row.unit_kind,
        officers=row.officers,
        state=row.state or "open",
        decided=row.decided,
        total=Fraction(row.total),
        class_letter=row.class_letter,
        class_floor=row.class_floor,
        class_ceiling=row.class_ceiling,
        last_at=maybe(row.last_at),
        receipt=row.receipt or "",
        submitted_at=maybe(row.submitted_at),
        late=row.late,
        lines={
            criterion: BoardLine(None if points is None else Fraction(points), state, flags)
            for criterion, (points, state, flags) in row.lines.items()
        },
        due_at=maybe(row.due_at),
        awaiting_since=maybe(row.awaiting_since),
    )


def _chosen(known: tuple[CycleRow, ...], year: int | None) -> CycleRow:
    """The last cycle of that year; otherwise the one open now, otherwise the last one."""
    of_year = next((row for row in known if row.year == year), None)
    return of_year or next((row for row in known if row.closed_at is None), known[0])


def _whole(conn: Connection, shelf: Shelf, cycle: Cycle, row: BoardRow, *, history: bool) -> OneUnit:
    unit = Unit(row.unit_id, row.unit_code, row.unit_name, row.unit_short_name, row.unit_kind)
    members = people.people_of_unit(conn, row.unit_id) if history else ()
    named = tuple((one.name, one.role) for one in members)
    if row.assessment_id is None:
        return OneUnit(as_unit(row), Assessment(0, unit, cycle), people=named)
    opened = assessments.view_assessment(conn, row.assessment_id)
    assessment = build(conn, shelf, opened)
    if not history:
        return OneUnit(as_unit(row), assessment)
    handed_in = tuple(_handed_in(one, cycle) for one in submissions.submissions_of(conn, row.assessment_id))
    return OneUnit(as_unit(row), assessment, handed_in, _happened(conn, opened), named)


def _happened(conn: Connection, opened: OpenAssessment) -> tuple[Happened, ...]:
    facts = ledger.read_stream(conn, opened.row.stream)
    words = {digest(text.body): text.body for text in opened.texts if text.body}
    names = board.names_of(conn, (fact.by_person for fact in facts if fact.by_person is not None))
    return tuple(
        Happened(
            fact.seq,
            from_ms(fact.at),
            names.get(fact.by_person or 0, ""),
            fact.kind,
            fact.body,
            _said(fact.body, words),
        )
        for fact in facts
    )


def _said(body: Mapping[str, object], words: Mapping[str, str]) -> str:
    """The words of a fact that keeps their digest, if they still stand somewhere."""
    kept = next((body[name] for name in TEXTS if name in body), "")
    return words.get(str(kept), "")


def _handed_in(row: SubmissionRow, cycle: Cycle) -> HandedIn:
    shown = round_for_display(Fraction(row.total), class_limits(cycle.criteria))
    at, approver = from_ms(row.at), row.approved_name or ""
    return HandedIn(row.revision, row.receipt, at, row.late, row.by_name, shown, row.class_letter, approver)
