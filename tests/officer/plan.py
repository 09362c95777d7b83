"""What an officer intends to answer, drawn from a seed, and the same answers as a line for the scorer."""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

EDGES = (0, 50, 60, 70, 80, 90, 95, 100)


@dataclass(frozen=True, slots=True)
class Pick:
    """Press the option at this place (0 is the first button) of the decision's order."""

    place: int
    option: str

    @property
    def json(self) -> dict[str, Any]:
        """The answer as the scorer reads it."""
        return {"option": self.option}


@dataclass(frozen=True, slots=True)
class Typed:
    """Type a text; `percent` is exact decimal text, or `counts` are the two counts it names."""

    text: str
    percent: str | None = None
    counts: tuple[int, int] | None = None

    @property
    def json(self) -> dict[str, Any]:
        """The answer as the scorer reads it."""
        if self.counts is not None:
            return {"numerator": str(self.counts[0]), "denominator": str(self.counts[1])}
        return {"percent": self.percent}


Planned = Pick | Typed


class Plan(Protocol):
    """Knows an answer to every criterion."""

    def answer(self, criterion_id: str) -> Planned:
        """What to answer; the same each time it is asked."""
        ...


def criteria_of(shown: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The criteria in `tucham criteria show --json`, in its order: every object with an id and a list of options."""
    found: list[Mapping[str, Any]] = []
    _gather(shown, found)
    if not found:
        raise LookupError(f"no criteria among {sorted(shown)}")
    return found


def _gather(node: Any, found: list[Mapping[str, Any]]) -> None:
    if isinstance(node, Mapping):
        if isinstance(node.get("id"), str) and isinstance(node.get("options"), list):
            found.append(node)
            return
        for inner in node.values():
            _gather(inner, found)
    elif isinstance(node, list):
        for inner in node:
            _gather(inner, found)


class RandomPlan:
    """Answers drawn from a seed; texts are plain ones that are accepted without a question back."""

    def __init__(self, seed: int, criteria: Mapping[str, Any]) -> None:
        self.criteria_set = str(criteria.get("id") or criteria.get("criteria_set") or "qd-3270-2020")
        dice = random.Random(seed)
        self.answers: dict[str, Planned] = {str(c["id"]): _draw(dice, c["options"]) for c in criteria_of(criteria)}

    def answer(self, criterion_id: str) -> Planned:
        """What to answer; KeyError for a criterion that the decision does not have."""
        return self.answers[criterion_id]

    def change(self, seed: int, criteria: Mapping[str, Any], ids: Iterable[str]) -> None:
        """Think again about some criteria."""
        other = RandomPlan(seed, criteria)
        self.answers.update({one: other.answers[one] for one in ids})

    def score_line(self, unit_kind: str, only: Iterable[str] | None = None) -> str:
        """The JSON line for `tucham score`: all answers, or only those of some criteria (in practice: those asked)."""
        ids = self.answers if only is None else list(only)
        answers = {one: self.answers[one].json for one in ids}
        return json.dumps({"criteria_set": self.criteria_set, "unit_kind": unit_kind, "answers": answers})


def _draw(dice: random.Random, options: Sequence[Mapping[str, Any]]) -> Planned:
    if options:
        place = dice.randrange(len(options))
        return Pick(place, str(options[place]["id"]))
    return _draw_counts(dice) if dice.random() < 0.5 else _draw_percent(dice)


def _draw_counts(dice: random.Random) -> Typed:
    denominator = dice.choice([1, 3, 7, 40, 50, 400, 1999, dice.randint(1, 99_999)])
    numerator = dice.choice([0, denominator, dice.randint(0, denominator)])
    form = dice.choice(["{}/{}", "{} / {}", "{}:{}", "{} trên {}"])
    return Typed(form.format(numerator, denominator), counts=(numerator, denominator))


def _draw_percent(dice: random.Random) -> Typed:
    hundredths = dice.choice([100 * dice.choice(EDGES) + dice.choice([-1, 0, 1]), dice.randint(0, 10_000)])
    hundredths = min(max(hundredths, 0), 10_000)
    whole, rest = divmod(hundredths, 100)
    text = f"{whole},{rest:02d}".rstrip("0").rstrip(",") if rest else str(whole)
    # a bare number up to one may mean a share: only with its sign is it read without asking
    sign = "%" if 0 < hundredths <= 100 else dice.choice(["", "%", " %"])
    typed = text.replace(",", dice.choice([",", "."])) + sign
    return Typed(typed, percent=text.replace(",", "."))


def exact_percent(planned: Typed) -> Fraction | None:
    """The exact percentage of a typed answer; None for a zero denominator."""
    if planned.counts is None:
        return Fraction(planned.percent or "0")
    numerator, denominator = planned.counts
    return Fraction(100 * numerator, denominator) if denominator else None
