"""Handing in: what it means is said first, then come the frozen snapshot, the receipt, the summary to the office."""

from __future__ import annotations

from datetime import datetime

from bot.conversation import describing, going, overseeing
from bot.conversation.assessment import Assessment
from bot.conversation.buttons import button, jumps
from bot.conversation.facts import Submitted
from bot.conversation.presses import Press
from bot.conversation.session import Session
from bot.conversation.turn import Button, Groups, Holders, Reply, Turn, UnitOfficers
from scoring.answers import encode

MOST_JUMPS = 40


def ask_submit(session: Session, now: datetime) -> Turn:
    """Before submitting: what is missing, or what will be sent and what cannot be changed afterwards."""
    assessment = session.opened
    if assessment.state == "submitted" or assessment.cycle.closed:
        return going.locked(session)
    missing = assessment.card.missing
    if missing:
        listed: describing.Data = {"unit": assessment.unit.name, "ids": describing.titled(assessment, missing)}
        rows = (*jumps(assessment, missing[:MOST_JUMPS]), (button(assessment, "rv", "later"),))
        return Turn(session.place, replies=(Reply("cannot_submit", listed, rows, card=True),))
    data = {
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "due_at": assessment.cycle.due_at,
        "late": _late(assessment, now),
        "exemptions": len(describing.exemptions(assessment)),
        "contradictions": describing.contradictions(assessment),
        "revision": assessment.submissions + 1,
    } | describing.totals(assessment)
    yes = Press("ok", assessment.id, revision=assessment.seq).encode()
    rows = ((Button("submit_yes", yes),), (button(assessment, "rv", "submit_no"),))
    return Turn(session.place.at("submit"), replies=(Reply("submit_confirm", data, rows, card=True),))


def submit(session: Session, seen: int, now: datetime) -> Turn:
    """Hand in what was seen; if anything changed meanwhile, it is shown again first."""
    assessment = session.opened
    if assessment.state == "submitted" or assessment.cycle.closed:
        return going.locked(session)
    if assessment.card.missing or assessment.seq != seen:
        return ask_submit(session, now)
    card = assessment.card
    fact = Submitted(
        receipt=session.next_receipt,
        revision=assessment.submissions + 1,
        late=_late(assessment, now),
        total=str(card.total),
        class_letter=card.class_letter or card.class_floor,
        snapshot=snapshot(assessment),
    )
    told = _told(assessment, fact, now) | {"by": session.person.name if session.person else ""}
    me = session.person.id if session.person else None
    rows = ((button(assessment, "rv", "review"),),)
    officers = UnitOfficers(assessment.unit.id, me)
    replies: tuple[Reply, ...] = (
        Reply("receipt", told, rows, card=True),
        Reply("receipt", told, to=officers, key=f"receipt:{fact.receipt}"),
        Reply(
            "summary", told, overseeing.summary_rows(assessment), to=Holders("reviewer"), key=f"summary:{fact.receipt}"
        ),
        Reply("summary_group", told, to=Groups("reviewer"), key=f"summary:{fact.receipt}"),
    )
    if session.remaining_units == 0:
        replies += overseeing.consolidated("all", f"{assessment.cycle.id}:{fact.receipt}")
    return Turn(session.place.at("idle"), facts=(fact,), replies=replies)


def snapshot(assessment: Assessment) -> dict[str, object]:
    """The frozen scorecard as plain data: answers, points, states, notes, evidence; it needs nothing outside."""
    card = assessment.card
    return {
        "unit": {"code": assessment.unit.code, "name": assessment.unit.name, "kind": assessment.unit.kind},
        "year": assessment.cycle.year,
        "criteria_set": assessment.criteria.id,
        "answers": {key: encode(held.answer) for key, held in assessment.answers.items()},
        "rows": [_row(assessment, one) for one in card.lines],
        "sections": {section.id: str(card.groups[section.id]) for section in assessment.criteria.sections},
        "total": str(card.total),
        "class": card.class_letter,
        "flags": [{"id": problem.id, "code": problem.code} for problem in card.problems],
    }


def _row(assessment: Assessment, criterion_id: str) -> dict[str, object]:
    line = assessment.card.lines[criterion_id]
    held = assessment.held(criterion_id)
    filed = [{"name": text.body, "digest": text.digest} for text in assessment.notes(criterion_id, "file")]
    return {
        "id": criterion_id,
        "points": str(line.points),
        "maximum": str(line.maximum),
        "state": line.state,
        "answer": encode(line.answer) if line.answer else None,
        "by": held.by if held else None,
        "notes": [text.body for text in assessment.notes(criterion_id, "note")],
        "evidence": [text.body for text in assessment.notes(criterion_id, "citation")],
    } | ({"files": filed} if filed else {})


def _told(assessment: Assessment, fact: Submitted, now: datetime) -> dict[str, object]:
    return {
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "receipt": fact.receipt,
        "revision": fact.revision,
        "at": now,
        "late": fact.late,
        "due_at": assessment.cycle.due_at,
        "sections": describing.sections(assessment),
        "exemptions": describing.exemptions(assessment),
        "contradictions": describing.contradictions(assessment),
        "flags": describing.flags(assessment),
    } | describing.totals(assessment)


def _late(assessment: Assessment, now: datetime) -> bool:
    return now >= assessment.cycle.due_at
