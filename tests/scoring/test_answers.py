"""Answers and their JSON form."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.answers import Answer, ChosenOption, Counts, Exempt, NoCases, Percentage, decode, encode
from scoring.errors import AnswerInvalid

WHOLE = st.integers(0, 10**12)
ANY_ANSWER = st.one_of(
    st.builds(ChosenOption, st.text()),
    st.builds(Percentage, st.fractions(0, 1000, max_denominator=10**9)),
    st.builds(Counts, WHOLE, WHOLE),
    st.builds(NoCases, st.text()),
    st.builds(Exempt, st.text()),
)


@given(ANY_ANSWER)
def test_every_answer_survives_its_json_form(answer: Answer) -> None:
    assert decode(encode(answer)) == answer


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"option": "yes"}, ChosenOption("yes")),
        ({"percent": "87.5"}, Percentage(Fraction(175, 2))),
        ({"percent": "171/2"}, Percentage(Fraction(171, 2))),
        ({"percent": 50}, Percentage(Fraction(50))),
        ({"numerator": "45", "denominator": "50"}, Counts(45, 50)),
        ({"numerator": 45, "denominator": 50}, Counts(45, 50)),
        ({"none": True, "note": "không phát sinh"}, NoCases("không phát sinh")),
        ({"exempt": True}, Exempt()),
        ({"exempt": True, "note": "x"}, Exempt("x")),
    ],
)
def test_the_json_forms_are_read(written: dict[str, object], read: Answer) -> None:
    assert decode(written) == read


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ({}, "no_answer"),
        ([], "not_an_object"),
        ({"note": "x"}, "no_answer"),
        ({"option": "yes", "percent": "5"}, "two_answers"),
        ({"option": "yes", "points": "5"}, "unknown_key"),
        ({"option": 1}, "not_text"),
        ({"percent": 87.5}, "float"),
        ({"percent": True}, "not_a_number"),
        ({"percent": None}, "not_a_number"),
        ({"percent": "87,5"}, "not_a_number"),
        ({"percent": "1e9"}, "not_a_number"),
        ({"percent": "nan"}, "not_a_number"),
        ({"percent": "1/0"}, "not_a_number"),
        ({"percent": "٨٥"}, "not_a_number"),
        ({"percent": "1" * 41}, "not_a_number"),
        ({"percent": "-1"}, "negative"),
        ({"percent": -1}, "negative"),
        ({"numerator": "45"}, "missing_key"),
        ({"numerator": "4.5", "denominator": "50"}, "not_whole"),
        ({"none": False}, "not_true"),
        ({"exempt": "true"}, "not_true"),
        ({"none": True, "note": 1}, "not_text"),
    ],
)
def test_anything_else_is_refused_with_a_code(written: Any, code: str) -> None:
    with pytest.raises(AnswerInvalid) as caught:
        decode(written)
    assert caught.value.code == code


def test_answers_cannot_be_negative() -> None:
    with pytest.raises(AnswerInvalid):
        Percentage(Fraction(-1))
    with pytest.raises(AnswerInvalid):
        Counts(1, -1)


def test_a_ratio_is_exact_and_in_percent() -> None:
    assert Counts(1, 3).ratio == Fraction(100, 3)
    assert Counts(1, 0).ratio is None
    assert Percentage(Fraction(7)).ratio == 7
    assert ChosenOption("yes").ratio is NoCases().ratio is Exempt().ratio is None
