"""What a sample unit intends to answer: drawn from dice, and drawn again until it comes to the class that is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from bot.cli.season.samples import Samples
from scoring.answers import Answer, ChosenOption, Counts, Exempt, NoCases, Percentage
from scoring.criteria_set import CriteriaSet, Criterion
from scoring.scorecard import score

STRENGTHS = {"A": 0.92, "B": 0.72, "C": 0.55, "D": 0.34}
"""How often a unit of a class has the best answer; another letter counts as strong."""
TRIES = 60
EXEMPT, NONE, IN_PERCENT, MIXED_UP, BESIDE = 0.18, 0.05, 0.16, 0.05, 0.1


@dataclass(frozen=True, slots=True)
class Plan:
    """The answers by criterion or exempted scope, and what is written beside some criteria: note or citation."""

    answers: Mapping[str, Answer]
    beside: Mapping[str, tuple[str, str]]

    @property
    def exempt(self) -> frozenset[str]:
        """The scopes of the exemptions that are claimed."""
        return frozenset(key for key, answer in self.answers.items() if isinstance(answer, Exempt))


def draw_plan(dice: Random, criteria: CriteriaSet, unit_kind: str, wanted: str, samples: Samples) -> Plan:
    """A plan of the wanted class; after TRIES draws the last one, whatever it comes to."""
    strength = STRENGTHS.get(wanted, 0.8)
    answers: dict[str, Answer] = {}
    for _ in range(TRIES):
        answers = _Draw(dice, criteria, unit_kind, strength, samples).answers()
        card = score(criteria, unit_kind, answers)
        if card.class_letter == wanted:
            break
        better = card.total < _middle(criteria, wanted)
        strength = min(0.98, strength + 0.02) if better else max(0.1, strength - 0.02)
    beside = {
        leaf.id: (kind, dice.choice(fitting))
        for leaf in criteria.leaves
        if dice.random() < BESIDE
        for kind in [dice.choice(("note", "evidence"))]
        if (fitting := samples.lines(kind, leaf.id))
    }
    return Plan(answers, beside)


def typed(answer: Counts | Percentage) -> str:
    """A ratio as people type it: two counts, or a percentage with a decimal comma."""
    if isinstance(answer, Counts):
        return f"{answer.numerator}/{answer.denominator}"
    tenths = answer.percent * 10
    whole, rest = divmod(int(tenths), 10)
    return f"{whole},{rest}%" if rest else f"{whole}%"


def _middle(criteria: CriteriaSet, wanted: str) -> Fraction:
    """The points in the middle of a class."""
    edges = sorted({limit.value for limit in criteria.classes if limit.op == ">="} | {criteria.maximum})
    lower = next((limit.value for limit in criteria.classes if limit.letter == wanted and limit.op == ">="), None)
    if lower is None:
        return min(edges) * Fraction(4, 5)
    return (lower + min(edge for edge in edges if edge > lower)) / 2


class _Draw:
    """One draw: the shared figures of a unit first, so that its counts fit together."""

    def __init__(self, dice: Random, criteria: CriteriaSet, unit_kind: str, strength: float, samples: Samples) -> None:
        self._dice = dice
        self._criteria = criteria
        self._kind = unit_kind
        self._strength = strength
        self._samples = samples
        self._figures: dict[str, int] = {}

    def answers(self) -> dict[str, Answer]:
        found: dict[str, Answer] = {}
        for exemption in self._criteria.exemptions:
            if exemption.allows(self._kind) and self._dice.random() < EXEMPT:
                own = self._dice.random() < 0.3
                found[exemption.scope] = Exempt(self._samples.any("ground", self._dice) if own else "")
        for leaf in self._criteria.leaves:
            if self._criteria.exemption_scope(leaf.id) not in found:
                found[leaf.id] = self._answer(leaf)
        return found

    def _answer(self, leaf: Criterion) -> Answer:
        if leaf.options:
            ranked = sorted(leaf.options, key=lambda option: option.points, reverse=True)
            good = self._dice.random() < self._strength
            return ChosenOption(ranked[0].id if good else self._dice.choice(ranked[1:]).id)
        if leaf.none_allowed and self._dice.random() < NONE:
            return NoCases(self._samples.any("none", self._dice))
        return self._ratio(leaf)

    def _ratio(self, leaf: Criterion) -> Answer:
        dice = self._dice
        good = dice.random() < self._strength
        percent = dice.randint(940, 1000) if good else dice.randint(380, 930)
        if dice.random() < IN_PERCENT:
            return Percentage(Fraction(percent, 10))
        whole = self._denominator(leaf)
        part = whole if good and dice.random() < 0.4 else whole * percent // 1000
        inputs = leaf.inputs
        if inputs and inputs.numerator_figure:
            part = self._figures.setdefault(inputs.numerator_figure, part)
        bounded = inputs is None or inputs.bounded
        return Counts(min(part, whole) if bounded else part, whole)

    def _denominator(self, leaf: Criterion) -> int:
        inputs, dice = leaf.inputs, self._dice
        if inputs and inputs.denominator_figure:
            known = self._figures.setdefault(inputs.denominator_figure, dice.randint(34, 160))
            return known + dice.randint(1, 4) if dice.random() < MIXED_UP else known
        if inputs and inputs.when_zero == "exempt":
            return dice.randint(3, 9)
        return dice.randint(90, 2400)
