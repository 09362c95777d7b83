"""The bench itself: its arithmetic, and that a small round of each candidate runs and loses nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from bench.candidates import LAUNCH, Mode, prepare
from bench.report import figures, table
from bench.rounds import Measures, run_round

ROUND = Measures("thin", "polling", 100, 500.0, 2.0, 50.0, 200.0, 3.0, 2.0, 1.7, 175.0, 0.1, {"sendMessage": 1}, 3.0)


def rounds(*pairs: tuple[float, float]) -> list[Measures]:
    """Pairs of neighbours that differ in answers/s only."""
    return [
        replace(ROUND, candidate=candidate, answers_per_s=value)
        for pair in pairs
        for candidate, value in zip(("thin", "product"), pair, strict=True)
    ]


def test_a_ratio_is_taken_between_neighbours_so_that_a_slow_minute_does_not_count() -> None:
    found = figures(rounds((500.0, 600.0), (100.0, 120.0), (500.0, 600.0)), "polling")
    assert found[0].ratio == pytest.approx(1.2)
    assert found[0].met


def test_what_must_be_and_is_not_is_marked() -> None:
    found = figures(rounds((500.0, 499.0)), "polling")
    assert not found[0].met
    assert "MISSED" in table({"polling": found}).splitlines()[2]


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_small_round_of_each_candidate_loses_nothing(tmp_path: Path, mode: Mode) -> None:
    setting = await prepare(tmp_path, 3)
    for candidate in LAUNCH:
        found = await run_round(candidate, mode, setting)
        assert (found.answers, found.lost) == (2 * len(setting.leaves), 0)
