"""Rebuilds every assessment from its ledger and compares it with the rows: a difference means somebody changed one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Connection

from bot.conversation import facts as f
from bot.conversation import inquiry_facts as i
from bot.conversation.assessment import Assessment
from bot.intake.building import build
from bot.intake.moments import from_ms, maybe
from bot.intake.record import canonical, digest, without_note
from bot.intake.shelf import Shelf
from bot.intake.verify_inquiries import unlike
from scoring.answers import decode, encode
from storage import assessments, cycles, ledger, submissions
from storage.rows import AssessmentRow, JsonObject, LedgerRow, OpenAssessment, SubmissionRow


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not hold: in which stream, and what (a code with what it needs to be said)."""

    stream: str
    what: str
    detail: str


def verify(conn: Connection) -> tuple[Difference, ...]:
    """Every chain checked, every assessment rebuilt; empty when all holds."""
    found = [
        Difference(broken.stream, f"chain_{broken.what.replace(' ', '_')}", str(broken.seq))
        for stream in ledger.stream_names(conn)
        for broken in ledger.verify_chain(conn, stream)
    ]
    shelf = Shelf()
    for cycle in cycles.list_cycles(conn):
        for assessment_id in assessments.assessments_of(conn, cycle.id):  # those of units that are no more, too
            found.extend(_differences(conn, shelf, assessment_id))
    return tuple(found)


def _differences(conn: Connection, shelf: Shelf, assessment_id: int) -> Iterable[Difference]:
    opened = assessments.view_assessment(conn, assessment_id)
    stored = build(conn, shelf, opened)
    stream = opened.row.stream
    rows = ledger.read_stream(conn, stream)
    try:
        rebuilt = rebuild(stored, rows)
    except (KeyError, ValueError, TypeError) as error:
        yield Difference(stream, "unreadable", type(error).__name__)
        return
    kept, again = _answers(stored), _answers(rebuilt)
    for criterion in sorted(kept.keys() | again.keys()):
        if kept.get(criterion) != again.get(criterion):
            yield Difference(stream, "answer", criterion)
    for what in KEPT:
        if getattr(stored, what) != getattr(rebuilt, what):
            yield Difference(stream, what, str(getattr(stored, what)))
    if _waiting(stored) != _waiting(rebuilt):
        yield Difference(stream, "awaiting", str(_waiting(stored)))
    yield from _progress(opened.row, rebuilt)
    yield from _set(opened.row, rows)
    yield from _texts(opened, rows)
    yield from (Difference(stream, "inquiry", one) for one in unlike(conn, assessment_id, rows))
    yield from _submissions(conn, stream, assessment_id, rows)


KEPT = ("state", "submissions", "receipt", "seq", "reopened", "opening", "back_due_at", "asked_since", "approved_by")


def _waiting(assessment: Assessment) -> tuple[datetime, int | None] | None:
    return (assessment.awaiting.since, assessment.awaiting.by) if assessment.awaiting else None


def _progress(row: AssessmentRow, rebuilt: Assessment) -> Iterable[Difference]:
    """The totals kept beside the answers must be those of the answers."""
    if Fraction(row.total) != rebuilt.card.total:
        yield Difference(row.stream, "total", row.total)
    if row.decided != rebuilt.card.decided:
        yield Difference(row.stream, "decided", str(row.decided))
    if row.class_letter != rebuilt.card.class_letter:
        yield Difference(row.stream, "class", str(row.class_letter))


def _set(row: AssessmentRow, rows: Iterable[LedgerRow]) -> Iterable[Difference]:
    """The set the cycle is scored by must be the one that this assessment went over to last, if it ever did."""
    amended = [one.body["set"] for one in rows if one.kind == "Amended"]
    if amended and amended[-1] != row.set_digest:
        yield Difference(row.stream, "set", row.set_digest[:12])


def _texts(opened: OpenAssessment, rows: Iterable[LedgerRow]) -> Iterable[Difference]:
    """A free text that was not erased must be one whose digest the ledger holds; a file goes by content and name."""
    told = {row.body[name] for row in rows for name in ("text", "note", "reason") if name in row.body}
    filed = {(row.body["file"], row.body["name"]) for row in rows if row.kind == "EvidenceFiled"}
    contents = {content for content, _ in filed}
    for text in opened.texts:
        said = None if text.body is None else digest(text.body)
        if text.kind == "file":
            sound = text.digest in contents if said is None else (text.digest, said) in filed
        else:
            sound = text.digest in told and said in (None, text.digest)
        if not sound:
            yield Difference(opened.row.stream, "text", f"{text.criterion} {text.kind}".strip())


