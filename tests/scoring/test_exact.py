"""Exact numbers: what is read, what is refused, and sums."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.exact import exact_sum, read_exact


@pytest.mark.parametrize(("written", "read"), [(80, 80), ("2.5", Fraction(5, 2)), ("1/3", Fraction(1, 3)), ("007", 7)])
def test_whole_numbers_decimals_and_fractions_are_read(written: object, read: Fraction) -> None:
    assert read_exact(written) == read


@pytest.mark.parametrize("written", [2.5, True, None, "", "1e3", "-1", -1, "1/0", "0x10", " 1", "1_0", "½", "1" * 41])
def test_everything_else_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="not_exact"):
        read_exact(written)


@given(st.lists(st.fractions(0, 500, max_denominator=30) | st.integers(0, 500).map(Fraction)))
def test_a_sum_is_the_sum(values: list[Fraction]) -> None:
    assert exact_sum(values) == sum(values, start=Fraction(0))
