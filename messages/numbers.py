"""How numbers are written for people: decimal comma, thousands dot, halves rounded up; exact until the last step."""

import re
from fractions import Fraction

_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
_SHOWN = 2
# Longer than anything that can be typed into 64 characters; it only bounds the loop.
_MOST = 70


def points(value: object) -> str:
    """Points with at most two decimals: Fraction(35, 8) is "4,38", 9/2 is "4,5", 5 is "5".

    More of them where rounding would land on a whole number that was not quite reached or left: 4,995 of 5 points are
    never shown as "5/5".
    """
    exact = _exact(value)
    if exact.denominator == 1 and exact.numerator >= 0:
        return str(exact.numerator)
    decimals = _SHOWN
    while exact.denominator != 1 and decimals < _MOST and _scaled(exact, decimals) % 10**decimals == 0:
        decimals += 1
    return _trimmed(_rounded(exact, decimals))


def points2(value: object) -> str:
    """Points with exactly two decimals, for tables: 9/2 is "4,50"."""
    return _rounded(_exact(value), _SHOWN)


def percent(value: object) -> str:
    """A percentage (in percent): Fraction(175, 2) is "87,5%".

    Two decimals, and more where rounding would land on a tenth that was not quite reached or left: every edge of a rule
    is such a number, so 49,999 % never reads as 50 %. A decimal text ("87.50") was rounded by scoring and stays so.
    """
    if isinstance(value, str):
        return shown(value) + "%"
    exact = _exact(value)
    if exact.denominator == 1:
        return f"{exact.numerator}%"
    for decimals in range(_SHOWN, _MOST):
        rounded = Fraction(_scaled(exact, decimals), 10**decimals)
        if rounded == exact or (rounded * 10).denominator != 1:
            return _trimmed(_rounded(exact, decimals)) + "%"
    return _trimmed(_rounded(exact, _MOST)) + "%"


def shown(value: object) -> str:
    """A decimal text that scoring has already rounded, with our comma and no idle zeros: "79.995" is "79,995"."""
    if not isinstance(value, str):
        raise TypeError(f"a decimal text is needed, not {type(value).__name__}")
    if not _DECIMAL.fullmatch(value):
        raise ValueError("no decimal text")
    return _trimmed(value.replace(".", ",")) if "." in value else value


def count(value: object) -> str:
    """A whole number with dots between thousands: 12500 is "12.500"."""
    exact = _exact(value)
    if exact.denominator != 1:
        raise ValueError("a count is whole")
    return f"{exact.numerator:,}".replace(",", ".")


def two(value: object) -> str:
    """A whole number in at least two digits, as official letters write it: 2 is "02"."""
    exact = _exact(value)
    if exact.denominator != 1:
        raise ValueError("a count is whole")
    return f"{exact.numerator:02d}"


def _exact(value: object) -> Fraction | int:
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return value
    raise TypeError(f"an exact number is needed, not {type(value).__name__}")


def _scaled(exact: Fraction | int, decimals: int) -> int:
    """|exact| * 10**decimals, halves rounded away from zero, with the sign back on."""
    scale: int = 10**decimals
    size = (2 * abs(exact.numerator) * scale + exact.denominator) // (2 * exact.denominator)
    return size if exact >= 0 else -size


def _rounded(exact: Fraction | int, decimals: int) -> str:
    scaled = _scaled(exact, decimals)
    whole, rest = divmod(abs(scaled), 10**decimals)
    return f"{'−' if scaled < 0 else ''}{whole},{rest:0{decimals}d}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(",")
