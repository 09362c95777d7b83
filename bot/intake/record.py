"""Facts become rows: the ledger first, then what follows from it; nothing here decides anything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation import facts as f
from bot.conversation.assessment import Assessment
from bot.conversation.inquiry_facts import InquiryFact
from bot.intake.load import Loaded
from bot.intake.moments import to_ms
from bot.intake.record_inquiries import inquiry_body, record_inquiry
from bot.intake.record_office import Recorded, record_office
from bot.intake.totals import keep_totals
from scoring.answers import Answer, Exempt, NoCases, encode
from storage import assessments, files, ledger, submissions
from storage.rows import AssessmentRow, NewSubmission, NewText


def record(conn: Connection, loaded: Loaded, facts: Sequence[f.Fact], now: datetime) -> Recorded:
    """Append the facts to their ledgers and bring the rows up to date, in the same transaction."""
    mine = tuple(fact for fact in facts if isinstance(fact, f.AssessmentFact))
    others = tuple(fact for fact in facts if not isinstance(fact, f.AssessmentFact))
    person = loaded.session.person
    recorded = Recorded(person.id if person else None)
    for fact in others:
        recorded = record_office(conn, loaded, fact, recorded, now)
    if mine and loaded.row is not None:
        by = recorded.person_id  # who has only just joined is nobody in the session yet
        recorded = replace(recorded, head=_assessment_facts(conn, loaded, loaded.row, mine, by, now))
    return recorded


def _assessment_facts(
    conn: Connection,
    loaded: Loaded,
    row: AssessmentRow,
    facts: Sequence[f.AssessmentFact],
    by: int | None,
    now: datetime,
) -> str:
    """Returns the ledger's new head."""
    person, at = loaded.session.person, to_ms(now)
    entries = [entry(fact) for fact in facts]
    head = ledger.append(conn, row.stream, entries, at, by, (row.stream_seq, row.stream_head)).head
    assessment = loaded.session.opened
    for fact in facts:
        assessment = assessment.apply(fact, by, person.name if person else "", now)
        if isinstance(fact, InquiryFact):
            record_inquiry(conn, row, fact, by or 0, now)
        else:
            _rows_of(conn, loaded, row, fact, assessment, at)
    acted = not all(isinstance(fact, f.Returned) for fact in facts)  # who gives back is nobody of the unit
    keep_totals(conn, assessment, **({"last_at": at, "last_by": by} if acted else {}))
    return head


def _rows_of(
    conn: Connection, loaded: Loaded, row: AssessmentRow, fact: f.AssessmentFact, after: Assessment, at: int
) -> None:
    """The rows that one fact of an assessment changes."""
    by = loaded.session.person.id if loaded.session.person else 0
    match fact:
        case f.AnswerGiven(criterion, answer):
            assessments.put_answer(conn, row.id, criterion, encode(without_note(answer)), after.seq, by, at)
            _explain(conn, loaded, row.id, criterion, note_of(answer), at)
        case f.AnswerWithdrawn(criterion):
            assessments.drop_answer(conn, row.id, criterion)
            _explain(conn, loaded, row.id, criterion, "", at)
        case f.NoteWritten() | f.EvidenceCited() | f.EvidenceFiled() | f.TextRemoved():
            _text_of(conn, loaded, row, fact, at)
        case f.Returned(_, reason):
            assessments.add_text(conn, NewText(row.id, "", "reason", digest(reason), reason, by, at))
        case f.SentBack(reason):
            assessments.add_text(conn, NewText(row.id, "", "remark", digest(reason), reason, by, at))
        case f.Submitted():
            submissions.add_submission(
                conn,
                NewSubmission(
                    assessment_id=row.id,
                    revision=fact.revision,
                    receipt=fact.receipt,
                    at=at,
                    late=fact.late,
                    by_person=by,
                    set_digest=row.set_digest,
                    total=fact.total,
                    class_letter=fact.class_letter,
                    snapshot=dict(fact.snapshot),
                    approved_by=fact.approved_by,
                ),
            )
        case f.OpeningSettled() | f.ApprovalAsked() | f.ApprovalWithdrawn() | f.Approved():
            pass  # kept with the progress columns


