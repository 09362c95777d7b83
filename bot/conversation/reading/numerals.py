"""Reads a run of ordinary digits, dots and commas: as a decimal, as a count, or as neither."""

import re
from dataclasses import dataclass
from fractions import Fraction

from bot.conversation.reading.outcomes import UnreadError

MOST_COUNT_DIGITS = 9

_THOUSANDS = re.compile(r"[0-9]{1,3}([.,])[0-9]{3}(?:\1[0-9]{3})*")
_MIXED_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as typed, in digits or words.

    `value` is None for digits that can only be a count (1.234.567); `count` is None for what can be none (85,5).
    `shares` marks a part of a whole said in words (a half, three quarters), which is a ratio already.
    """

    value: Fraction | None
    count: int | None
    text: str
    doubts: tuple[str, ...] = ()
    shares: bool = False
    decimals: int = 0

    def with_doubt(self, doubt: str) -> "Numeral":
        """The same number, to be asked about."""
        return Numeral(self.value, self.count, self.text, (*self.doubts, doubt), self.shares, self.decimals)

    @property
    def amount(self) -> Fraction:
        """The number itself; UnreadError when its digits can only be a count."""
        if self.value is None:
            raise UnreadError("a_count")
        return self.value


def read_numeral(text: str) -> Numeral:
    """Reads digits with at most the separators of one decimal or of thousands; `text` is ASCII digits, `.` and `,`.

    Raises UnreadError("not_read") for two separators that make neither.
    """
    separators = sum(1 for ch in text if ch in ".,")
    thousands = bool(_THOUSANDS.fullmatch(text))
    if separators == 0:
        return Numeral(Fraction(int(text)), int(text), text, _zeros(text))
    if separators == 1:
        whole, decimals = text.replace(",", ".").split(".")
        count = int(whole + decimals) if thousands else None
        return decimal(whole, decimals, count)
    if thousands:
        return Numeral(None, int(text.replace(".", "").replace(",", "")), text)
    if _MIXED_THOUSANDS.fullmatch(text):
        return Numeral(None, None, text)
    raise UnreadError("not_read")


def decimal(whole: str, decimals: str, count: int | None = None) -> Numeral:
    """The number `whole`,`decimals`, exactly; three decimals and more are asked about (perhaps thousands)."""
    doubts = _zeros(whole)
    if len(decimals) > 2:
        doubts = (*doubts, "three_decimals" if len(decimals) == 3 else "many_decimals")
    value = Fraction(int(whole + decimals), 10 ** len(decimals))
    return Numeral(value, count, f"{whole},{decimals}", doubts, decimals=len(decimals))


def looks_like_thousands(numeral: Numeral) -> bool:
    """Whether these digits are more likely a count than a percentage."""
    return numeral.value is None or (numeral.count is not None and numeral.decimals == 3)


def _zeros(whole: str) -> tuple[str, ...]:
    """One leading zero is a habit; more of them, or a lone double zero, may be a slip."""
    odd = whole.startswith("00") and len(whole) > 1
    return ("odd_zeros",) if odd else ()
