"""How sample data is read from JSON."""

import json
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from messages.errors import MessageBroken
from messages.samples import SampleButton, Samples


def samples(folder: Path, data: Any, rows: Any = (), shared: Any = None) -> Samples:
    (folder / "_shared.json").write_text(json.dumps(shared or {}), encoding="utf-8")
    one = {"title": "t", "samples": [{"when": "w", "data": data, "rows": rows}]}
    (folder / "one.json").write_text(json.dumps(one), encoding="utf-8")
    return Samples(folder)


def test_marks_stand_for_fractions_moments_and_pieces(tmp_path: Path) -> None:
    data = {"a": "=35/8", "b": "@2026-01-08T09:05:00Z", "c": "#piece", "d": [None, True, 3]}
    (sample,) = samples(tmp_path, data, shared={"piece": {"e": "=1/2"}}).of("one")
    assert sample.data == {
        "a": Fraction(35, 8),
        "b": datetime(2026, 1, 8, 9, 5, tzinfo=UTC),
        "c": {"e": Fraction(1, 2)},
        "d": (None, True, 3),
    }


def test_an_object_may_start_from_a_piece(tmp_path: Path) -> None:
    (sample,) = samples(tmp_path, {"<": "#base", "a": 2}, shared={"base": {"a": 1, "b": "x"}}).of("one")
    assert sample.data == {"a": 2, "b": "x"}


def test_buttons_are_rows_of_labels_with_what_fills_them(tmp_path: Path) -> None:
    (sample,) = samples(tmp_path, {}, rows=[[["back"], ["option", {"points": "=1"}]]]).of("one")
    assert sample.rows == ((SampleButton("back", {}), SampleButton("option", {"points": Fraction(1)})),)


@pytest.mark.parametrize("data", [{"a": 0.5}, {"a": "#nowhere"}])
def test_floats_and_unknown_pieces_are_broken(tmp_path: Path, data: Any) -> None:
    with pytest.raises(MessageBroken):
        samples(tmp_path, data).of("one")
