"""Reads one number where the cursor stands: in digits, in words, as a small fraction, with blanks in odd places."""

from fractions import Fraction

from bot.conversation.reading.cursor import Cursor
from bot.conversation.reading.lexicon import Role
from bot.conversation.reading.numerals import Numeral, decimal, read_numeral
from bot.conversation.reading.outcomes import UnreadError
from bot.conversation.reading.spoken import continue_in_words, read_words, starts_in_words

VULGAR = "vulgar"  # stands in Numeral.text for a fraction written as one character
_GROUP = 3


def read_number(cursor: Cursor) -> Numeral:
    """Reads one number without its sign; raises UnreadError when none begins here."""
    if starts_in_words(cursor):
        return read_words(cursor)
    if cursor.role() is Role.VULGAR:
        return _read_vulgar(cursor)
    if cursor.role() in (Role.COMMA, Role.DOT) and cursor.role(1) is Role.NUMBER and not cursor.spaced(1):
        cursor.take()
        return decimal("0", _digits(cursor)).with_doubt("bare_separator")
    if cursor.role() is not Role.NUMBER:
        raise UnreadError("not_read")
    text = cursor.take().text
    loose = _read_groups(cursor, text) or _read_decimals(cursor, text)
    return loose or continue_in_words(cursor, _with_vulgar(cursor, read_numeral(text)))


def _read_groups(cursor: Cursor, first: str) -> Numeral | None:
    """Reads a count whose thousands are parted by blanks (1 234); None when no group of three digits follows."""
    digits = first
    while first.isdigit() and len(first) <= _GROUP and cursor.role() is Role.NUMBER and cursor.spaced():
        group = cursor.pieces[cursor.at].text
        if not group.isdigit() or len(group) != _GROUP:
            break
        digits += cursor.take().text
    return Numeral(None, int(digits), digits) if digits != first else None


def _read_decimals(cursor: Cursor, whole: str) -> Numeral | None:
    """Reads a comma with blanks round it, or one with nothing behind it; None when no separator follows."""
    if cursor.role() not in (Role.COMMA, Role.DOT) or not whole.isdigit():
        return None
    loose = cursor.role(1) is Role.NUMBER and (cursor.spaced() or cursor.spaced(1))
    if loose and not cursor.passed(Role.SLASH, Role.OVER, Role.OUT_OF):
        cursor.take()
        return decimal(whole, _digits(cursor)).with_doubt("blank_in_number")
    ended = cursor.role() is Role.COMMA and cursor.role(1) is None
    if not loose and (ended or cursor.role(1) in (Role.PERCENT, Role.PERCENT_ODD, Role.PER_MILLE)):
        cursor.take()
        return read_numeral(whole).with_doubt("bare_separator")
    return None


def _digits(cursor: Cursor) -> str:
    digits = cursor.take().text
    if not digits.isdigit():
        raise UnreadError("not_read")
    return digits


def _read_vulgar(cursor: Cursor) -> Numeral:
    return Numeral(_vulgar(cursor), None, VULGAR)


def _with_vulgar(cursor: Cursor, whole: Numeral) -> Numeral:
    """85 with a small half behind it is 85,5."""
    if cursor.role() is not Role.VULGAR or whole.count is None or whole.decimals:
        return whole
    return Numeral(whole.count + _vulgar(cursor), None, whole.text, whole.doubts)


def _vulgar(cursor: Cursor) -> Fraction:
    numerator, denominator = cursor.take().text[1:-1].split("/")
    return Fraction(int(numerator), int(denominator))
