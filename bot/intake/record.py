"""Facts become rows: the ledger first, then what follows from it; nothing here decides anything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.conversation import facts as f
from bot.conversation.assessment import Assessment
from bot.conversation.events import UnitRow
from bot.conversation.reading.folding import fold
from bot.intake.load import Loaded
from bot.intake.moments import to_ms
from scoring.answers import Answer, Exempt, NoCases, encode
from storage import assessments, chats, cycles, invites, ledger, people, submissions, units
from storage.rows import AssessmentRow, NewInvite, NewSubmission, NewText, NewUnit

OFFICE_STREAM = "office"
MILLIONTHS = 1_000_000
SINCE_EVER = 0
"""An imported unit counts in every cycle, also in one whose deadline has passed already."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording found out: who the person is now, and the role they joined with."""

    person_id: int | None
    joined_role: str | None = None
    head: str = ""
    """The ledger's head after the facts of the assessment; the receipt prints it."""


class InviteTaken(Exception):
    """The invite was used up between loading and recording; cannot happen under the locks."""


def record(conn: Connection, loaded: Loaded, facts: Sequence[f.Fact], now: datetime) -> Recorded:
    """Append the facts to their ledgers and bring the rows up to date, in the same transaction."""
    mine = tuple(fact for fact in facts if isinstance(fact, f.AssessmentFact))
    others = tuple(fact for fact in facts if not isinstance(fact, f.AssessmentFact))
    person = loaded.session.person
    recorded = Recorded(person.id if person else None)
    for fact in others:
        recorded = _office_fact(conn, loaded, fact, recorded, now)
    if mine and loaded.row is not None:
        recorded = replace(recorded, head=_assessment_facts(conn, loaded, loaded.row, mine, now))
    return recorded


def _assessment_facts(
    conn: Connection, loaded: Loaded, row: AssessmentRow, facts: Sequence[f.AssessmentFact], now: datetime
) -> str:
    """Returns the ledger's new head."""
    person, at = loaded.session.person, to_ms(now)
    by = person.id if person else None
    entries = [entry(fact) for fact in facts]
    head = ledger.append(conn, row.stream, entries, at, by, (row.stream_seq, row.stream_head)).head
    assessment = loaded.session.opened
    for fact in facts:
        assessment = assessment.apply(fact, by, person.name if person else "", now)
        _rows_of(conn, loaded, row, fact, assessment, at)
    card = assessment.card
    assessments.put_progress(
        conn,
        row.id,
        state=assessment.state,
        opening=dict(assessment.opening),
        reopened=tuple(sorted(assessment.reopened)) if assessment.reopened else None,
        total=str(card.total),
        total_millionths=int(card.total * MILLIONTHS),
        decided=card.decided,
        class_letter=card.class_letter,
        class_floor=card.class_floor,
        class_ceiling=card.class_ceiling,
        revision=assessment.submissions,
        last_at=at,
        last_by=by,
    )
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
        case f.NoteWritten(criterion, text):
            for old in loaded.session.opened.notes(criterion, "note"):
                assessments.drop_text(conn, old.id)
            assessments.add_text(conn, NewText(row.id, criterion, "note", digest(text), text, by, at))
        case f.EvidenceCited(criterion, text):
            assessments.add_text(conn, NewText(row.id, criterion, "citation", digest(text), text, by, at))
        case f.TextRemoved(_, text_id):
            assessments.drop_text(conn, text_id)
        case f.Returned(_, reason):
            assessments.add_text(conn, NewText(row.id, "", "reason", digest(reason), reason, by, at))
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
                ),
            )
        case f.OpeningSettled():
            pass  # kept with the progress columns


def _explain(conn: Connection, loaded: Loaded, assessment_id: int, criterion: str, note: str, at: int) -> None:
    """Keep the ground or explanation of an answer beside it; the one before goes."""
    held = loaded.session.opened.answers.get(criterion)
    if held is not None and note_of(held.answer):
        assessments.drop_texts(conn, assessment_id, criterion, "ground")
    if note:
        by = loaded.session.person.id if loaded.session.person else 0
        assessments.add_text(conn, NewText(assessment_id, criterion, "ground", digest(note), note, by, at))


