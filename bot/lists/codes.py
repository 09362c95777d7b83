"""Codes as lists mangle them: zeros lost in a number cell, another case; found again where there is only one way."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from bot.conversation.reading.folding import fold
from bot.lists.cells import plain
from bot.lists.tables import Cell

_AS_NUMBER = re.compile(r"(\d+)\.0+")


def as_stored(code: str, stored: Collection[str]) -> list[str]:
    """The stored codes that a code can mean: itself, or in another case, or with other zeros in front."""
    if code in stored:
        return [code]
    alike = sorted(one for one in stored if fold(one) == fold(code))
    return alike or sorted(one for one in stored if _value(one) is not None and _value(one) == _value(code))


def shown_width(column: Iterable[Cell], stored: Iterable[str]) -> int | None:
    """How many digits the codes have that still begin with a zero, when they all have as many."""
    texts = [*(plain(cell) for cell in column if isinstance(cell, str)), *stored]
    widths = {len(text) for text in texts if text.isdecimal() and text.startswith("0")}
    return widths.pop() if len(widths) == 1 else None


def lost_zeros(code: str, width: int | None) -> bool:
    """Whether a number is shorter than the codes around it."""
    return width is not None and code.isdecimal() and len(code) < width


def _value(code: str) -> int | None:
    shown = _AS_NUMBER.sub(r"\1", code) if _AS_NUMBER.fullmatch(code) else code
    return int(shown) if shown.isdecimal() and shown.isascii() else None
