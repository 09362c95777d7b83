"""An officer asks a colleague about one criterion: the message to pass on, asking no more, the colleague's answer taken
over or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversation import answering, asking, describing, going, inquired
from bot.conversation.assessment import Assessment, Held
from bot.conversation.buttons import jumps
from bot.conversation.codes import hash_code
from bot.conversation.facts import AssessmentFact, NoteWritten
from bot.conversation.inquiry import Inquiry
from bot.conversation.inquiry_facts import ColleagueAsked, InquiryWithdrawn, ProposalSettled
from bot.conversation.presses import Press
from bot.conversation.session import Session
from bot.conversation.turn import Button, OnePerson, Reply, Turn

CODE_LIVES = timedelta(days=7)
MOST_OPEN = 10
"""As many criteria of one assessment can lie with colleagues: more, and nobody knows any longer who has what."""


def ask(session: Session, criterion_id: str, seen: int, now: datetime) -> Turn:
    """A message to pass on to a colleague, with a code that lets them answer this one criterion. `seen` is the revision
    of the answer that stood when the button was made."""
    assessment = session.opened
    if not asking.editable(assessment, criterion_id):
        return going.locked(session)
    known = inquired.of(assessment, criterion_id) is not None  # tapped twice, or a colleague in the office was faster
    if known or seen != assessment.revision_of(criterion_id):
        return asking.ask(session, criterion_id, session.place, stale=True)
    asked = tuple(one.criterion for one in assessment.inquiries if one.unsettled)
    if len(asked) >= MOST_OPEN:
        full = Reply("inquiries_full", {"most": MOST_OPEN, "ids": asked}, jumps(assessment, asked), card=True)
        return Turn(session.place, replies=(full,))
    until = now + CODE_LIVES
    data = {
        "crit": describing.criterion(assessment, criterion_id),
        "by": session.person.name if session.person else "",
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "code": session.code,
        "until": until,
    }
    fact = ColleagueAsked(criterion_id, hash_code(session.code), until)
    return Turn(session.place, facts=(fact,), replies=(Reply("inquiry", data, joins=session.code),))


def withdraw(session: Session, criterion_id: str, revision: int) -> Turn:
    """Ask no more: the code ends, and a colleague who has come already is told."""
    inquiry = inquired.of(session.opened, criterion_id)
    if inquiry is None or inquiry.revision != revision:
        return _as_it_is(session, criterion_id)
    if not asking.editable(session.opened, criterion_id):
        return going.locked(session)
    told = _told_colleague(session, inquiry, "withdrawn")
    return _settled(session, replace(inquiry, state="withdrawn"), InquiryWithdrawn(inquiry.id), told)


def leave(session: Session, criterion_id: str, revision: int) -> Turn:
    """The colleague's answer is not taken over; what stands, stands."""
    inquiry = _answered(session, criterion_id, revision)
    if inquiry is None:
        return _as_it_is(session, criterion_id)
    if not asking.editable(session.opened, criterion_id):
        return going.locked(session)
    told = _told_colleague(session, inquiry, "refused")
    return _settled(session, replace(inquiry, state="refused"), ProposalSettled(inquiry.id, taken=False), told)


def take(session: Session, criterion_id: str, seen: int, revision: int, now: datetime) -> Turn:
    """The colleague's answer becomes the officer's. One that stands already is shown first, unless it was (`seen`)."""
    assessment = session.opened
    inquiry = _answered(session, criterion_id, revision)
    if inquiry is None or inquiry.proposed is None:
        return _as_it_is(session, criterion_id)
    if not asking.editable(assessment, criterion_id):
        return going.locked(session)
    told = _told_colleague(session, inquiry, "taken")
    settled = ProposalSettled(inquiry.id, taken=True)
    held = assessment.held(criterion_id)
    if held and answering.same(held.answer, inquiry.proposed):
        return _settled(session, replace(inquiry, state="taken"), settled, told)
    if held and held.revision != seen:
        return _shown_first(session, inquiry, held)
    facts = (*answering.facts_of(assessment, criterion_id, inquiry.proposed), *_note(assessment, inquiry), settled)
    done = inquired.having(assessment, replace(inquiry, state="taken"))
    here = session.place
    back_to = here.focus if here.step == "question" and here.focus in assessment.card.lines else ""
    turn = answering.record(
        replace(session, assessment=done),
        facts,
        criterion_id,
        now,
        told={"from_colleague": inquiry.colleague},
        back_to="" if back_to == criterion_id else back_to,
    )
    return replace(turn, replies=(*turn.replies, *told))