def _office_fact(conn: Connection, loaded: Loaded, fact: f.Fact, known: Recorded, now: datetime) -> Recorded:
    at = to_ms(now)
    if isinstance(fact, f.PersonFact):
        known = _person_fact(conn, loaded, fact, known, at)
    match fact:
        case f.UnitsImported(rows):
            _import(conn, rows)
        case f.CycleOpened():
            cycles.add_cycle(conn, year=fact.year, set_digest=fact.set_digest, opens_at=at, due_at=to_ms(fact.due_at))
        case f.CycleClosed(cycle_id):
            cycles.close_cycle(conn, cycle_id, at)
        case f.InviteIssued():
            invites.add_invite(conn, _invite(fact, at))
    if not isinstance(fact, _UNLEDGERED):
        ledger.append(conn, OFFICE_STREAM, [_office_entry(fact, known)], at, known.person_id)
    return known


def _person_fact(conn: Connection, loaded: Loaded, fact: f.PersonFact, known: Recorded, at: int) -> Recorded:
    chat_id = loaded.session.chat.id
    match fact:
        case f.PersonJoined():
            return _join(conn, loaded, fact, at)
        case f.NoticeAccepted() if known.person_id is not None:
            people.accept_notice(conn, known.person_id, at)
        case f.GroupBound(invite_id, role):
            invites.spend(conn, invite_id, at)
            chats.bind_group(conn, chat_id, role)
        case f.CodeMissed(wrong, until):
            chats.note_wrong_code(conn, chat_id, wrong, to_ms(until) if until else None)
        case f.ChatBlocked(blocked):
            chats.set_blocked(conn, chat_id, at if blocked else None)
        case f.ChatMoved(address) if loaded.arrival is not None:
            chats.move_chat(conn, loaded.arrival.chat.channel, loaded.arrival.chat.address, address)
    return known


_UNLEDGERED = (f.CodeMissed, f.ChatBlocked, f.ChatMoved, f.AssessmentChosen)
"""What says nothing about the assessment's outcome and anybody could make endlessly."""


def _join(conn: Connection, loaded: Loaded, fact: f.PersonJoined, at: int) -> Recorded:
    person = loaded.session.person
    person_id = person.id if person else people.add_person(conn, fact.name, at)
    if not invites.use_invite(conn, fact.invite_id, person_id, at):
        raise InviteTaken(str(fact.invite_id))
    people.grant_role(conn, person_id, fact.role, fact.unit_id, at)
    chats.bind_chat(conn, loaded.session.chat.id, person_id)
    return Recorded(person_id, fact.role)


def _import(conn: Connection, rows: Sequence[UnitRow]) -> None:
    for position, row in enumerate(rows):
        folded = fold(row.name)
        units.put_unit(conn, NewUnit(row.code, row.name, row.short_name, row.kind, folded, position, SINCE_EVER))


def _invite(fact: f.InviteIssued, at: int) -> NewInvite:
    return NewInvite(
        code_hash=fact.code_hash,
        role=fact.role,
        unit_id=fact.unit_id,
        uses_left=fact.uses,
        created_at=at,
        expires_at=to_ms(fact.expires_at) if fact.expires_at else None,
        cycle_id=fact.cycle_id,
    )


def entry(fact: f.AssessmentFact) -> tuple[str, dict[str, object]]:
    """An assessment's fact as the ledger keeps it: ids and digests of free text, never the text."""
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
        case f.Returned(criteria, reason):
            body = {"criteria": list(criteria), "reason": digest(reason)}
    return type(fact).__name__, body


def _office_entry(fact: f.Fact, known: Recorded) -> tuple[str, dict[str, object]]:
    match fact:
        case f.UnitsImported(rows):
            body: dict[str, object] = {"codes": [row.code for row in rows]}
        case f.CycleOpened():
            body = {"year": fact.year, "set": fact.set_digest, "due_at": to_ms(fact.due_at)}
        case f.CycleClosed(cycle_id):
            body = {"cycle": cycle_id}
        case f.InviteIssued():
            body = {"role": fact.role, "unit": fact.unit_id, "uses": fact.uses, "code": fact.code_hash}
        case f.PersonJoined():
            body = {"invite": fact.invite_id, "role": fact.role, "unit": fact.unit_id, "person": known.person_id}
        case f.GroupBound(invite_id, role):
            body = {"invite": invite_id, "role": role}
        case f.DoubtsSettled(last, again):
            body = {"last": last, "again": again}
        case _:
            body = {"person": known.person_id}
    return type(fact).__name__, body


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
