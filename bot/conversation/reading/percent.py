"""Reads the reply to a percentage question: accepted, asked about, or refused with a hint."""

from collections.abc import Sequence
from fractions import Fraction

from bot.conversation.reading.cleaning import clean
from bot.conversation.reading.cursor import Cursor
from bot.conversation.reading.folding import split_words
from bot.conversation.reading.lexicon import Piece, Role
from bot.conversation.reading.numbers import VULGAR
from bot.conversation.reading.numerals import MOST_COUNT_DIGITS, looks_like_thousands
from bot.conversation.reading.outcomes import (
    Accepted,
    CountsValue,
    Doubtful,
    PercentValue,
    Ratio,
    Reading,
    Refused,
    UnreadError,
)
from bot.conversation.reading.ratios import Counts, Percentage, read_said
from bot.conversation.reading.requests import read_request
from bot.conversation.reading.unread import explain
from bot.conversation.reading.words import Words

_WHOLE = 100
_LEAST_LOST_COMMA = 200  # 101 to 199 is more likely a real excess than a lost comma
_LONGEST_LOST_COMMA = 4


def read_percent(text: str, words: Words, *, bounded: bool = True) -> Reading:
    """Reads `text` as a percentage or two counts, exactly as given.

    With `bounded` False (criterion 3.2) values over 100 % and a numerator above its denominator are asked about
    instead of refused. Never raises.
    """
    try:
        cleaned = clean(text)
        if read_request(cleaned.text, words, (), expecting_number=True) is not None or cleaned.text.startswith("/"):
            return Refused("a_request")
        if words.no.find(split_words(cleaned.text)) is not None:
            return Refused("ambiguous_no")
        pieces = _within_politeness(words.lexicon.pieces(cleaned.text))
        if not any(_says_something(piece) for piece in pieces):
            return Refused("no_number")
        cursor = Cursor(pieces, cleaned.doubts)
        try:
            said = read_said(cursor)
        except UnreadError as error:
            return explain(cleaned.text, pieces, error.refused)
        return _judge_counts(said, cursor, bounded) if isinstance(said, Counts) else _judge(said, cursor, bounded)
    except UnreadError as error:
        return error.refused


def _within_politeness(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Drops polite words round the reply and one mark that ends a sentence on either side of them."""
    first, last = 0, len(pieces)
    while first < last and pieces[first].role is Role.POLITE_FRONT:
        first += 1
    if 0 < first < last and pieces[first].role is Role.COMMA and not pieces[first].spaced:
        first += 1
    last = _before_ending(pieces, first, last)
    end = last
    while first < last and pieces[last - 1].role is Role.POLITE_BACK and _stands_apart(pieces[last - 1]):
        last -= 1
    if last < end:
        last = _before_ending(pieces, first, last)
    return pieces[first:last]


def _before_ending(pieces: Sequence[Piece], first: int, last: int) -> int:
    ends = last - first > 1 and pieces[last - 1].role in (Role.DOT, Role.BANG)
    return last - 1 if ends else last


def _stands_apart(piece: Piece) -> bool:
    """A lone unmarked letter glued to a number is a suffix, not politeness."""
    return piece.spaced or len(piece.text) > 1 or not piece.text.isascii()


def _says_something(piece: Piece) -> bool:
    return piece.role not in (
        Role.PERCENT,
        Role.PER_MILLE,
        Role.COMMA,
        Role.DOT,
        Role.BANG,
        Role.DASH,
        Role.MINUS,
        Role.PLUS,
    )


def _judge_counts(said: Counts, cursor: Cursor, bounded: bool) -> Reading:
    if said.denominator == 0:
        return Refused("zero_denominator")
    value = CountsValue(said.numerator, said.denominator)
    if said.numerator > said.denominator:
        if bounded:
            return Refused("numerator_larger", f"{said.denominator}/{said.numerator}")
        return Doubtful(value, why="numerator_larger")
    return Doubtful(value, why=cursor.doubts[0]) if cursor.doubts else Accepted(value)


def _judge(said: Percentage, cursor: Cursor, bounded: bool) -> Reading:
    value: Ratio = PercentValue(said.value)
    if said.value > _WHOLE:
        return _judge_excess(said, bounded)
    if not said.signed and 0 < said.value <= 1:
        return _one_or_hundred(said)
    if said.numeral.text == VULGAR:
        return Doubtful(value, PercentValue(said.value * _WHOLE), why="vulgar_fraction")
    return Doubtful(value, why=cursor.doubts[0]) if cursor.doubts else Accepted(value)


def _one_or_hundred(said: Percentage) -> Reading:
    """0,85 may be 0,85 % or 85 %; a small one-half sign is a share of the whole first."""
    as_typed, as_share = PercentValue(said.value), PercentValue(said.value * _WHOLE)
    if said.numeral.text == VULGAR:
        return Doubtful(CountsValue(said.value.numerator, said.value.denominator), as_typed, why="vulgar_fraction")
    return Doubtful(as_typed, as_share, why="one_or_hundred")


def _judge_excess(said: Percentage, bounded: bool) -> Reading:
    digits = said.numeral.text
    too_long = said.value >= 10**MOST_COUNT_DIGITS
    if bounded or too_long:
        if not said.signed and looks_like_thousands(said.numeral):
            return Refused("a_count")
        lost = None if said.signed else _lost_comma(digits)
        return Refused("over_100_lost_comma", lost) if lost else Refused("out_of_range")
    lost = None if said.signed else _lost_comma(digits)
    alternative = PercentValue(Fraction(int(digits), 10 ** (len(digits) - 2))) if lost else None
    return Doubtful(PercentValue(said.value), alternative, why="over_100")


def _lost_comma(digits: str) -> str | None:
    """855 may be 85,5 and 8550 may be 85,50; a round thousand or little over a hundred is rather what it says."""
    if not digits.isdigit() or not 3 <= len(digits) <= _LONGEST_LOST_COMMA:
        return None
    if int(digits) < _LEAST_LOST_COMMA or not digits[2:].strip("0"):
        return None
    return f"{digits[:2]},{digits[2:]}"
