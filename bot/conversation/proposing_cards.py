"""What a colleague sees of the one criterion they are asked about, and what the officers hear of their answer."""

from __future__ import annotations

from collections.abc import Mapping

from bot.conversation import describing, inquired
from bot.conversation.inquiry import Inquiry
from bot.conversation.presses import Press, encode_value
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Rows, UnitOfficers
from scoring.answers import ChosenOption, NoCases

MOST_LISTED = 10


def asked_card(session: Session, inquiry: Inquiry, hint: Mapping[str, object] | None, sent: str) -> Reply:
    """The criterion with its help and its options: nothing else of the assessment, no points and nobody's answers."""
    assessment = session.opened
    leaf = assessment.criteria.criterion(inquiry.criterion)
    data = {
        "crit": describing.criterion(assessment, leaf.id),
        "by": inquiry.asked_by,
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "kind": leaf.kind,
        "options": tuple({"n": n, "label": one.button} for n, one in enumerate(leaf.options, start=1)),
        "inputs": {"numerator": leaf.inputs.numerator, "denominator": leaf.inputs.denominator} if leaf.inputs else None,
        "clause": leaf.clause,
        "printed_id": leaf.printed_id,
        "rule_text": leaf.rule_text,
        "evidence": leaf.evidence,
        "holder": leaf.evidence_holder,
        "mine": inquired.proposal(assessment, inquiry),
        "note": inquiry.remark,
        "at": inquiry.answered_at,
        "hint": hint,
        "sent": sent,
    }
    return Reply("asked", data, _rows(session, inquiry), card=True, number=leaf.kind == "ratio")


def _rows(session: Session, inquiry: Inquiry) -> Rows:
    assessment = session.opened
    leaf = assessment.criteria.criterion(inquiry.criterion)
    rows: Rows = tuple(
        (
            Button(
                "proposed_option",
                Press("pa", assessment.id, leaf.id, encode_value(ChosenOption(option.id))).encode(),
                {"label": option.button},
            ),
        )
        for option in leaf.options
    )
    if leaf.none_allowed and not (leaf.inputs and leaf.inputs.when_zero == "exempt"):
        rows += ((Button("no_cases", Press("pn", assessment.id, leaf.id).encode()),),)
    if inquiry.answer is not None:
        label = "explain_again" if isinstance(inquiry.answer, NoCases) else "proposal_note"
        rows += ((Button(label, Press("pw", assessment.id, leaf.id).encode()),),)
    return rows


def doubt_card(
    session: Session, inquiry: Inquiry, typed: str, readings: tuple[Mapping[str, object], ...], why: str
) -> Reply:
    """The reading spelled out as everybody gets it."""
    assessment = session.opened
    shown = tuple({key: value for key, value in one.items() if key != "press"} for one in readings)
    data = {"crit": describing.criterion(assessment, inquiry.criterion), "typed": typed, "why": why, "readings": shown}
    rows = (
        *((Button("take", str(one["press"]), told),) for one, told in zip(readings, shown, strict=True)),
        (Button("retype", Press("io", assessment.id, inquiry.criterion).encode()),),
    )
    leaf = assessment.criteria.criterion(inquiry.criterion)
    return Reply("confirm_reading", data, rows, card=True, number=leaf.kind == "ratio")


def text_card(session: Session, inquiry: Inquiry, what: str, hint: str = "", typed: str = "") -> Reply:
    """Asks for a note, for an explanation (`none`), or whether a bare `number` is a note at all."""
    assessment = session.opened
    data = {
        "crit": describing.criterion(assessment, inquiry.criterion),
        "what": what,
        "by": inquiry.asked_by,
        "existing": inquiry.note if isinstance(inquiry.answer, NoCases) == (what == "none") else "",
        "typed": typed,
        "hint": {"code": hint} if hint else None,
    }
    back = Press("io", assessment.id, inquiry.criterion).encode()
    if what == "number":
        keep = Press("py", assessment.id, inquiry.criterion).encode()
        rows: Rows = ((Button("keep_as_note", keep, {"step": "note"}),), (Button("to_question", back),))
    else:
        rows = ((Button("cancel", back),),)
    return Reply("asked_text", data, rows, card=True)


def told_officers(session: Session, inquiry: Inquiry, before: Inquiry) -> Reply:
    """The colleague's answer under their name, with the buttons that decide on it."""
    assessment = session.opened
    held = assessment.held(inquiry.criterion)
    leaf = assessment.criteria.criterion(inquiry.criterion)
    data = {
        "name": inquiry.colleague,
        "crit": describing.criterion(assessment, inquiry.criterion),
        "unit": assessment.unit.name,
        "answer": inquired.proposal(assessment, inquiry),
        "note": inquiry.remark,
        "again": "" if before.answer is None else "changed" if before.answer != inquiry.answer else "noted",
        "held": describing.value(leaf, held.answer) | {"by": held.by_name, "at": held.at} if held else None,
        "at": inquiry.answered_at,
    }
    look = Button("open_criterion", Press("go", assessment.id, leaf.id).encode(), {"id": leaf.id})
    rows = ((*inquired.deciding(assessment, inquiry),), (look,))
    me = session.person.id if session.person else None
    key = f"proposed:{inquiry.id}:{inquiry.revision}"
    return Reply("proposed", data, rows, to=UnitOfficers(assessment.unit.id, me), key=key)


def over(session: Session, inquiry: Inquiry) -> Reply:
    """Nothing more can be said to it: it is settled, or the result was handed in meanwhile."""
    assessment = session.opened
    data = {
        "crit": describing.criterion(assessment, inquiry.criterion),
        "unit": assessment.unit.name,
        "state": "closed" if inquiry.unsettled else inquiry.state,
        "answer": inquired.proposal(assessment, inquiry),
    }
    return Reply("asked_over", data, card=True)


def listed(session: Session) -> Reply:
    """What waits for this person, each with a button; or that nothing does."""
    waiting = session.asked[:MOST_LISTED]
    if not waiting:
        return Reply("asked_none", {}, card=True)
    data = {
        "items": tuple(
            {"id": one.criterion, "by": one.asked_by, "at": one.asked_at, "answered": one.answer is not None}
            for one in waiting
        )
    }
    rows = tuple(
        (Button("open_criterion", Press("io", one.assessment_id, one.criterion).encode(), {"id": one.criterion}),)
        for one in waiting
    )
    return Reply("asked_list", data, rows, card=True)
