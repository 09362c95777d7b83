"""One criterion and what was answered, judged by itself: a line of the scorecard and what has to be said about it."""

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import Literal, get_args

from scoring.answers import Answer, ChosenOption, Counts, NoCases, Percentage
from scoring.criteria_parts import Dependency
from scoring.criteria_set import Criterion
from scoring.errors import Detail
from scoring.rules import Applied, Choice, Op, Step, meets

State = Literal["answered", "exempt", "derived", "none", "missing"]
Code = Literal[
    "above_figure",
    "contradiction",
    "derived",
    "exemption_not_allowed",
    "exemption_possible",
    "figure_differs",
    "none_flagged",
    "none_needs_explanation",
    "over_100",
    "over_100_confirmed",
    "shadowed",
    "unknown_criterion",
    "unknown_option",
    "wrong_answer_kind",
    "zero_denominator",
]
CODES: tuple[Code, ...] = get_args(Code)

ZERO = Fraction(0)
_ALL = Fraction(100)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to be said about a criterion: a code, and what it needs to be put into words."""

    id: str
    code: Code
    args: Detail = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NextStep:
    """How far the next better step is: `gain` points for `more` of the numerator (counts), for `distance` percentage
    points (with op ">" a little more than that), or for another `option`."""

    step: Step
    op: Op | None
    edge: Fraction | None
    points: Fraction
    gain: Fraction
    more: int | None = None
    distance: Fraction | None = None
    option: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion in a scorecard. `answer` is the one that counts; `points` is None while it is missing."""

    id: str
    state: State
    points: Fraction | None
    answer: Answer | None = None
    applied: Applied | None = None
    shadowed: bool = False
    criterion: Criterion = field(kw_only=True, repr=False, compare=False)

    @property
    def maximum(self) -> Fraction:
        """The most the criterion can pay."""
        return self.criterion.maximum

    @property
    def ratio(self) -> Fraction | None:
        """The exact ratio in percent that was scored."""
        return self.answer.ratio if self.answer and self.state == "answered" else None

    @property
    def parent(self) -> str | None:
        """The criterion that decided this one, where it is derived."""
        dependency = self.criterion.depends_on
        return dependency.on if dependency and self.state == "derived" else None

    @property
    def decided(self) -> bool:
        """Whether the line counts as done."""
        return self.state != "missing"

    @property
    def step(self) -> Step | None:
        """The step of the rule that fired."""
        return self.applied.step if self.applied else None

    @property
    def next_step(self) -> NextStep | None:
        """The distance to the next better step; None at the maximum, and where no rule fired."""
        if self.applied is None or self.applied.next is None:
            return None
        return _distance(self.criterion, self.answer, self.applied, self.applied.next)


def missing(criterion: Criterion) -> Line:
    """The line of a criterion nobody answered yet."""
    return Line(criterion.id, "missing", None, criterion=criterion)


def exempted(criterion: Criterion, claim: Answer, *, shadowed: bool) -> Line:
    """The line of a criterion for which the exemption is claimed: its maximum."""
    return Line(criterion.id, "exempt", criterion.maximum, claim, None, shadowed, criterion=criterion)


def derived(criterion: Criterion, *, shadowed: bool) -> Line:
    """The line of a criterion its parent has decided: zero, whatever was answered there."""
    return Line(criterion.id, "derived", ZERO, None, None, shadowed, criterion=criterion)


def judge(criterion: Criterion, answer: Answer, unit_kind: str) -> tuple[Line, Problem | None]:
    """The line an answer gives, and what is to be said about it; a refused answer leaves the criterion missing."""
    rule = criterion.rule
    if isinstance(rule, Choice):
        return _judge_option(criterion, rule, answer)
    if isinstance(answer, NoCases):
        return _without_cases(criterion, answer, unit_kind)
    if not isinstance(answer, Percentage | Counts):
        return missing(criterion), Problem(criterion.id, "wrong_answer_kind", {"expected": "ratio"})
    if isinstance(answer, Counts) and answer.denominator == 0:
        return _without_cases(criterion, answer, unit_kind)
    ratio = answer.ratio or ZERO
    problem = _above_all(criterion, answer, ratio) if meets(ratio, ">", _ALL) else None
    if problem and problem.code == "over_100":
        return missing(criterion), problem
    applied = rule.apply(ratio)
    return Line(criterion.id, "answered", applied.points, answer, applied, criterion=criterion), problem


def _judge_option(criterion: Criterion, rule: Choice, answer: Answer) -> tuple[Line, Problem | None]:
    if not isinstance(answer, ChosenOption):
        return missing(criterion), Problem(criterion.id, "wrong_answer_kind", {"expected": "choice"})
    try:
        applied = rule.apply(answer.option)
    except KeyError:
        known = tuple(option.id for option in rule.options)
        return missing(criterion), Problem(criterion.id, "unknown_option", {"option": answer.option, "known": known})
    return Line(criterion.id, "answered", applied.points, answer, applied, criterion=criterion), None


def _without_cases(criterion: Criterion, answer: NoCases | Counts, unit_kind: str) -> tuple[Line, Problem]:
    """0/0 and "none": the decision says nothing, so it counts 0 for now and is flagged for the appraisal."""
    line = Line(criterion.id, "none", ZERO, answer, criterion=criterion)
    own = criterion.exemption
    if own and own.allows(unit_kind) and criterion.inputs and criterion.inputs.when_zero == "exempt":
        return line, Problem(criterion.id, "exemption_possible", {"scope": own.scope, "points": own.points})
    if isinstance(answer, Counts):
        return line, Problem(criterion.id, "zero_denominator", {"numerator": answer.numerator})
    code: Code = "none_flagged" if answer.note.strip() else "none_needs_explanation"
    return line, Problem(criterion.id, code, {"note": answer.note} if answer.note.strip() else {})


def _above_all(criterion: Criterion, answer: Answer, ratio: Fraction) -> Problem:
    args: dict[str, object] = {"percent": ratio}
    if isinstance(answer, Counts):
        args |= {"numerator": answer.numerator, "denominator": answer.denominator}
    bounded = criterion.inputs is None or criterion.inputs.bounded
    return Problem(criterion.id, "over_100" if bounded else "over_100_confirmed", args)


def _distance(criterion: Criterion, answer: Answer | None, applied: Applied, step: Step) -> NextStep:
    if isinstance(answer, Counts) and step.op and step.edge is not None:
        wanted = answer.denominator * step.edge / 100
        reached = floor(wanted) + 1 if step.op == ">" else ceil(wanted)
        rule = criterion.rule
        better = ZERO if isinstance(rule, Choice) else rule.apply(Fraction(reached * 100, answer.denominator)).points
        gain, more = better - applied.points, reached - answer.numerator
        return NextStep(step, step.op, step.edge, better, gain, more=more)
    gain = step.points - applied.points
    if isinstance(answer, Percentage) and step.edge is not None:
        return NextStep(step, step.op, step.edge, step.points, gain, distance=step.edge - answer.percent)
    return NextStep(step, None, None, step.points, gain, option=step.option)


def settles(parent: Line, dependency: Dependency) -> bool:
    """Whether the parent's line decides the child: by its "no", its zero ratio, or by being a derived zero itself."""
    if parent.state == "derived":
        return True
    if dependency.zero:
        return parent.state == "answered" and parent.ratio == 0
    return isinstance(parent.answer, ChosenOption) and parent.answer.option == dependency.option
