"""Turns answers, criteria and scorecards into the plain data that templates show; no words of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from bot.conversation.assessment import Assessment
from scoring.answers import Answer, ChosenOption, Counts, Exempt, NoCases, Percentage
from scoring.criteria_set import Criterion
from scoring.display import class_limits, edges, round_for_display
from scoring.rules import Bands, ProportionalCapped, ProportionalWithFloor
from scoring.scorecard import Code, Line

Data = dict[str, object]

MOST_DECIMALS = 40
"""More than a percentage can have that is read from a text."""
MOST_CONCERNS = 8
"""More than these are only counted."""
_CONCERNS: frozenset[Code] = frozenset(
    (
        *("contradiction", "figure_differs", "above_figure", "over_100_confirmed"),
        *("none_needs_explanation", "zero_denominator", "exemption_possible"),
    )
)
"""What the unit itself can set right; the other problems are derived, or for the appraisal alone."""


def criterion(assessment: Assessment, criterion_id: str) -> Data:
    """The head of a question: id, titles, maximum and where it stands."""
    leaf = assessment.criteria.criterion(criterion_id)
    section = assessment.criteria.section_of(criterion_id)
    return {
        "id": leaf.id,
        "printed_id": leaf.printed_id,
        "title": leaf.display_title,
        "short_title": leaf.short_title,
        "question": leaf.question,
        "maximum": leaf.maximum,
        "section": section.id,
        "section_title": section.short_title,
    }


def rule_lines(leaf: Criterion) -> tuple[Data, ...]:
    """The steps of a ratio's rule, best first, as data."""
    match leaf.rule:
        case Bands():
            return tuple({"kind": "band", "op": b.op, "value": b.value, "points": b.points} for b in leaf.rule.bands)
        case ProportionalWithFloor() as rule:
            return (
                {"kind": "factor", "op": rule.floor.op, "value": rule.floor.value, "points": rule.factor},
                {"kind": "band", "op": "<", "value": rule.floor.value, "points": rule.below},
            )
        case ProportionalCapped() as rule:
            return (
                {"kind": "band", "op": ">=", "value": rule.target, "points": rule.cap},
                {"kind": "share", "op": "<", "value": rule.target, "points": rule.cap},
            )
        case _:
            return ()


def value(leaf: Criterion | None, answer: Answer) -> Data:
    """An answer as a template shows it: its kind, the option's words, the percentage and the counts."""
    shown: Data = {"kind": "choice", "label": "", "percent": None, "numerator": None, "denominator": None, "note": ""}
    match answer:
        case ChosenOption(option):
            known = {o.id: o.button for o in leaf.options} if leaf else {}
            return shown | {"label": known.get(option, "")}
        case Percentage() | Counts():
            counts = (
                {"numerator": answer.numerator, "denominator": answer.denominator} if isinstance(answer, Counts) else {}
            )
            return shown | {"kind": "ratio", "percent": percent_shown(leaf, answer)} | counts
        case NoCases(note):
            return shown | {"kind": "none", "note": note}
        case Exempt(note):
            return shown | {"kind": "exempt", "note": note}


def percent_shown(leaf: Criterion | None, answer: Answer) -> str | None:
    """A ratio rounded for display so that it never seems to cross an edge of its own question."""
    if answer.ratio is None:
        return None
    return round_for_display(answer.ratio, edges(leaf) if leaf else (Fraction(100),))


def percent_exact(answer: Percentage) -> str:
    """A typed percentage to its last decimal; one that never ends is rounded to as many as are kept."""
    decimals = next((n for n in range(2, MOST_DECIMALS) if 10**n % answer.percent.denominator == 0), MOST_DECIMALS)
    return round_for_display(answer.percent, decimals=decimals)


def line(assessment: Assessment, held: Line) -> Data:
    """One criterion of the scorecard with its answer, points and state."""
    leaf = assessment.criteria.criterion(held.id)
    answer = value(leaf, held.answer) if held.answer else value(leaf, ChosenOption(""))
    return {
        "id": held.id,
        "title": leaf.display_title,
        "short_title": leaf.short_title,
        "state": held.state,
        "points": held.points,
        "maximum": held.maximum,
        "parent": held.parent,
        "answer": answer,
    }


