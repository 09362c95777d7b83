"""Finds the most useful hint for a reply to a percentage question that could not be read."""

import re
from collections.abc import Sequence

from bot.conversation.reading.lexicon import Piece, Role
from bot.conversation.reading.outcomes import Refused

_DATE = re.compile(
    r"[^0-9]*(?:(?:0?[1-9]|[12][0-9]|3[01])([/.-])(?:0?[1-9]|1[0-2])\1(?:[0-9]{4}|[0-9]{2})"
    r"|[0-9]{4}([/-])[0-9]{1,2}\2[0-9]{1,2})[^0-9]*"
)
_NUMBERS = frozenset({Role.NUMBER, Role.VULGAR})
_NUMBER_WORDS = frozenset(
    {Role.DIGIT, Role.LAST_DIGIT, Role.TEN, Role.TENS, Role.HUNDRED, Role.AND_DIGIT, Role.HALF, Role.ALL}
)
_COMPARISONS = frozenset({Role.INEQUALITY, Role.RANGE, Role.OVER})
# What may stand between two numbers in ordinary writing; a dot or a slash between them is a misspelt number.
_STRANGE = frozenset({Role.UNKNOWN, Role.SEMICOLON, Role.SLASH, Role.DOT, Role.BANG, Role.VAGUE})
_PARTING = frozenset(
    {Role.DASH, Role.MINUS, Role.PLUS, Role.RANGE, Role.APPROXIMATE, Role.ARROW, Role.OPEN, Role.INEQUALITY}
)


def explain(text: str, pieces: Sequence[Piece], refused: Refused) -> Refused:
    """Returns `refused`, or a closer hint than "not_read" where the reply shows what its writer meant."""
    if refused.hint not in ("not_read", "one_number", "whole_counts"):
        return refused
    roles = [piece.role for piece in pieces]
    numbers = sum(role in _NUMBERS for role in roles)
    if _DATE.fullmatch(text) or (numbers and Role.DATE in roles):
        return Refused("a_date")
    if refused.hint != "not_read":
        return refused
    if _several(pieces, roles, numbers) or _two_fractions(roles):
        return Refused("one_number")
    if numbers == 1 and Role.UNIT in roles and Role.UNKNOWN not in roles:
        return Refused("a_count")
    return refused


def _several(pieces: Sequence[Piece], roles: Sequence[Role], numbers: int) -> bool:
    """Whether the reply holds two values or a range, written in an ordinary way."""
    if not _STRANGE.isdisjoint(roles):
        return False
    if not numbers:
        words = sum(role in _NUMBER_WORDS for role in roles)
        several = words > 2 and Role.POINT not in roles
        return several or (words > 0 and not _COMPARISONS.isdisjoint(roles))
    if not _COMPARISONS.isdisjoint(roles) or roles[-1] is Role.PLUS:
        return True
    return numbers > 1 and all(_apart(pieces, at) for at in range(1, len(pieces)))


def _two_fractions(roles: Sequence[Role]) -> bool:
    starts = [at for at in range(len(roles) - 2) if list(roles[at : at + 3]) == [Role.NUMBER, Role.SLASH, Role.NUMBER]]
    return len(starts) == 2 and starts[1] - starts[0] > 2 and Role.UNKNOWN not in roles


def _apart(pieces: Sequence[Piece], at: int) -> bool:
    piece, before = pieces[at], pieces[at - 1]
    return piece.role not in _NUMBERS or piece.spaced or before.role in _PARTING
