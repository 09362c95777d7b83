"""Units entered, merged and closed become rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.conversation import facts as f
from bot.conversation import office_facts as o
from bot.conversation.reading.folding import fold
from bot.intake.moments import to_ms
from bot.intake.shelf import Shelf
from bot.intake.sweep import sweep
from storage import assessments, cycles, inheriting, people, units
from storage.rows import NewUnit

SINCE_EVER = 0
"""An imported unit counts in every cycle, also in one whose deadline has passed already."""


def record_unit(conn: Connection, fact: o.UnitFact, now: datetime) -> None:
    """The rows that one fact about units changes."""
    match fact:
        case o.UnitsImported(rows):
            for position, row in enumerate(rows):
                new = NewUnit(
                    row.code, row.name, row.short_name, row.kind, fold(row.name), position, SINCE_EVER,
                    email=row.email or None, phone=row.phone or None,
                )  # fmt: skip
                units.put_unit(conn, new)
        case o.UnitMerged(unit_id, into_id, into_code):
            _merge(conn, unit_id, into_id or _by_code(conn, into_code), now)
        case o.UnitClosed(unit_id):
            _end(conn, unit_id, None, now)
            for assessment_id in _running(conn, unit_id):
                sweep(conn, Shelf(), assessment_id, f.Ended("closed"), None, now)


def _by_code(conn: Connection, code: str) -> int:
    """A unit that came into being with the same list."""
    row = units.unit_by_code(conn, code)
    if row is None:
        raise LookupError(code)
    return row.id


def _merge(conn: Connection, unit_id: int, into_id: int, now: datetime) -> None:
    """The unit's people go on in its successor, where its answers are offered; its own assessment ends."""
    _end(conn, unit_id, into_id, now)
    for assessment_id in _running(conn, unit_id):
        ended = sweep(conn, Shelf(), assessment_id, f.Ended("merged"), None, now)
        successor = assessments.ensure_assessment(conn, into_id, ended.cycle.id)
        own = assessments.lock_assessment(conn, successor).inherits
        handed_down = assessments.lock_assessment(conn, assessment_id).inherits
        inheriting.put_inherits(conn, successor, tuple(dict.fromkeys((*own, *handed_down, assessment_id))))


def _end(conn: Connection, unit_id: int, into_id: int | None, now: datetime) -> None:
    """Nobody serves a unit that is no more; whoever did serves the one it is part of now."""
    at = to_ms(now)
    units.end_unit(conn, unit_id, at, into_id)
    for member in sorted(people.people_of_unit(conn, unit_id), key=lambda one: one.person_id):
        people.revoke_role(conn, member.role_id, at)
        if into_id is not None:
            people.grant_role(conn, member.person_id, member.role, into_id, at)


def _running(conn: Connection, unit_id: int) -> tuple[int, ...]:
    """The unit's assessment in the open cycle, if it began one; what is over stays as it was."""
    cycle = cycles.open_cycle(conn)
    found = assessments.find_assessment(conn, unit_id, cycle.id) if cycle else None
    return () if found is None else (found,)
