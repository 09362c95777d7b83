"""What an act of the office does to an assessment: a fact in that assessment's own stream, and its rows after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation import facts as f
from bot.conversation.amending import under
from bot.conversation.assessment import Assessment
from bot.intake.building import build
from bot.intake.moments import to_ms
from bot.intake.record_inquiries import withdraw_amended
from bot.intake.shelf import Shelf
from bot.intake.totals import keep_totals
from storage import assessments, ledger
from storage.rows import OpenAssessment


def sweep(
    conn: Connection, shelf: Shelf, assessment_id: int, fact: f.SweepingFact, by: int | None, now: datetime
) -> Assessment:
    """Lock the assessment, append the fact to its stream and refresh its rows; returns it as it is after.

    Who did something last, and when, stays: the office is nobody of the unit.
    """
    return sweep_with(conn, shelf, assessment_id, lambda _: fact, by, now)


def sweep_with(
    conn: Connection,
    shelf: Shelf,
    assessment_id: int,
    decide: Callable[[Assessment], f.SweepingFact],
    by: int | None,
    now: datetime,
) -> Assessment:
    """The same with a fact that depends on the assessment it is for."""
    opened = assessments.open_assessment(conn, assessment_id)
    before = build(conn, shelf, opened)
    fact = decide(before)
    row = opened.row
    ledger.append(conn, row.stream, [entry(fact)], to_ms(now), by, (row.stream_seq, row.stream_head))
    if isinstance(fact, f.Amended):
        after = under(before, fact, shelf.criteria(conn, fact.set_digest), now)
        _set_aside(conn, opened, after)
        withdraw_amended(conn, before, fact, now)
    else:
        after = before.apply(fact, by, "", now)
    keep_totals(conn, after)
    return after


def entry(fact: f.SweepingFact) -> tuple[str, dict[str, object]]:
    """The fact as the assessment's ledger keeps it."""
    match fact:
        case f.Amended(set_digest, asked_again, gone, again):
            body: dict[str, object] = {"set": set_digest, "asked_again": list(asked_again), "gone": list(gone)}
            body["again"] = again
        case f.Ended(state):
            body = {"state": state}
    return type(fact).__name__, body


def _set_aside(conn: Connection, opened: OpenAssessment, after: Assessment) -> None:
    """Take away the answers that no longer count, with the grounds given for them."""
    for one in opened.answers:
        if one.criterion not in after.answers:
            assessments.drop_answer(conn, opened.row.id, one.criterion)
            assessments.drop_texts(conn, opened.row.id, one.criterion, "ground")
