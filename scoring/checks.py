"""What is to be said about several criteria together: contradictions, and shared figures that differ."""

from collections.abc import Iterator, Mapping

from scoring.answers import Counts
from scoring.criteria_parts import Condition
from scoring.criteria_set import CriteriaSet
from scoring.judging import Code, Line, Problem

TOGETHER: frozenset[Code] = frozenset({"contradiction", "figure_differs", "above_figure"})
"""The codes of what is found here."""


def contradictions(criteria: CriteriaSet, lines: Mapping[str, Line]) -> Iterator[Problem]:
    """The pairs of answers that hardly go together; the problem stands on the second of the pair."""
    for rule in criteria.contradictions:
        if _holds(criteria, rule.first, lines) and _holds(criteria, rule.second, lines):
            args = {"with": rule.first.criterion, "rule": rule.id, "text": rule.text}
            yield Problem(rule.second.criterion, "contradiction", args)


def _holds(criteria: CriteriaSet, condition: Condition, lines: Mapping[str, Line]) -> bool:
    if condition.exempt:
        return any(lines[leaf.id].state == "exempt" for leaf in criteria.leaves_under(condition.criterion))
    line = lines[condition.criterion]
    if line.state != "answered":
        return False
    if condition.above is not None:
        ratio = line.ratio
        return ratio is not None and ratio > condition.above
    return line.applied is not None and line.applied.step.option == condition.option


def figure_problems(criteria: CriteriaSet, lines: Mapping[str, Line]) -> Iterator[Problem]:
    """Counts of one shared figure that differ between criteria, and numerators above the figure they are part of."""
    first: dict[str, tuple[str, int]] = {}
    for leaf in criteria.ratios:
        answer, inputs = lines[leaf.id].answer, leaf.inputs
        if inputs is None or not isinstance(answer, Counts):
            continue
        named = ((inputs.numerator_figure, answer.numerator), (inputs.denominator_figure, answer.denominator))
        for figure, value in named:
            if figure is None:
                continue
            other, known = first.setdefault(figure, (leaf.id, value))
            if known != value:
                yield Problem(leaf.id, "figure_differs", _pair(figure, value, other, known))
        limit = first.get(inputs.numerator_at_most or "")
        if limit and limit[0] != leaf.id and answer.numerator > limit[1]:
            yield Problem(leaf.id, "above_figure", _pair(inputs.numerator_at_most, answer.numerator, *limit))


def _pair(figure: str | None, value: int, other: str, other_value: int) -> dict[str, object]:
    return {"figure": figure, "value": value, "other": other, "other_value": other_value}
