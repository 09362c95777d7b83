"""Handing in: what it means is said first, then come the frozen snapshot, the receipt, the summary to the office."""

from __future__ import annotations

from datetime import datetime

from bot.conversation import confirming, describing, going, overseeing
from bot.conversation.assessment import Assessment
from bot.conversation.buttons import button, jumps
from bot.conversation.facts import Submitted
from bot.conversation.presses import Press
from bot.conversation.session import Person, Session
from bot.conversation.turn import Button, Groups, Holders, Reply, Rows, Turn, UnitLeaders, UnitOfficers
from scoring.answers import encode

MOST_JUMPS = 40


def ask_submit(session: Session, now: datetime, typed: str = "") -> Turn:
    """Before submitting: what is missing, or what will be sent and what cannot be changed afterwards. Where the unit's
    leader has to approve, that it goes to them first, or that there is none. `typed`: what was no yes and no no."""
    assessment = session.opened
    if assessment.handed_over or assessment.cycle.closed:
        return going.locked(session)
    missing = assessment.card.missing
    if missing:
        listed: describing.Data = {"unit": assessment.unit.name, "ids": describing.titled(assessment, missing)}
        rows = (*jumps(assessment, missing[:MOST_JUMPS]), (button(assessment, "rv", "later"),))
        return Turn(session.place, replies=(Reply("cannot_submit", listed, rows, card=True),))
    concerns, more = describing.concerns(assessment)
    data = {
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "due_at": assessment.cycle.due_at,
        "late": is_late(assessment, now),
        "exemptions": len(describing.exemptions(assessment)),
        "concerns": concerns,
        "more_concerns": more,
        "untouched": _untouched(assessment),
        "revision": assessment.submissions + 1,
        "typed": typed,
    } | describing.totals(assessment)
    if assessment.cycle.approval:
        return _ask_leader(session, data, now)
    yes = Press("ok", assessment.id, revision=assessment.seq).encode()
    rows = ((Button("submit_yes", yes),), (button(assessment, "rv", "submit_no"),))
    return _asked(session, Reply("submit_confirm", data, rows, card=True), now)


def _asked(session: Session, reply: Reply, now: datetime) -> Turn:
    """The last word before the result leaves the officers' hands; it may be typed."""
    ((yes,), (no,)) = reply.rows
    waits = confirming.asked(yes.press, no.press, session.opened.seq, now)
    return Turn(session.place.at("submit", **waits), replies=(reply,))


def typed(session: Session, text: str, now: datetime) -> Turn:
    """What was typed below that question and is neither a yes nor a no."""
    return ask_submit(session, now, text) if session.place.pending else going.not_taken(session, text)


def _untouched(assessment: Assessment) -> tuple[str, ...]:
    """What the office gave back and nobody has done anything about since."""
    if assessment.state != "returned":
        return ()
    done = assessment.supplemented
    return tuple(one for one in assessment.card.lines if one in assessment.reopened and one not in done)


def _ask_leader(session: Session, data: describing.Data, now: datetime) -> Turn:
    """In a cycle with approval the result goes to the unit's leaders first."""
    assessment = session.opened
    if not session.leaders:
        rows: Rows = ((button(assessment, "rv", "review"),),)
        return Turn(session.place.at("idle"), replies=(Reply("approval_no_leader", data, rows, card=True),))
    shown = data | {"leaders": tuple(one.name for one in session.leaders)}
    yes = Press("la", assessment.id, revision=assessment.seq).encode()
    rows = ((Button("approval_yes", yes),), (button(assessment, "rv", "approval_no"),))
    return _asked(session, Reply("approval_ask", shown, rows, card=True), now)


def can_go(assessment: Assessment, seen: int) -> bool:
    """Whether what was seen at ledger number `seen` is complete, still the same and still the officers' to hand on."""
    if assessment.handed_over or assessment.cycle.closed:
        return False
    return assessment.seq == seen and not assessment.card.missing


def goes_out(assessment: Assessment, seen: int, *, approved: bool) -> bool:
    """Whether such a press hands the result in, by a leader's word (`approved`) or by itself; only then does it get a
    receipt's number."""
    if approved:
        return assessment.awaits and assessment.seq == seen and not assessment.card.missing
    return can_go(assessment, seen) and not assessment.cycle.approval


def submit(session: Session, seen: int, now: datetime) -> Turn:
    """Hand in what was seen; if anything changed meanwhile, it is shown again first."""
    assessment = session.opened
    if not goes_out(assessment, seen, approved=False):
        return ask_submit(session, now)
    return hand_in(session, now)


def hand_in(session: Session, now: datetime, approver: Person | None = None) -> Turn:
    """The frozen snapshot, the receipt and the summary, on the leader's word where one was asked for."""
    assessment = session.opened
    card = assessment.card
    fact = Submitted(
        receipt=session.next_receipt,
        revision=assessment.submissions + 1,
        late=is_late(assessment, now),
        total=str(card.total),
        class_letter=card.class_letter or card.class_floor,
        snapshot=snapshot(assessment) | _approval(assessment, approver, now),
        approved_by=approver.id if approver else None,
    )
    told = _told(assessment, fact, now) | _by(session, approver)
    me = session.person.id if session.person else None
    rows = ((button(assessment, "rv", "review"),),)
    officers = UnitOfficers(assessment.unit.id, me)
    replies: tuple[Reply, ...] = (
        Reply("receipt", told, rows, card=True),
        Reply("receipt", told, to=officers, key=f"receipt:{fact.receipt}"),
        *_to_leaders(assessment, approver, told, fact.receipt),
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
        "flags": describing.flags(assessment),
    } | describing.totals(assessment)


def _approval(assessment: Assessment, approver: Person | None, now: datetime) -> dict[str, object]:
    """Who approved and when, as the snapshot keeps it; who prepared it and since when it waited."""
    awaiting = assessment.awaiting
    if approver is None or awaiting is None:
        return {}
    asked = {"asked_by": awaiting.by, "asked_at": awaiting.since.isoformat()}
    return {"approval": {"by": approver.id, "at": now.isoformat()} | asked}


def _by(session: Session, approver: Person | None) -> describing.Data:
    """On whose word it goes: `approved` names the leader; `alone` where the same person had prepared it."""
    awaiting, person = session.opened.awaiting, session.person
    if approver is None or awaiting is None:
        return {"by": person.name if person else "", "approved": None}
    return {"by": awaiting.by_name, "approved": {"by": approver.name, "alone": awaiting.by == approver.id}}


def _to_leaders(
    assessment: Assessment, approver: Person | None, told: describing.Data, receipt: str
) -> tuple[Reply, ...]:
    """The receipt for the unit's other leaders, who were asked as well."""
    if approver is None:
        return ()
    return (Reply("receipt", told, to=UnitLeaders(assessment.unit.id, approver.id), key=f"receipt:{receipt}"),)


def is_late(assessment: Assessment, now: datetime) -> bool:
    """Whether the deadline of the unit has passed."""
    return now >= assessment.cycle.due_at