def progress(assessment: Assessment) -> Data:
    """How far the unit is, in decided criteria; the points beside what those criteria can give."""
    card = assessment.card
    return {
        "done": card.decided,
        "total": len(card.lines),
        "points": card.total,
        "out_of": assessment.criteria.maximum - (card.can_still_reach - card.total),
    }


def sections(assessment: Assessment) -> tuple[Data, ...]:
    """The sections with points, maximum and progress."""
    rows = []
    for section in assessment.criteria.sections:
        state = assessment.card.group_state(section.id)
        rows.append(
            {
                "n": section.id,
                "short_title": section.short_title,
                "title": section.title,
                "points": state.points,
                "maximum": state.maximum,
                "done": state.decided,
                "total": state.total,
            }
        )
    return tuple(rows)


def totals(assessment: Assessment) -> Data:
    """The total as it may be displayed, the class, and what is still possible."""
    card = assessment.card
    return {
        "total_shown": round_for_display(card.total, class_limits(assessment.criteria)),
        "class_letter": card.class_letter,
        "floor": card.class_floor,
        "ceiling": card.class_ceiling,
        "can_reach": card.can_still_reach,
        "done": card.decided,
        "total": len(card.lines),
    }


def given_back(assessment: Assessment) -> Data:
    """Until when a result that went back is expected again, and whether it went back because the criteria changed."""
    returned = assessment.state == "returned"
    return {
        "back_due_at": assessment.back_due_at if returned else None,
        "amended": returned and assessment.returned_at is None,
        "asked": assessment.to_revisit,
    }


def concerns(assessment: Assessment, under: str = "") -> tuple[tuple[Data, ...], int]:
    """What the unit should look at again before it hands in, the first few and how many more; with `under` what
    concerns the criteria of that section only."""
    card, criteria = assessment.card, assessment.criteria
    asked = {leaf.id for leaf in criteria.leaves_under(under)} if under else set(card.lines)
    found: list[Data] = []
    for problem in card.problems:
        place, other = card.place_of(problem.id), str(problem.args.get("other") or problem.args.get("with") or "")
        one: Data = {"id": problem.id, "place": place, "code": problem.code, "args": plain(problem.args)}
        if problem.code in _CONCERNS and one not in found and (place in asked or card.place_of(other) in asked):
            found.append(one)
    return tuple(found[:MOST_CONCERNS]), len(found[MOST_CONCERNS:])


def exemptions(assessment: Assessment) -> tuple[Data, ...]:
    """The exemptions that count, with their grounds."""
    rows = []
    for exemption in assessment.criteria.exemptions:
        held = assessment.answers.get(exemption.scope)
        if held and isinstance(held.answer, Exempt) and exemption.allows(assessment.unit.kind):
            rows.append(
                {
                    "id": exemption.scope,
                    "title": _title(assessment, exemption.scope),
                    "points": exemption.points,
                    "ground": held.answer.note,
                }
            )
    return tuple(rows)


def flags(assessment: Assessment) -> tuple[Data, ...]:
    """What a reviewer should look at first; each kind of thing once for a criterion."""
    first = {(problem.id, problem.code): problem for problem in reversed(assessment.card.problems)}
    return tuple(
        {"id": problem.id, "code": problem.code, "args": plain(problem.args)}
        for problem in assessment.card.problems
        if first[problem.id, problem.code] is problem
    )


def titled(assessment: Assessment, ids: Iterable[str]) -> tuple[Data, ...]:
    """Ids with their short titles, for lists that jump."""
    return tuple({"id": one, "title": assessment.criteria.criterion(one).short_title} for one in ids)


def shortened(text: str, most: int) -> str:
    """A text of at most so many characters; what was cut off is marked."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def plain(args: Mapping[str, object]) -> Data:
    """Arguments of a problem as templates may show them."""
    return dict(args)


def _title(assessment: Assessment, scope: str) -> str:
    criteria = assessment.criteria
    try:
        return criteria.criterion(scope).display_title
    except KeyError:
        return criteria.group(scope).display_title
