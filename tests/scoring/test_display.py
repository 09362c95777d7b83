"""Shown numbers: two decimals, half up, never on the other side of a limit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.display import class_limits, edges, round_for_display
from scoring.library import load_set

CRITERIA = load_set("qd-3270-2020")
LIMITS = class_limits(CRITERIA)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("80", "80.00"),
        ("4.375", "4.38"),
        ("4.374", "4.37"),
        ("0", "0.00"),
        ("292/3", "97.33"),
        ("0.005", "0.01"),
        ("99.995", "100.00"),
    ],
)
def test_two_decimals_half_up(value: str, shown: str) -> None:
    assert round_for_display(Fraction(value)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("79.995", "79.995"),
        ("79.99", "79.99"),
        ("79.9949", "79.99"),
        ("79.9999", "79.9999"),
        ("80.001", "80.00"),
        ("64.999", "64.999"),
        ("49.9995", "49.9995"),
        ("239999999/3000000", "79.9999997"),
    ],
)
def test_more_decimals_as_few_as_needed_where_rounding_would_cross_a_class_limit(value: str, shown: str) -> None:
    assert round_for_display(Fraction(value), LIMITS) == shown


@given(st.sampled_from([80, 65, 50]), st.fractions(-1, 1, max_denominator=10**7))
def test_a_shown_total_never_contradicts_the_class(limit: int, distance: Fraction) -> None:
    total = limit + distance
    assert CRITERIA.class_of(Fraction(round_for_display(total, LIMITS))) == CRITERIA.class_of(total)


@given(
    st.sampled_from(CRITERIA.ratios),
    st.sampled_from([30, 40, 50, 70, 90, 100]),
    st.fractions(-1, 0, max_denominator=10**6) | st.fractions(0, 1, max_denominator=10**6),
)
def test_a_shown_percentage_never_contradicts_the_points_of_a_band(leaf: object, edge: int, distance: Fraction) -> None:
    criterion = next(ratio for ratio in CRITERIA.ratios if ratio is leaf)
    percent = edge + distance
    shown = Fraction(round_for_display(percent, edges(criterion)))
    if criterion.rule.kind == "bands":
        assert criterion.rule.apply(shown).points == criterion.rule.apply(percent).points
    elif criterion.rule.kind == "proportional_with_floor":
        assert (criterion.rule.apply(shown).points == 0) == (criterion.rule.apply(percent).points == 0)


def test_just_above_a_strict_edge_is_not_shown_as_the_edge() -> None:
    assert round_for_display(Fraction("90.001"), edges(CRITERIA.criterion("2.5.1"))) == "90.001"
    assert round_for_display(Fraction("99.996"), edges(CRITERIA.criterion("2.9"))) == "99.996"
    assert edges(CRITERIA.criterion("1.1")) == ()


def test_whole_numbers_can_be_asked_for() -> None:
    assert round_for_display(Fraction("49.5"), decimals=0) == "50"
    assert round_for_display(Fraction("49.5"), [Fraction(50)], decimals=0) == "49.5"
