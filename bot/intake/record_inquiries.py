"""What passes between an officer and a colleague who is asked becomes rows, and entries of the assessment's ledger."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation import facts as f
from bot.conversation import inquiry_facts as i
from bot.conversation.assessment import Assessment
from bot.intake.moments import to_ms
from scoring.answers import encode
from storage import inquiries, invites
from storage.errors import RowMissing
from storage.rows import AssessmentRow, NewInvite

ROLE = "colleague"


def record_inquiry(conn: Connection, row: AssessmentRow, fact: i.InquiryFact, by: int, now: datetime) -> None:
    """The rows that one such fact changes. RowMissing when the inquiry was settled meanwhile, which locks prevent."""
    at = to_ms(now)
    done = True
    match fact:
        case i.ColleagueAsked(criterion, code_hash, until):
            new = NewInvite(code_hash, ROLE, row.unit_id, 1, at, to_ms(until), row.cycle_id, by)
            inquiries.add_inquiry(conn, row.id, criterion, by, invites.add_invite(conn, new), at)
        case i.ColleagueJoined(inquiry):
            done = inquiries.come(conn, inquiry, by)
        case i.AnswerProposed(inquiry, _, answer, note):
            done = inquiries.propose(conn, inquiry, encode(answer), note, at)
        case i.ProposalSettled(inquiry, taken):
            done = inquiries.settle(conn, inquiry, "taken" if taken else "refused", at)
        case i.InquiryWithdrawn(inquiry):
            done = _withdraw(conn, row.id, inquiry, at)
    if not done:
        raise RowMissing(f"inquiry of assessment {row.id}")


def withdraw_amended(conn: Connection, assessment: Assessment, fact: f.Amended, now: datetime) -> None:
    """What colleagues were asked about criteria that read otherwise now, or are gone, is asked no more."""
    aside = {*fact.asked_again, *fact.gone}
    for inquiry in assessment.inquiries:
        if inquiry.unsettled and inquiry.criterion in aside:
            _withdraw(conn, assessment.id, inquiry.id, to_ms(now))


def inquiry_body(fact: i.InquiryFact) -> dict[str, object]:
    """The fact as the ledger keeps it: the code and the note by their digests only."""
    match fact:
        case i.ColleagueAsked(criterion, code_hash, until):
            return {"criterion": criterion, "code": code_hash, "until": to_ms(until)}
        case i.AnswerProposed(inquiry, criterion, answer, note):
            body: dict[str, object] = {"inquiry": inquiry, "criterion": criterion, "answer": encode(answer)}
            return body | ({"note": hashlib.sha256(note.encode()).hexdigest()} if note else {})
        case i.ProposalSettled(inquiry, taken):
            return {"inquiry": inquiry, "taken": taken}
        case i.ColleagueJoined(inquiry) | i.InquiryWithdrawn(inquiry):
            return {"inquiry": inquiry}


def _withdraw(conn: Connection, assessment_id: int, inquiry_id: int, at: int) -> bool:
    """End the inquiry and its invite together."""
    for row in inquiries.inquiries_of(conn, assessment_id):
        if row.id == inquiry_id:
            invites.revoke_invite(conn, row.invite_id, at)
    return inquiries.settle(conn, inquiry_id, "withdrawn", at)
