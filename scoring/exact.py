"""Exact numbers: how a fraction is read from text and added up, without a float anywhere."""

import re
from collections.abc import Iterable
from fractions import Fraction
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
    """The exact sum. Whole points, nearly all of them, are added as integers, which is many times faster."""
    whole, rest = 0, None
    for value in values:
        if value.denominator == 1:
            whole += value.numerator
        else:
            rest = value if rest is None else rest + value
    if rest is not None:
        return rest + whole
    return _WHOLE[whole] if whole < len(_WHOLE) else Fraction(whole)


Exact = Annotated[Fraction, PlainValidator(read_exact), PlainSerializer(str, return_type=str)]
