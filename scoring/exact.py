"""Exact numbers: how a fraction is read from text and added up, without a float anywhere."""

import re
from collections.abc import Iterable
from fractions import Fraction
from math import lcm
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator

# No exponents: "1e999999999" would be read for hours. No signs: nothing here is negative.
_WRITTEN = re.compile(r"[0-9]{1,40}(?:\.[0-9]{1,40}|/0*[1-9][0-9]{0,39})?", re.ASCII)
_WHOLE = tuple(Fraction(whole) for whole in range(101))


def read_exact(value: object) -> Fraction:
    """The exact non-negative number written as an int, "87.5" or "171/2"; ValueError for all else, floats included."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("not_exact")  # noqa: TRY004 - pydantic collects ValueError, not TypeError
    text = str(value)
    if not _WRITTEN.fullmatch(text):
        raise ValueError("not_exact")
    return Fraction(text)


def exact_sum(values: Iterable[Fraction]) -> Fraction:
    """The exact sum. Numerators are added over one denominator: making a Fraction at every step takes three times as
    long."""
    over, below = 0, 1
    for value in values:
        numerator, denominator = value.as_integer_ratio()
        if denominator != below:
            common = lcm(below, denominator)
            over, numerator, below = over * (common // below), numerator * (common // denominator), common
        over += numerator
    return _WHOLE[over] if below == 1 and over < len(_WHOLE) else Fraction(over, below)


Exact = Annotated[Fraction, PlainValidator(read_exact), PlainSerializer(str, return_type=str)]