def _answered(session: Session, criterion_id: str, revision: int) -> Inquiry | None:
    """The proposal a button was made for, as long as it is the colleague's last word and nobody settled it."""
    inquiry = inquired.of(session.opened, criterion_id)
    return inquiry if inquiry and inquiry.answer is not None and inquiry.revision == revision else None


def _note(assessment: Assessment, inquiry: Inquiry) -> tuple[AssessmentFact, ...]:
    """The colleague's note stays beside the criterion where there is none yet."""
    kept = bool(inquiry.remark) and not assessment.notes(inquiry.criterion, "note")
    return (NoteWritten(inquiry.criterion, inquiry.remark),) if kept else ()


def _settled(
    session: Session, inquiry: Inquiry, fact: InquiryWithdrawn | ProposalSettled, told: tuple[Reply, ...]
) -> Turn:
    """Nothing is answered by it: the question is shown again with a word on what was done."""
    done = replace(session, assessment=inquired.having(session.opened, inquiry))
    nothing: tuple[str, ...] = ()
    line: dict[str, object] = dict.fromkeys(("derived", "counted_again", "reopened", "problems"), nothing)
    line |= {"id": inquiry.criterion, "change": f"inquiry_{inquiry.state}", "kind": ""}
    turn = asking.ask(done, inquiry.criterion, session.place, (line | {"from_colleague": inquiry.colleague},))
    return replace(turn, facts=(fact,), replies=(*turn.replies, *told))


def _told_colleague(session: Session, inquiry: Inquiry, outcome: str) -> tuple[Reply, ...]:
    """What the colleague hears of it; nobody, where nobody has come yet."""
    if inquiry.colleague_id is None:
        return ()
    data = {
        "outcome": outcome,
        "crit": describing.criterion(session.opened, inquiry.criterion),
        "by": session.person.name if session.person else "",
        "unit": session.opened.unit.name,
        "answer": inquired.proposal(session.opened, inquiry),
    }
    key = f"inquiry:{inquiry.id}:{outcome}"
    return (Reply("inquiry_settled", data, to=OnePerson(inquiry.colleague_id), key=key),)


def _as_it_is(session: Session, criterion_id: str) -> Turn:
    """Settled meanwhile, by somebody else or by a first tap; or the colleague thought better of it."""
    if not asking.editable(session.opened, criterion_id):
        return going.locked(session)
    return asking.ask(session, criterion_id, session.place, stale=True)


def _shown_first(session: Session, inquiry: Inquiry, held: Held) -> Turn:
    """Something else stands there: it is shown beside what the colleague says, and nothing is written yet."""
    assessment, criterion_id = session.opened, inquiry.criterion
    leaf = assessment.criteria.criterion(criterion_id)
    theirs = describing.value(leaf, inquiry.proposed or held.answer)
    data = {
        "crit": describing.criterion(assessment, criterion_id),
        "theirs": describing.value(leaf, held.answer) | {"points": assessment.card.lines[criterion_id].points},
        "mine": theirs,
        "by": held.by_name,
        "at": held.at,
        "from_colleague": inquiry.colleague,
    }
    take_over, not_used = inquired.deciding(assessment, inquiry, held.revision)
    keep = Press("go", assessment.id, criterion_id).encode()
    rows = ((Button("keep", keep),), (Button("change", take_over.press, theirs),), (not_used,))
    return Turn(session.place.at("question", criterion_id), replies=(Reply("overwrite", data, rows, card=True),))
