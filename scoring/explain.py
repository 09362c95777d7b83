"""Why a criterion has its points, as data: the clause, the rule, the step that fired, the inputs, the way to more."""

from dataclasses import dataclass
from fractions import Fraction

from scoring.answers import Answer
from scoring.criteria_parts import Exemption
from scoring.criteria_set import CriteriaSet
from scoring.judging import Line, NextStep, State
from scoring.rules import Step


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line of a scorecard, explained. `ratio` is in percent; `step` is None where no rule fired (see `state`)."""

    id: str
    clause: str
    rule_text: str
    rule_plain: str
    interpretation: str
    state: State
    answer: Answer | None
    chosen: str | None
    ratio: Fraction | None
    step: Step | None
    points: Fraction | None
    maximum: Fraction
    next_step: NextStep | None
    unit: str | None
    parent: str | None
    exemption: Exemption | None


def explain(criteria: CriteriaSet, line: Line) -> Explanation:
    """The explanation of a line; the words are the caller's. `chosen` is the printed label of the chosen option."""
    criterion = criteria.criterion(line.id)
    step = line.step
    return Explanation(
        id=line.id,
        clause=criterion.clause,
        rule_text=criterion.rule_text,
        rule_plain=criterion.rule_plain,
        interpretation=criterion.interpretation,
        state=line.state,
        answer=line.answer,
        chosen=criterion.option(step.option).printed if step and step.option else None,
        ratio=line.ratio,
        step=step,
        points=line.points,
        maximum=line.maximum,
        next_step=line.next_step,
        unit=criterion.inputs.unit if criterion.inputs else None,
        parent=line.parent,
        exemption=criteria.exemption_for(line.id) if line.state == "exempt" else None,
    )
