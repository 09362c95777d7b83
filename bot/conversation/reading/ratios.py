"""Reads what a reply to a percentage question says: one percentage, two counts, or both where they agree."""

from dataclasses import dataclass
from fractions import Fraction

from bot.conversation.reading.cursor import Cursor
from bot.conversation.reading.lexicon import Role
from bot.conversation.reading.numbers import VULGAR, read_number
from bot.conversation.reading.numerals import MOST_COUNT_DIGITS, Numeral
from bot.conversation.reading.outcomes import UnreadError

_SIGNS = (Role.PERCENT, Role.PERCENT_ODD)
_AGREEMENT = Fraction(1, 20)
_NAMES = (Role.NUMERATOR, Role.DENOMINATOR)
_BETWEEN = (Role.COMMA, Role.SEMICOLON, Role.SLASH, Role.OVER, Role.OUT_OF, Role.RANGE, Role.DASH)
"""What may part a numerator from a denominator where both are called so."""
_LINKS = (Role.EQUALS, Role.ARROW, Role.LABEL, Role.SAME, Role.COMMA, Role.APPROXIMATE, Role.DASH)


@dataclass(frozen=True, slots=True)
class Percentage:
    """One percentage; `signed` when a percent or per-mille sign (or a share in words) settles its scale."""

    value: Fraction
    signed: bool
    numeral: Numeral


@dataclass(frozen=True, slots=True)
class Counts:
    """Two counts as typed, not yet checked against each other."""

    numerator: int
    denominator: int


Said = Percentage | Counts


def read_said(cursor: Cursor) -> Said:
    """Reads the whole of `cursor`, noting doubts on it; raises UnreadError when anything is left over."""
    signed = _read_front(cursor)
    said = _read_named(cursor) if cursor.role() in _NAMES and not signed else _read_value(cursor, signed)
    if not cursor.done and cursor.role() in (Role.OPEN, *_LINKS):
        said = _read_second(cursor, said)
    _read_tail(cursor)
    if not cursor.done:
        raise UnreadError("not_read")
    return said


def _read_front(cursor: Cursor) -> bool:
    """Steps over labels, approximations and a leading percent sign; whether there was such a sign."""
    signed = False
    while True:
        if cursor.skip_all(Role.CHATTY):
            cursor.doubt("chatty")
        elif cursor.skip_all(Role.LABEL):
            cursor.doubt("labelled")
            if cursor.role() in (Role.COLON, Role.EQUALS) or (cursor.role() is Role.DASH and cursor.spaced(1)):
                cursor.take()
        elif cursor.skip_all(Role.APPROXIMATE):
            cursor.doubt("approximate")
        elif not signed and cursor.role() in _SIGNS:
            _doubt_odd_sign(cursor)
            signed = True
        elif cursor.role() is Role.DASH and cursor.spaced() and cursor.spaced(1):
            cursor.take()
            cursor.doubt("list_bullet")
        else:
            return signed


def _read_value(cursor: Cursor, signed: bool) -> Said:
    plus = cursor.role() is Role.PLUS
    negative = _read_sign(cursor)
    first = read_number(cursor)
    if negative:
        first = _negated(first)
    if _at_fraction(cursor):
        if plus:
            cursor.doubt("plus_before_counts")
        return _read_counts(cursor, first)
    value = first.amount
    per_mille = cursor.skip(Role.PER_MILLE)
    if per_mille:
        cursor.doubt("per_mille")
        value /= 10
    elif cursor.role() in _SIGNS:
        if signed:
            cursor.doubt("percent_twice")
        signed = True
        _read_signs(cursor)
    cursor.doubts.extend(first.doubts)
    return Percentage(value, signed or bool(per_mille) or first.shares, first)


def _read_sign(cursor: Cursor) -> bool:
    """Steps over one plus or minus; whether it was a minus."""
    if cursor.role() in (Role.NEGATIVE, Role.MINUS) or (cursor.role() is Role.DASH and not cursor.spaced(1)):
        cursor.take()
        return True
    if cursor.skip(Role.PLUS) and cursor.spaced():
        cursor.doubt("blank_in_number")
    return False


def _negated(numeral: Numeral) -> Numeral:
    if numeral.amount != 0:
        raise UnreadError("negative")
    return Numeral(Fraction(0), None, numeral.text, (*numeral.doubts, "minus_zero"))


def _read_signs(cursor: Cursor) -> None:
    _doubt_odd_sign(cursor)
    while cursor.role() in _SIGNS:
        _doubt_odd_sign(cursor)
        cursor.doubt("percent_twice")


def _doubt_odd_sign(cursor: Cursor) -> None:
    if cursor.take().role is Role.PERCENT_ODD:
        cursor.doubt("odd_percent_sign")


