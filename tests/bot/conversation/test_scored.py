"""Scorecards made from the one before are those that scoring everything gives, whichever assessment came in between.

Caught when seeded: changes found by id and not by answer; a withdrawn answer overlooked; everything forgotten when one
that is known already changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

import pytest

from bot.conversation import scored
from bot.conversation.scored import scorecard
from scoring.answers import Answer, ChosenOption, Exempt, Percentage
from scoring.criteria_set import CriteriaSet, Criterion
from scoring.library import load_set
from scoring.scorecard import Scorecard, score

CRITERIA = load_set("qd-3270-2020")
KIND = "so_ban_nganh"


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(scored, "MOST_KEPT", 3)
    scored._last.clear()
    yield
    scored._last.clear()


def some_answer(leaf: Criterion, dice: Random) -> Answer:
    if leaf.kind == "choice":
        return ChosenOption(dice.choice(leaf.options).id)
    return Percentage(CRITERIA.maximum * dice.randrange(101) / 100)


def changed(answers: dict[str, Answer], dice: Random) -> dict[str, Answer]:
    leaf = dice.choice(CRITERIA.leaves)
    less = {key: one for key, one in answers.items() if key != leaf.id}
    match dice.randrange(8):
        case 0:
            return less
        case 1:
            scope = dice.choice(CRITERIA.exemptions).scope
            return (
                {**answers, scope: Exempt("x")}
                if dice.random() < 0.5
                else {key: one for key, one in answers.items() if key != scope}
            )
        case _:
            return {**less, leaf.id: some_answer(leaf, dice)}


@pytest.mark.parametrize("seed", range(3))
def test_whatever_changed_and_however_many_units_take_turns(seed: int) -> None:
    dice, units = Random(seed), dict[int, dict[str, Answer]]()
    for _ in range(400):
        unit = dice.randrange(5)
        units[unit] = changed(units.get(unit, {}), dice)
        assert scorecard(unit, CRITERIA, KIND, units[unit]) == score(CRITERIA, KIND, units[unit])


def test_an_answer_that_was_rolled_back_leaves_nothing_behind() -> None:
    stored: dict[str, Answer] = {"1.1": ChosenOption("yes")}
    before = scorecard(1, CRITERIA, KIND, stored)
    scorecard(1, CRITERIA, KIND, {**stored, "1.2.1": ChosenOption("yes")})
    assert scorecard(1, CRITERIA, KIND, stored) == before == score(CRITERIA, KIND, stored)


def test_as_many_as_are_kept_are_not_scored_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole: list[int] = []

    def counted(criteria: CriteriaSet, kind: str, answers: Mapping[str, Answer]) -> Scorecard:
        whole.append(len(answers))
        return score(criteria, kind, answers)

    monkeypatch.setattr(scored, "score", counted)
    answers: dict[int, dict[str, Answer]] = {unit: {"1.1": ChosenOption("yes")} for unit in range(3)}
    for leaf in ("1.2.1", "1.2.2", "1.3"):
        for unit, given in answers.items():
            scorecard(unit, CRITERIA, KIND, dict(given))
            given[leaf] = ChosenOption("yes")
            scorecard(unit, CRITERIA, KIND, dict(given))
    assert whole == [1, 1, 1]
