"""How numbers are written for people."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages import numbers

F = Fraction


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (F(35, 8), "4,38"),
        (F(9, 2), "4,5"),
        (F(5), "5"),
        (5, "5"),
        (0, "0"),
        (F(1, 200), "0,01"),
        (F(199, 40000), "0,005"),
        (F(4995, 1000), "4,995"),
        (F(49999, 10000), "4,9999"),
        (F(8001, 1000), "8,001"),
        (F(-1, 1000), "−0,001"),
        (F(10), "10"),
        (F(100), "100"),
        (F(-3, 2), "−1,5"),
        (F(451, 8), "56,38"),
    ],
)
def test_points_have_a_decimal_comma_and_no_idle_zeros(value: Fraction | int, text: str) -> None:
    assert numbers.points(value) == text


@pytest.mark.parametrize(("value", "text"), [(F(9, 2), "4,50"), (5, "5,00"), (F(35, 8), "4,38")])
def test_points_in_tables_always_have_two_decimals(value: Fraction | int, text: str) -> None:
    assert numbers.points2(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (F(175, 2), "87,5%"),
        (F(100, 3), "33,33%"),
        (50, "50%"),
        (F(49999, 1000), "49,999%"),
        (F(9999900, 100000), "99,999%"),
        (F(99999, 1000), "99,999%"),
        (F(500001, 10000), "50,0001%"),
        (F(0), "0%"),
        ("87.50", "87,5%"),
        ("49.999", "49,999%"),
        ("100.00", "100%"),
    ],
)
def test_a_percentage_shows_as_many_decimals_as_it_needs(value: Fraction | int | str, text: str) -> None:
    assert numbers.percent(value) == text


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_shown_percentage_stands_on_a_tenth_only_when_it_is_one(numerator: int, denominator: int) -> None:
    exact = F(numerator * 100, denominator)
    shown = F(numbers.percent(exact).removesuffix("%").replace(",", "."))
    assert abs(shown - exact) <= F(1, 200)
    if (shown * 10).denominator == 1:
        assert shown == exact


@given(st.fractions(min_value=0, max_value=100))
def test_shown_points_are_within_half_a_hundredth(exact: Fraction) -> None:
    shown = F(numbers.points(exact).replace(",", "."))
    assert abs(shown - exact) <= F(1, 200)
    assert (shown.denominator == 1) == (exact.denominator == 1), "points seem whole only when they are"
    assert abs(F(numbers.points2(exact).replace(",", ".")) - exact) <= F(1, 200)


@pytest.mark.parametrize(("text", "shown"), [("79.995", "79,995"), ("84.00", "84"), ("84.50", "84,5"), ("100", "100")])
def test_a_total_rounded_by_scoring_is_never_rounded_again(text: str, shown: str) -> None:
    assert numbers.shown(text) == shown


@pytest.mark.parametrize(("value", "text"), [(350, "350"), (12500, "12.500"), (F(1234567), "1.234.567")])
def test_counts_have_dots_between_thousands(value: Fraction | int, text: str) -> None:
    assert numbers.count(value) == text


@pytest.mark.parametrize(("value", "text"), [(2, "02"), (0, "00"), (12, "12")])
def test_small_counts_have_two_digits_in_official_style(value: int, text: str) -> None:
    assert numbers.two(value) == text


@pytest.mark.parametrize("wrong", [4.38, True, "4.38", None])
def test_points_take_nothing_but_exact_numbers(wrong: object) -> None:
    with pytest.raises(TypeError):
        numbers.points(wrong)


@pytest.mark.parametrize("wrong", [F(1, 2), 0.5])
def test_a_count_is_whole(wrong: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        numbers.count(wrong)
    with pytest.raises((TypeError, ValueError)):
        numbers.two(wrong)


@pytest.mark.parametrize("wrong", ["", "4,38", "1e3", "-1", "٣", "<b>"])
def test_only_a_decimal_text_is_shown(wrong: str) -> None:
    with pytest.raises(ValueError, match="no decimal text"):
        numbers.shown(wrong)
    with pytest.raises(ValueError, match="no decimal text"):
        numbers.percent(wrong)


def test_a_number_is_no_decimal_text() -> None:
    with pytest.raises(TypeError):
        numbers.shown(F(1))
