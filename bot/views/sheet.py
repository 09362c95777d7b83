"""One unit's whole sheet: every criterion explained, what was handed in, and the ledger as data for words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from bot.conversation import describing
from bot.conversation.assessment import Assessment
from bot.views.board import UNREMARKABLE, Data, cycle_head
from scoring.answers import Answer, Exempt, NoCases, decode
from scoring.criteria_set import Criterion
from scoring.display import class_limits, round_for_display
from scoring.errors import AnswerInvalid
from scoring.explain import explain
from scoring.judging import Line, NextStep
from scoring.rules import Step


@dataclass(frozen=True, slots=True)
class Happened:
    """One fact of the unit's ledger; `by` is a name, empty when nobody is known for it."""

    seq: int
    at: datetime
    by: str
    kind: str
    body: Mapping[str, object]
    said: str = ""
    """The free text the fact put there, while it still stands; the ledger itself keeps only its digest."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One submission of the unit, with its total as it may be displayed."""

    revision: int
    receipt: str
    at: datetime
    late: bool
    by: str
    total_shown: str
    class_letter: str
    approved_by: str = ""
    """The leader of the unit on whose word it was handed in, by name."""


def sheet(assessment: Assessment, submissions: Sequence[HandedIn], ledger: Sequence[Happened], now: datetime) -> Data:
    """The page's data; this is the one page that scores, and only this unit."""
    card = assessment.card
    decided = [line for line in card.lines.values() if line.points is not None]
    return (
        cycle_head(assessment.cycle, now)
        | describing.totals(assessment)
        | {
            "out_of": sum((line.maximum for line in decided), start=card.total * 0),
            "maximum": assessment.criteria.maximum,
            "limits": tuple(limit.value for limit in class_limits(assessment.criteria)),
            "awaiting": assessment.awaiting.since if assessment.awaits and assessment.awaiting else None,
            "receipt": assessment.receipt,
            "reason": assessment.reason,
            "returned_at": assessment.returned_at,
            "back_due_at": assessment.back_due_at,
            "reopened": tuple(one for one in card.lines if one in assessment.reopened),
            "missing": describing.titled(assessment, card.missing),
            "flags": _flags(assessment),
            "sections": tuple(
                row | {"lines": _lines(assessment, str(row["n"]))} for row in describing.sections(assessment)
            ),
            "submissions": tuple(submissions),
            "ledger": tuple(fact_row(assessment, fact) for fact in reversed(ledger)),
        }
    )


def cell(assessment: Assessment, criterion: str) -> Data:
    """One criterion of a unit explained, for the bar below the matrix; KeyError when the set has no such criterion."""
    return {
        "unit": assessment.unit.name,
        "code": assessment.unit.code,
        "line": explained(assessment, assessment.card.lines[criterion]),
    }


def explained(assessment: Assessment, line: Line) -> Data:
    """A line of the scorecard with clause, inputs, the step that fired, the way to more, notes, who and when."""
    leaf = assessment.criteria.criterion(line.id)
    why = explain(assessment.criteria, line)
    held = assessment.held(line.id) if line.state != "derived" else None
    answer = held.answer if held else line.answer
    return describing.line(assessment, line) | {
        "printed_id": leaf.printed_id,
        "clause": why.clause,
        "rule_text": why.rule_text,
        "rule_plain": why.rule_plain,
        "interpretation": why.interpretation,
        "rule_lines": describing.rule_lines(leaf),
        "factor": getattr(leaf.rule, "factor", None),
        "chosen": why.chosen,
        "step": _step(why.step),
        "next": _next(leaf, why.next_step),
        "unit_label": why.unit or "",
        "shadowed": line.shadowed,
        "ground": answer.note if isinstance(answer, Exempt | NoCases) else "",
        "notes": assessment.notes(line.id, "note"),
        "evidence": assessment.notes(line.id, "citation"),
        "files": assessment.notes(line.id, "file"),
        "flags": _codes(assessment, line.id),
        "by": held.by_name if held else "",
        "at": held.at if held else None,
    }


def fact_row(assessment: Assessment, fact: Happened) -> Data:
    """A fact as data for one sentence."""
    scope = str(fact.body.get("criterion") or fact.body.get("scope") or "")
    node = assessment.criteria.find(scope)
    row: Data = {"seq": fact.seq, "at": fact.at, "by": fact.by, "kind": fact.kind, "id": scope}
    row |= {"title": node.short_title if node else "", "answer": _answer(assessment, scope, fact.body.get("answer"))}
    return row | {
        "claims": bool(fact.body.get("claims")),
        "criteria": _texts(fact.body.get("criteria") or fact.body.get("asked_again")),
        "again": bool(fact.body.get("again")),
        "state": str(fact.body.get("state", "")),
        "receipt": str(fact.body.get("receipt", "")),
        "revision": fact.body.get("revision"),
        "late": bool(fact.body.get("late")),
        "class_letter": str(fact.body.get("class", "")),
        "total_shown": _total(assessment, fact.body.get("total")),
        "said": fact.said,
    }


def _lines(assessment: Assessment, section: str) -> tuple[Data, ...]:
    leaves = assessment.criteria.leaves_under(section)
    return tuple(explained(assessment, assessment.card.lines[leaf.id]) for leaf in leaves)


def _flags(assessment: Assessment) -> tuple[Data, ...]:
    """What to look at first, `at` the criterion where it stands; how a zero came about is said in its own line."""
    return tuple(
        row | {"at": assessment.card.place_of(str(row["id"]))}
        for row in describing.flags(assessment)
        if row["code"] not in UNREMARKABLE
    )


def _codes(assessment: Assessment, criterion: str) -> tuple[Data, ...]:
    problems = assessment.card.problems_of(criterion)
    return tuple({"id": one.id, "code": one.code, "args": describing.plain(one.args)} for one in problems)


def _step(step: Step | None) -> Data | None:
    return {"kind": step.kind, "op": step.op, "edge": step.edge, "points": step.points} if step else None


def _next(leaf: Criterion, way: NextStep | None) -> Data | None:
    if way is None:
        return None
    label = leaf.option(way.option).button if way.option else ""
    return {
        "gain": way.gain,
        "points": way.points,
        "more": way.more,
        "distance": way.distance,
        "op": way.op,
        "edge": way.edge,
        "label": label,
    }


def _answer(assessment: Assessment, criterion: str, stored: object) -> Data | None:
    if not isinstance(stored, Mapping):
        return None
    try:
        answer: Answer = decode(stored)
    except AnswerInvalid:
        return None
    leaf = next((one for one in assessment.criteria.leaves if one.id == criterion), None)
    return describing.value(leaf, answer)


def _total(assessment: Assessment, stored: object) -> str:
    exact = Fraction(stored) if isinstance(stored, str) else Fraction(0)
    return round_for_display(exact, class_limits(assessment.criteria))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()