def _at_fraction(cursor: Cursor) -> bool:
    """Whether a fraction's separator follows, perhaps after what is counted (45 files / 50 files)."""
    ahead = 0
    while cursor.role(ahead) is Role.UNIT:
        ahead += 1
    return cursor.role(ahead) in (Role.SLASH, Role.COLON, Role.OVER, Role.OUT_OF)


def _read_counts(cursor: Cursor, first: Numeral) -> Counts:
    if cursor.skip_all(Role.UNIT):
        cursor.doubt("unit")
    numerator = _count(cursor, first)
    if cursor.take().role is Role.OUT_OF:
        cursor.doubt("in_words")
    if cursor.skip_all(Role.TOTAL):
        cursor.doubt("in_words")
        cursor.skip_all(Role.UNIT, Role.LABEL)
    if cursor.role() in (Role.DASH, Role.MINUS):
        raise UnreadError("negative")
    denominator = _count(cursor, read_number(cursor))
    if cursor.role() in (*_SIGNS, Role.PER_MILLE):
        cursor.doubt("percent_twice")
        cursor.take()
    return Counts(numerator, denominator)


def _read_named(cursor: Cursor) -> Counts:
    """Two counts that are called numerator and denominator: the words say which is which, not the order."""
    first = cursor.take().role
    counts = {first: _read_called(cursor)}
    cursor.skip(*_BETWEEN)
    other = cursor.skip(*(role for role in _NAMES if role is not first))
    if other is None:
        raise UnreadError("not_read")
    counts[other.role] = _read_called(cursor)
    return Counts(counts[Role.NUMERATOR], counts[Role.DENOMINATOR])


def _read_called(cursor: Cursor) -> int:
    """The count behind its name, with what is counted."""
    if cursor.role() in (Role.COLON, Role.EQUALS, Role.SAME) or (cursor.role() is Role.DASH and cursor.spaced(1)):
        cursor.take()
    elif cursor.skip_all(Role.LABEL):
        cursor.doubt("labelled")
    if cursor.role() in (Role.DASH, Role.MINUS, Role.NEGATIVE):
        raise UnreadError("negative")
    count = _count(cursor, read_number(cursor))
    if cursor.skip_all(Role.UNIT):
        cursor.doubt("unit")
    return count


def _count(cursor: Cursor, numeral: Numeral) -> int:
    if numeral.count is None:
        raise UnreadError("not_read" if numeral.shares or numeral.text == VULGAR else "whole_counts")
    if len(str(numeral.count)) > MOST_COUNT_DIGITS:
        raise UnreadError("not_read")
    if numeral.value is None or numeral.decimals:
        cursor.doubt("thousands_in_count")
    cursor.doubts.extend(why for why in numeral.doubts if why != "three_decimals")
    return numeral.count


def _read_second(cursor: Cursor, first: Said) -> Said:
    """Reads `= 90%` or `(90%)` behind counts, or counts behind a percentage; they must say the same."""
    mark = cursor.role()
    bracketed = bool(cursor.skip(Role.OPEN))
    cursor.skip_all(*_LINKS)
    if cursor.done:
        if mark is Role.LABEL:  # "45/50 reached": a verb behind the number
            cursor.doubt("labelled")
            return first
        raise UnreadError("not_read")
    second = _read_value(cursor, signed=False)
    if bracketed and not cursor.skip(Role.CLOSE):
        raise UnreadError("not_read")
    if isinstance(first, Counts) and isinstance(second, Percentage):
        counts, percentage = first, second
    elif isinstance(first, Percentage) and isinstance(second, Counts):
        counts, percentage = second, first
    else:
        raise UnreadError("not_read")
    cursor.doubt("with_percentage")
    if counts.denominator and abs(Fraction(100 * counts.numerator, counts.denominator) - percentage.value) > _AGREEMENT:
        raise UnreadError("percent_disagrees", f"{counts.numerator}/{counts.denominator}")
    return counts


def _read_tail(cursor: Cursor) -> None:
    """Steps over what may stand behind the value: its unit, points, small talk."""
    if cursor.role() is Role.UNIT and not _has_scale(cursor):
        raise UnreadError("a_count")
    for role, doubt in (
        (Role.UNIT, "unit"),
        (Role.POINTS, "points"),
        (Role.CHATTY, "chatty"),
        (Role.LABEL, "labelled"),
    ):
        if cursor.skip_all(role):
            cursor.doubt(doubt)
    if cursor.role() in _SIGNS and cursor.pieces[cursor.at - 1].role is Role.POINTS:
        cursor.take()  # "85 percentage points"
    cursor.skip_all(Role.CHATTY)


def _has_scale(cursor: Cursor) -> bool:
    """Whether a percent sign or a fraction came before, so that a unit behind it counts nothing by itself."""
    return cursor.passed(*_SIGNS, Role.PER_MILLE, Role.SLASH, Role.COLON, Role.OVER, Role.OUT_OF)