def rebuild(stored: Assessment, rows: Iterable[LedgerRow]) -> Assessment:
    """The assessment that the ledger tells, from nothing; KeyError or ValueError when a row is no fact of ours."""
    assessment = Assessment(stored.id, stored.unit, stored.cycle)
    for row in rows:
        assessment = assessment.apply(read_fact(row), row.by_person, "", from_ms(row.at))
    return assessment


def read_fact(row: LedgerRow) -> f.AssessmentFact | f.SweepingFact:
    """A stored fact; free text is only there as its digest, so it comes back empty. KeyError for an unknown kind."""
    return _FACTS[row.kind](row.body)


_FACTS: Mapping[str, Callable[[JsonObject], f.AssessmentFact | f.SweepingFact]] = {
    "AnswerGiven": lambda body: f.AnswerGiven(body["criterion"], decode(body["answer"])),
    "AnswerWithdrawn": lambda body: f.AnswerWithdrawn(body["criterion"]),
    "OpeningSettled": lambda body: f.OpeningSettled(body["scope"], body["claims"]),
    "NoteWritten": lambda body: f.NoteWritten(body["criterion"], ""),
    "EvidenceCited": lambda body: f.EvidenceCited(body["criterion"], ""),
    "EvidenceFiled": lambda body: f.EvidenceFiled(body["criterion"], body["file"], ""),
    "TextRemoved": lambda body: f.TextRemoved(body["criterion"], body["text_id"]),
    "Submitted": lambda body: f.Submitted(
        body["receipt"], body["revision"], body["late"], body["total"], body["class"], {}, body.get("approved_by")
    ),
    "ApprovalAsked": lambda _: f.ApprovalAsked(),
    "ApprovalWithdrawn": lambda _: f.ApprovalWithdrawn(),
    "Approved": lambda _: f.Approved(),
    "SentBack": lambda _: f.SentBack(""),
    "Returned": lambda body: f.Returned(tuple(body["criteria"]), "", maybe(body.get("due_at"))),
    "ColleagueAsked": lambda body: i.ColleagueAsked(body["criterion"], body["code"], from_ms(body["until"])),
    "ColleagueJoined": lambda body: i.ColleagueJoined(body["inquiry"]),
    "AnswerProposed": lambda body: i.AnswerProposed(body["inquiry"], body["criterion"], decode(body["answer"])),
    "ProposalSettled": lambda body: i.ProposalSettled(body["inquiry"], body["taken"]),
    "InquiryWithdrawn": lambda body: i.InquiryWithdrawn(body["inquiry"]),
    "Amended": lambda body: f.Amended(body["set"], tuple(body["asked_again"]), tuple(body["gone"]), body["again"]),
    "Ended": lambda body: f.Ended(body["state"]),
}


def _answers(assessment: Assessment) -> Mapping[str, tuple[object, int, int | None, datetime]]:
    return {
        key: (encode(without_note(held.answer)), held.revision, held.by, held.at)
        for key, held in assessment.answers.items()
    }


def _submissions(conn: Connection, stream: str, assessment_id: int, rows: Iterable[LedgerRow]) -> Iterable[Difference]:
    """Each submission must be the one the ledger tells of, its frozen snapshot the one whose digest stands there."""
    told = {row.body["receipt"]: row for row in rows if row.kind == "Submitted"}
    approvers = {row.seq: row.by_person for row in rows if row.kind == "Approved"}
    for submission in submissions.submissions_of(conn, assessment_id):
        fact = told.pop(submission.receipt, None)
        if fact is None or fact.body["snapshot"] != digest(canonical(submission.snapshot)):
            yield Difference(stream, "snapshot", submission.receipt)
        elif _head(submission) != (*(fact.body[name] for name in HEAD), fact.by_person, fact.at):
            yield Difference(stream, "submission", submission.receipt)
        elif submission.approved_by != approvers.get(fact.seq - 1):
            yield Difference(stream, "approver", submission.receipt)
    for receipt in told:
        yield Difference(stream, "submission_missing", receipt)


HEAD = ("revision", "late", "total", "class")


def _head(row: SubmissionRow) -> tuple[object, ...]:
    return row.revision, row.late, row.total, row.class_letter, row.by_person, row.at
