"""Inquiries as the conversation knows them: those about an assessment, those of a colleague, the one of an invite."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.conversation.assessment import Assessment
from bot.conversation.inquiry import Inquiry
from bot.conversation.session import Person
from bot.intake.moments import from_ms, maybe
from scoring.answers import decode
from storage import inquiries
from storage.rows import InquiryRow


def inquiries_about(conn: Connection, assessment_id: int) -> tuple[Inquiry, ...]:
    """Everything colleagues were ever asked about an assessment, in order."""
    return tuple(_inquiry(row) for row in inquiries.inquiries_of(conn, assessment_id))


def asked_of(conn: Connection, person: Person | None) -> tuple[Inquiry, ...]:
    """What waits for this person as a colleague, where that is all they have here."""
    if person is None or not person.has("colleague") or person.units:
        return ()
    return tuple(_inquiry(row) for row in inquiries.inquiries_for(conn, person.id))


def of_invite(conn: Connection, digest: str) -> Inquiry | None:
    """What an invite was made to ask; None for any other invite. Nothing is locked yet."""
    row = inquiries.inquiry_by_code(conn, digest) if digest else None
    return None if row is None else _inquiry(row)


def same_one(assessment: Assessment | None, inquiry: Inquiry | None) -> Inquiry | None:
    """The inquiry as it is now that its assessment is locked."""
    if assessment is None or inquiry is None:
        return None
    return next((one for one in assessment.inquiries if one.id == inquiry.id), None)


def _inquiry(row: InquiryRow) -> Inquiry:
    return Inquiry(
        id=row.id,
        assessment_id=row.assessment_id,
        criterion=row.criterion,
        asked_by=row.asked_by_name,
        asked_at=from_ms(row.asked_at),
        until=maybe(row.expires_at),
        state=row.state,
        colleague_id=row.colleague_id,
        colleague=row.colleague_name or "",
        answer=None if row.answer is None else decode(row.answer),
        note=row.note or "",
        answered_at=maybe(row.answered_at),
    )
