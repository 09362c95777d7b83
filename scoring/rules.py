"""The rules that turn an option or a percentage into points: a closed union, every edge with its own operator."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from scoring.exact import Exact

Op = Literal[">", ">=", "<"]
StepKind = Literal["option", "band", "below_floor", "floor", "proportional", "full"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a rule: the edge (in percent) that opens or closes it, and the points it pays there."""

    kind: StepKind
    points: Fraction
    op: Op | None = None
    edge: Fraction | None = None
    option: str | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What a rule gave: the points, the step that fired, and the next better step (None at the best)."""

    points: Fraction
    step: Step
    next: Step | None


class Part(BaseModel):
    """A frozen piece of a criteria set; a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(Part):
    """One choice: its id, the words printed in the decision, the words on the button, its points."""

    id: str
    printed: str
    button: str
    points: Exact
    negative: bool = False


class Choice(Part):
    """Fixed options, in the decision's printed order."""

    kind: Literal["choice"]
    options: Annotated[tuple[Option, ...], Field(min_length=2)]

    @cached_property
    def _applied(self) -> dict[str, Applied]:
        steps = {option.id: Step("option", option.points, option=option.id) for option in self.options}
        return {
            option.id: Applied(option.points, steps[option.id], _next_better(list(steps.values()), option.points))
            for option in self.options
        }

    def apply(self, option: str) -> Applied:
        """The points of an option; KeyError when there is no such option."""
        return self._applied[option]


class Band(Part):
    """A band of percentages: it begins (">", ">=") or, for the last one, ends ("<") at `value` percent."""

    op: Op
    value: Exact
    points: Exact


class Bands(Part):
    """Bands tried from the top, the first that matches pays."""

    kind: Literal["bands"]
    match: Literal["first"]
    bands: Annotated[tuple[Band, ...], Field(min_length=2)]

    @cached_property
    def _applied(self) -> tuple[tuple[Op, Fraction, Applied], ...]:
        steps = [Step("band", band.points, band.op, band.value) for band in self.bands]
        return tuple(
            (band.op, band.value, Applied(band.points, step, _next_better(steps, band.points)))
            for band, step in zip(self.bands, steps, strict=True)
        )

    def apply(self, percent: Fraction) -> Applied:
        """The points of a percentage. The linter has made sure that the bands leave no hole."""
        for op, value, applied in self._applied:
            if meets(percent, op, value):
                return applied
        raise ValueError(f"no band for {percent}")


class Floor(Part):
    """Where a proportional rule begins to pay, in percent."""

    op: Literal[">", ">="]
    value: Exact


class ProportionalWithFloor(Part):
    """ratio * factor from a floor on, never above `cap`; below the floor `below` points."""

    kind: Literal["proportional_with_floor"]
    factor: Exact
    floor: Floor
    below: Exact
    cap: Exact

    @cached_property
    def _full(self) -> Step:
        return Step("full", self.cap, ">=", self.cap * 100 / self.factor)

    @cached_property
    def _per_percent(self) -> Fraction:
        return self.factor / 100

    @cached_property
    def _below(self) -> Applied:
        value = self.floor.value
        return Applied(
            self.below,
            Step("below_floor", self.below, "<", value),
            Step("floor", min(value * self.factor / 100, self.cap), self.floor.op, value),
        )

    def apply(self, percent: Fraction) -> Applied:
        """The points of a percentage: exactly percent / 100 * factor from the floor on."""
        if not meets(percent, self.floor.op, self.floor.value):
            return self._below
        points = percent * self._per_percent
        if meets(points, ">=", self.cap):
            return Applied(self.cap, self._full, None)
        return Applied(points, Step("proportional", points, self.floor.op, self.floor.value), self._full)


class ProportionalCapped(Part):
    """min(1, ratio / target) * cap: everything from `target` percent on pays in full."""

    kind: Literal["proportional_capped"]
    target: Exact
    cap: Exact

    @cached_property
    def _per_percent(self) -> Fraction:
        return self.cap / self.target

    @cached_property
    def _full(self) -> Step:
        return Step("full", self.cap, ">=", self.target)

    def apply(self, percent: Fraction) -> Applied:
        """The points of a percentage."""
        if meets(percent, ">=", self.target):
            return Applied(self.cap, self._full, None)
        points = percent * self._per_percent
        return Applied(points, Step("proportional", points, "<", self.target), self._full)


Rule = Annotated[Choice | Bands | ProportionalWithFloor | ProportionalCapped, Field(discriminator="kind")]


def meets(value: Fraction, op: Op, edge: Fraction) -> bool:
    """Whether `value op edge` holds, exactly."""
    # Compared crosswise as integers: the same as comparing the fractions, several times faster.
    left, right = value.numerator * edge.denominator, edge.numerator * value.denominator
    if op == ">=":
        return left >= right
    return left > right if op == ">" else left < right


def _next_better(steps: list[Step], points: Fraction) -> Step | None:
    better = [step for step in steps if step.points > points]
    return min(better, key=lambda step: step.points, default=None)
