"""Lines are judged once and given again: never for another criterion, unit kind or answer, and never without end."""

from __future__ import annotations

from fractions import Fraction

import pytest

from scoring import scorecard
from scoring.answers import Answer, ChosenOption, Counts, Exempt, NoCases, Percentage
from scoring.library import load_set
from scoring.scorecard import score

SET = load_set("qd-3270-2020")
KIND = next(iter(SET.unit_kinds))
SHEETS: list[dict[str, Answer]] = [
    {},
    {"1.1": ChosenOption("yes"), "2.1.1": Percentage(Fraction(85))},
    {"1.1": ChosenOption("no"), "2.1.1": Counts(85, 100), "2.2.2": NoCases("none came")},
    {"2.1.1": Percentage(Fraction(171, 2)), "1.1": Exempt("no ground"), "2.2.2": NoCases()},
]


@pytest.mark.parametrize("kind", SET.unit_kinds)
def test_a_set_that_has_judged_before_says_the_same_as_a_new_one(kind: str) -> None:
    for sheet in [*SHEETS, *reversed(SHEETS)]:
        fresh = score(load_set("qd-3270-2020"), kind, sheet)
        again = score(SET, kind, sheet)
        assert (again.lines, again.total, again.problems) == (fresh.lines, fresh.total, fresh.problems)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scorecard, "MOST_JUDGED", 50)
    for hundredths in range(500):
        score(SET, KIND, {"2.1.1": Percentage(Fraction(hundredths, 100))})
    assert len(SET.judged) <= 50 + len(SET.leaves)