def _text_of(
    conn: Connection,
    loaded: Loaded,
    row: AssessmentRow,
    fact: f.NoteWritten | f.EvidenceCited | f.EvidenceFiled | f.TextRemoved,
    at: int,
) -> None:
    """The note, citation or file that one fact puts beside a criterion, or takes away."""
    by = loaded.session.person.id if loaded.session.person else 0
    match fact:
        case f.NoteWritten(criterion, text):
            for old in loaded.session.opened.notes(criterion, "note"):
                assessments.drop_text(conn, old.id)
            assessments.add_text(conn, NewText(row.id, criterion, "note", digest(text), text, by, at))
        case f.EvidenceCited(criterion, text):
            assessments.add_text(conn, NewText(row.id, criterion, "citation", digest(text), text, by, at))
        case f.EvidenceFiled():
            if fact.media:
                files.put_file(conn, fact.digest, fact.media, fact.size, at)
            assessments.add_text(conn, NewText(row.id, fact.criterion, "file", fact.digest, fact.name, by, at))
        case f.TextRemoved(_, text_id):
            assessments.drop_text(conn, text_id)


def _explain(conn: Connection, loaded: Loaded, assessment_id: int, criterion: str, note: str, at: int) -> None:
    """Keep the ground or explanation of an answer beside it; the one before goes."""
    held = loaded.session.opened.answers.get(criterion)
    if held is not None and note_of(held.answer):
        assessments.drop_texts(conn, assessment_id, criterion, "ground")
    if note:
        by = loaded.session.person.id if loaded.session.person else 0
        assessments.add_text(conn, NewText(assessment_id, criterion, "ground", digest(note), note, by, at))


def entry(fact: f.AssessmentFact) -> tuple[str, dict[str, object]]:
    """An assessment's fact as the ledger keeps it: ids and digests of free text, never the text."""
    return type(fact).__name__, inquiry_body(fact) if isinstance(fact, InquiryFact) else _body(fact)


def _body(fact: f.ResultFact | f.ApprovalFact | f.Submitted | f.Returned) -> dict[str, object]:
    match fact:
        case f.AnswerGiven(criterion, answer):
            body: dict[str, object] = {"criterion": criterion, "answer": encode(without_note(answer))}
            body |= {"note": digest(note_of(answer))} if note_of(answer) else {}
        case f.AnswerWithdrawn(criterion):
            body = {"criterion": criterion}
        case f.OpeningSettled(scope, claims):
            body = {"scope": scope, "claims": claims}
        case f.NoteWritten(criterion, text) | f.EvidenceCited(criterion, text):
            body = {"criterion": criterion, "text": digest(text)}
        case f.EvidenceFiled(criterion, content, name):
            body = {"criterion": criterion, "file": content, "name": digest(name)}
        case f.TextRemoved(criterion, text_id):
            body = {"criterion": criterion, "text_id": text_id}
        case f.Submitted():
            body = {
                "receipt": fact.receipt,
                "revision": fact.revision,
                "late": fact.late,
                "total": fact.total,
                "class": fact.class_letter,
                "snapshot": digest(canonical(fact.snapshot)),
            }
            body |= {"approved_by": fact.approved_by} if fact.approved_by is not None else {}
        case f.ApprovalAsked() | f.ApprovalWithdrawn() | f.Approved() | f.SentBack():
            body = {"reason": digest(fact.reason)} if isinstance(fact, f.SentBack) else {}
        case f.Returned(criteria, reason, due_at):
            body = {"criteria": list(criteria), "reason": digest(reason)}
            body |= {"due_at": to_ms(due_at)} if due_at else {}
    return body


def note_of(answer: Answer) -> str:
    """The free text inside an answer."""
    return answer.note if isinstance(answer, Exempt | NoCases) else ""


def without_note(answer: Answer) -> Answer:
    """The answer as ledger and answer rows keep it."""
    match answer:
        case Exempt():
            return Exempt()
        case NoCases():
            return NoCases()
        case _:
            return answer


def digest(text: str) -> str:
    """The digest under which the ledger knows a free text."""
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: object) -> str:
    """The one JSON text of plain data."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
