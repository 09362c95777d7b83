"""What came of reading a typed reply: accepted, doubtful (ask before storing) or refused (nothing changes)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PercentValue:
    """A percentage exactly as its text names it: 85,5 is Fraction(171, 2)."""

    percent: Fraction


@dataclass(frozen=True, slots=True)
class CountsValue:
    """A ratio given as two counts, kept as given; `denominator` is above zero."""

    numerator: int
    denominator: int

    @property
    def percent(self) -> Fraction:
        """The exact percentage the two counts stand for."""
        return Fraction(100 * self.numerator, self.denominator)


Ratio = PercentValue | CountsValue


@dataclass(frozen=True, slots=True)
class Accepted(Generic[T]):
    """May be stored as it stands; `warning` is a code to show beside it, such as "personal_data"."""

    value: T
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Cleaned(Generic[T]):
    """May be stored, but not as typed: characters nobody can see were taken out."""

    value: T
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Doubtful(Generic[T]):
    """To be spelled out and confirmed first; `alternative` is the other way to read it, `why` a code."""

    value: T
    alternative: T | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Not read; `hint` is a code for the reply, `suggestion` the data it quotes (a corrected number, say)."""

    hint: str
    suggestion: str | None = None


Reading = Accepted[Ratio] | Doubtful[Ratio] | Refused


class UnreadError(Exception):
    """Stops the reading of one reply from deep inside; it never leaves this package."""

    def __init__(self, hint: str, suggestion: str | None = None) -> None:
        super().__init__(hint)
        self.refused = Refused(hint, suggestion)
