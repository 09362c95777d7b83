"""Fills in the lines of assessments that were answered before lines were kept beside the totals."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.intake.building import build
from bot.intake.shelf import Shelf
from bot.intake.totals import lines_of
from storage import assessments


def refill(conn: Connection) -> int:
    """Score each of them once, a few at a time; return how many were filled in, 0 when none is left."""
    shelf = Shelf()
    found = assessments.without_lines(conn)
    for assessment_id in found:
        built = build(conn, shelf, assessments.open_assessment(conn, assessment_id))
        assessments.put_progress(conn, assessment_id, lines=lines_of(built.card))
    return len(found)
