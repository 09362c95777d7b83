"""What only handing in needs loaded: the leaders who are asked, what waits for them, the receipt's number."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from bot.conversation.access import Action, may
from bot.conversation.assessment import Assessment, Awaiting
from bot.conversation.needs import Needs
from bot.conversation.session import Served, Session
from bot.conversation.submitting import goes_out
from bot.intake.desk import served
from bot.intake.moments import from_ms
from bot.intake.shelf import Shelf
from storage import addressees, board, progress, submissions
from storage.rows import AssessmentRow, OpenAssessment, SubmissionRow


def awaiting_of(conn: Connection, row: AssessmentRow) -> Awaiting | None:
    """Since when the leader is asked to approve, and by whom; that word may not be wanted any more."""
    if row.awaiting_since is None:
        return None
    name = board.names_of(conn, (row.awaiting_by,)).get(row.awaiting_by, "") if row.awaiting_by is not None else ""
    return Awaiting(from_ms(row.awaiting_since), row.awaiting_by, name)


def remark_of(opened: OpenAssessment, handed_in: SubmissionRow | None) -> str:
    """What the leader remarked since the result was handed in last."""
    found = next((text for text in reversed(opened.texts) if text.kind == "remark"), None)
    if found is None or (handed_in is not None and found.at <= handed_in.at):
        return ""
    return found.body or ""


def leaders_of(conn: Connection, assessment: Assessment | None) -> tuple[Served, ...]:
    """The leaders of the unit, where the result is complete and one of them has to approve it; else nobody is read."""
    if assessment is None or not assessment.cycle.approval or assessment.card.missing:
        return ()
    return tuple(served(one) for one in addressees.served_of(conn, assessment.unit.id) if one.role == "leader")


def for_submission(conn: Connection, shelf: Shelf, wanted: Needs, session: Session, prefix: str) -> Session:
    """The session with what only handing in, or looking at what was handed in, needs."""
    assessment = session.assessment
    if assessment is None:
        return session
    if wanted.submission:
        handed_in = submissions.submission_of(conn, assessment.id)
        if handed_in is None:
            return session
        under = shelf.criteria(conn, handed_in.set_digest)
        return replace(session, submission=handed_in.snapshot, frozen_under=under)
    action = Action.APPROVE if wanted.approving else Action.SUBMIT
    goes = wanted.receipt is not None and goes_out(assessment, wanted.receipt, approved=wanted.approving)
    if not goes or not may(session.person, action, assessment.unit):
        return session
    number = submissions.next_receipt(conn, assessment.cycle.id)
    rows = progress.assessment_rows(conn, assessment.cycle.id)
    left = sum(row.state != "submitted" and row.unit_id != assessment.unit.id for row in rows)
    receipt = f"{prefix}-{assessment.cycle.year}-{number:03d}"
    return replace(session, next_receipt=receipt, remaining_units=left)
