"""What the units answered that became part of this one: offered beside a question until it has an answer of its own."""

from __future__ import annotations

from bot.conversation import describing
from bot.conversation.assessment import Assessment
from bot.conversation.presses import LONGEST_VALUE, Press, encode_value
from bot.conversation.turn import Button, Rows
from scoring.answers import Answer, ChosenOption, Counts, Percentage
from scoring.criteria_set import Criterion

WHOLE = 100
"""Percent; what may not be more than the whole was not."""


def offered(assessment: Assessment, leaf: Criterion) -> tuple[dict[str, object], ...]:
    """Which unit answered what, as data for the card; nothing once there is an answer."""
    if not assessment.inherited or assessment.held(leaf.id) is not None:
        return ()
    return tuple(
        {"unit": one.unit, "short_name": one.short_name} | describing.value(leaf, one.answers[leaf.id])
        for one in assessment.inherited
        if leaf.id in one.answers and _fits(leaf, one.answers[leaf.id])
    )


def rows(assessment: Assessment, leaf: Criterion) -> Rows:
    """A button for each different answer; it gives exactly that."""
    if not assessment.inherited or assessment.held(leaf.id) is not None:
        return ()
    buttons: dict[str, Button] = {}
    for one in assessment.inherited:
        answer = one.answers.get(leaf.id)
        if answer is None or not _fits(leaf, answer):
            continue
        value = encode_value(answer)
        if len(value) <= LONGEST_VALUE and value not in buttons:
            press = Press("an", assessment.id, leaf.id, value, assessment.revision_of(leaf.id))
            shown = describing.value(leaf, answer)
            told = {name: shown[name] for name in ("label", "percent", "numerator", "denominator")}
            buttons[value] = Button("inherited", press.encode(), told | {"unit": one.short_name})
    return tuple((one,) for one in buttons.values())


def _fits(leaf: Criterion, answer: Answer) -> bool:
    """Whether the answer may be given as it is: options and ratios only, what needs words is asked anew."""
    if isinstance(answer, ChosenOption):
        return answer.option in {option.id for option in leaf.options}
    if not isinstance(answer, Percentage | Counts) or answer.ratio is None or leaf.inputs is None:
        return False
    return not leaf.inputs.bounded or answer.ratio <= WHOLE
