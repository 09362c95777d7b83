"""Notes and evidence beside a criterion; one document, cited or sent as a file, can serve several criteria."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.conversation import asking, describing, filing, going
from bot.conversation.assessment import Assessment, Written
from bot.conversation.facts import AssessmentFact, EvidenceCited, NoteWritten, TextRemoved
from bot.conversation.passing import page_for
from bot.conversation.presses import Press
from bot.conversation.reading.outcomes import Doubtful, Refused
from bot.conversation.reading.text import read_note
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Rows, Turn

MOST_REUSED = 5
MOST_SHOWN = 5
"""As many as the screen lists of what stands there already can be taken away from it."""
EVIDENCE = ("citation", "file")


def ask_note(session: Session, criterion_id: str, hint: str = "") -> Turn:
    """Ask for the note beside a criterion."""
    return _ask(session, criterion_id, "note", hint)


def ask_evidence(session: Session, criterion_id: str, hint: str = "") -> Turn:
    """Ask which document proves a criterion; documents cited elsewhere are offered again."""
    return _ask(session, criterion_id, "evidence", hint)


def written(session: Session, text: str, now: datetime) -> Turn:
    """The note or citation that was asked for. A bare number is asked about: it may be the answer."""
    place = session.place
    match read_note(text):
        case Refused(hint, _):
            return _ask(session, place.focus, place.step, hint)
        case Doubtful(value, _, why):
            return _doubt(session, value, why)
        case reading:
            return keep(session, place.focus, place.step, reading.value, now, reading.warning)


def keep(session: Session, criterion_id: str, step: str, text: str, now: datetime, warning: str | None = None) -> Turn:
    """Store a note or a citation, and go back to the question with a word about it."""
    assessment = session.opened
    if not asking.editable(assessment, criterion_id):
        return going.locked(session)
    fact: AssessmentFact = NoteWritten(criterion_id, text) if step == "note" else EvidenceCited(criterion_id, text)
    kind = "note" if step == "note" else "citation"
    person = session.person
    name = person.name if person else ""
    kept = Written(0, criterion_id, kind, text, name, now)
    texts = tuple(
        one for one in assessment.texts if kind == "citation" or (one.criterion, one.kind) != (criterion_id, kind)
    )
    after = replace(assessment.apply(fact, person.id if person else None, name, now), texts=(*texts, kept))
    saved = {"kind": kind, "text": text, "warning": warning}
    turn = asking.ask(replace(session, assessment=after), criterion_id, session.place, saved=saved)
    return replace(turn, facts=(fact,))


def reuse(session: Session, criterion_id: str, text_id: int, now: datetime) -> Turn:
    """Cite a document for this criterion that stands beside another one."""
    known = _evidence(session.opened, text_id)
    if known is None:
        return ask_evidence(session, criterion_id)
    if known.kind == "file":
        return filing.reuse(session, criterion_id, known, now)
    return keep(session, criterion_id, "evidence", known.body, now)


def remove(session: Session, criterion_id: str, text_id: int, now: datetime) -> Turn:
    """Take a document away from this criterion; what it was is said once more, so that it can be given again."""
    assessment, person = session.opened, session.person
    if not asking.editable(assessment, criterion_id):
        return going.locked(session)
    known = _evidence(assessment, text_id)
    if known is None or known.criterion != criterion_id:
        return ask_evidence(session, criterion_id)
    fact = TextRemoved(criterion_id, text_id)
    after = assessment.apply(fact, person.id if person else None, person.name if person else "", now)
    turn = _ask(replace(session, assessment=after), criterion_id, "evidence", removed=known.body)
    return replace(turn, facts=(fact, *turn.facts))


def _evidence(assessment: Assessment, text_id: int) -> Written | None:
    return next((text for text in assessment.texts if text.id == text_id and text.kind in EVIDENCE), None)


def _ask(session: Session, criterion_id: str, step: str, hint: str = "", removed: str = "") -> Turn:
    assessment = session.opened
    if not asking.editable(assessment, criterion_id):
        return going.locked(session)
    note = step == "note"
    by_page, passes = (None, ()) if note else page_for(session, criterion_id)
    mine = [text for kind in (("note",) if note else EVIDENCE) for text in assessment.notes(criterion_id, kind)]
    data = {
        "crit": describing.criterion(assessment, criterion_id),
        "existing": tuple(text.body for text in mine),
        "evidence": assessment.criteria.criterion(criterion_id).evidence,
        "hint": {"code": hint} if hint else None,
        "removed": removed,
    }
    cancel = (Button("cancel", Press("go", assessment.id, criterion_id).encode()),)
    rows = (*(() if note else _documents(assessment, criterion_id, mine)), cancel)
    template = "note_ask" if note else "evidence_ask"
    shown = data if note else data | {"by_page": by_page}
    return Turn(session.place.at(step, criterion_id), passes, (Reply(template, shown, rows, card=True),))


def _documents(assessment: Assessment, criterion_id: str, mine: list[Written]) -> Rows:
    """What was given for other criteria can be taken over, what stands here can be taken away."""
    here, offered = [text for text in mine if text.id][-MOST_SHOWN:], _reusable(assessment, criterion_id)
    return tuple(
        (Button(label, Press(verb, assessment.id, criterion_id, str(one.id)).encode(), _named(one)),)
        for label, verb, texts in (("text", "cu", offered), ("remove", "rm", here))
        for one in texts
    )


def _named(text: Written) -> dict[str, object]:
    """What a button says of a document; a file's number leads to its bytes where that can be shown."""
    return {"text": text.body} | ({"file": text.id} if text.kind == "file" else {})


def _reusable(assessment: Assessment, criterion_id: str) -> tuple[Written, ...]:
    """The documents given last for other criteria, each once: a file by its content, a citation by its words."""
    mine = {_same(text) for text in assessment.texts if text.criterion == criterion_id}
    found: dict[tuple[str, str], Written] = {}
    for text in reversed(assessment.texts):
        if text.kind in EVIDENCE and _same(text) not in mine and text.id:
            found.setdefault(_same(text), text)
    return tuple(found.values())[:MOST_REUSED]


def _same(text: Written) -> tuple[str, str]:
    return text.kind, text.digest if text.kind == "file" else text.body


def _doubt(session: Session, text: str, why: str) -> Turn:
    """A bare number in a text step: a note after all, or the answer to the question?"""
    assessment, place = session.opened, session.place
    data = {"crit": describing.criterion(assessment, place.focus), "typed": text, "why": why, "step": place.step}
    rows = (
        (Button("keep_as_note", Press("kn", assessment.id, place.focus).encode(), {"step": place.step}),),
        (Button("to_question", Press("go", assessment.id, place.focus).encode()),),
    )
    doubtful = session.place.at(place.step, place.focus, text=text)
    return Turn(doubtful, replies=(Reply("note_or_number", data, rows, card=True),))


def keep_pending(session: Session, criterion_id: str, now: datetime) -> Turn:
    """The bare number is a note after all."""
    place = session.place
    if place.step not in ("note", "evidence") or place.focus != criterion_id or "text" not in place.pending:
        return going.where_things_stand(session, stale=True)
    return keep(session, place.focus, place.step, place.pending["text"], now)
