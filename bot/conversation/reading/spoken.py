"""Reads numbers written in words: tens, hundreds, decimals, halves and parts of a whole."""

from fractions import Fraction

from bot.conversation.reading.cursor import Cursor
from bot.conversation.reading.lexicon import Role
from bot.conversation.reading.numerals import Numeral, decimal, read_numeral
from bot.conversation.reading.outcomes import UnreadError

# Without its marks the word for ten and the word for tens are one, so either is read by its place.
_TENS = (Role.TENS, Role.TEN)
_STARTS = frozenset({Role.DIGIT, *_TENS, Role.HUNDRED, Role.HALF, Role.ALL})
_MULTIPLES = frozenset({*_TENS, Role.HUNDRED, Role.PART})


def starts_in_words(cursor: Cursor) -> bool:
    """Whether a number in words begins here."""
    return cursor.role() in _STARTS


def read_words(cursor: Cursor) -> Numeral:
    """Reads one number that begins with a word; always to be asked about. Raises UnreadError when it ends too early."""
    if cursor.skip(Role.ALL):
        return _share(Fraction(100))
    one = cursor.role() is Role.DIGIT and cursor.pieces[cursor.at].value == 1
    if cursor.role(1 if one else 0) is Role.HALF:
        cursor.at += 2 if one else 1
        of_a_percent = cursor.role() in (Role.PERCENT, Role.PERCENT_ODD)
        return _share(Fraction(1, 2) if of_a_percent else Fraction(50))
    return continue_in_words(cursor, _integer(cursor).with_doubt("in_words"))


def continue_in_words(cursor: Cursor, start: Numeral) -> Numeral:
    """Reads what words may follow a number: decimals, a half more, or the whole it is a part of."""
    if start.count is None:
        return start
    if cursor.skip(Role.POINT):
        return decimal(str(start.count), _decimals(cursor)).with_doubt("in_words")
    if cursor.skip(Role.PART):
        whole = _whole(cursor)
        if whole <= 0 or start.count > whole:
            raise UnreadError("not_read")
        return _share(Fraction(100 * start.count, whole))
    if cursor.role() is Role.AND_A_HALF:
        if cursor.pieces[cursor.at - 1].role in (*_TENS, Role.HUNDRED):
            raise UnreadError("not_read")  # half of one, of ten or of a hundred: nobody can tell
        cursor.take()
        return Numeral(start.count + Fraction(1, 2), None, start.text, (*start.doubts, "in_words"))
    return start


def _share(percent: Fraction) -> Numeral:
    return Numeral(percent, None, "", ("in_words",), shares=True)


def _integer(cursor: Cursor) -> Numeral:
    value = _hundreds(cursor)
    return Numeral(Fraction(value), value, str(value))


def _hundreds(cursor: Cursor) -> int:
    if cursor.skip(Role.HUNDRED):
        return 100 + _after_hundred(cursor)
    value = _below_hundred(cursor)
    if 0 < value < 10 and cursor.skip(Role.HUNDRED):
        return 100 * value + _after_hundred(cursor)
    return value


def _after_hundred(cursor: Cursor) -> int:
    if cursor.skip(Role.AND_DIGIT):
        return _digit(cursor)
    if cursor.role() in (Role.DIGIT, Role.LAST_DIGIT) and cursor.role(1) not in _MULTIPLES:
        return 10 * _digit(cursor)  # "a hundred two" is said for 120
    if cursor.role() in (Role.DIGIT, *_TENS):
        return _below_hundred(cursor)
    return 0


def _below_hundred(cursor: Cursor) -> int:
    if cursor.skip(*_TENS):
        return 10 + (_last_digit(cursor) or 0)
    tens = _digit(cursor)
    if cursor.skip(*_TENS):
        if tens == 0:
            raise UnreadError("not_read")
        return 10 * tens + (_last_digit(cursor) or 0)
    if tens == 0:
        return 0
    short = _short_last_digit(cursor, tens)
    return tens if short is None else 10 * tens + short


def _short_last_digit(cursor: Cursor, tens: int) -> int | None:
    """The second digit of a number said without its "tens"; two neighbours ("two three") are a guess, not a number."""
    if cursor.role() is Role.LAST_DIGIT:
        return cursor.take().value
    if cursor.role() is Role.DIGIT and cursor.role(1) not in _MULTIPLES:
        if cursor.pieces[cursor.at].value == tens + 1:
            raise UnreadError("one_number")
        return cursor.take().value
    return None


def _last_digit(cursor: Cursor) -> int | None:
    if cursor.role() is Role.LAST_DIGIT or (cursor.role() is Role.DIGIT and cursor.role(1) not in _MULTIPLES):
        return cursor.take().value
    return None


def _digit(cursor: Cursor) -> int:
    if cursor.role() not in (Role.DIGIT, Role.LAST_DIGIT):
        raise UnreadError("not_read")
    return cursor.take().value


def _decimals(cursor: Cursor) -> str:
    """The digits after the comma, said one by one or as one number below a hundred."""
    if cursor.role() is Role.NUMBER:
        digits = cursor.take().text
        if not digits.isdigit():
            raise UnreadError("not_read")
        return digits
    if cursor.role() in _TENS or cursor.role(1) in _TENS:
        return str(_below_hundred(cursor))
    digits = ""
    while cursor.role() in (Role.DIGIT, Role.LAST_DIGIT):
        digits += str(cursor.take().value)
    if not digits:
        raise UnreadError("not_read")
    return digits


def _whole(cursor: Cursor) -> int:
    if cursor.role() is Role.NUMBER:
        count = read_numeral(cursor.take().text).count
        if count is None:
            raise UnreadError("not_read")
        return count
    if cursor.role() is Role.LAST_DIGIT:
        return cursor.take().value
    if cursor.skip(Role.HUNDRED):
        return 100
    return _below_hundred(cursor)
