"""What a cell says: composed, without blanks around or doubled and without what nobody sees; and how texts compare."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.conversation.reading.folding import fold, without_invisible
from bot.lists.tables import Cell, Dated

_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_AT_THE_EDGES = " .:;,*-–_/\\"


def plain(cell: Cell) -> str:
    """A cell as text; a whole number without its decimals."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    return _composed(cell.text if isinstance(cell, Dated) else cell)


@lru_cache(maxsize=2**15)
def _composed(text: str) -> str:
    """A cell is looked at several times: as a heading, as a row, as a value."""
    return " ".join((text if text.isascii() else without_invisible(text)).split())


@lru_cache(maxsize=2**15)
def key(text: str) -> str:
    """What texts are compared by: no marks, no case, no brackets, nothing at the edges."""
    return fold(_IN_BRACKETS.sub(" ", without_invisible(text))).strip(_AT_THE_EDGES)
