"""Rows between the units: headings of groups, totals, numbers of columns, signatures; none of them is a unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bot.conversation.reading.folding import fold
from bot.lists.cells import key, plain
from bot.lists.heading import Head
from bot.lists.refused import words
from bot.lists.tables import Row, Sheet
from scoring.library import available, load_set

_NUMBER = re.compile(r"\(?\d+(?:[.,]\d+)*\)?")
_MARK = re.compile(r"(?:[IVX]{1,6}|[A-Z])[.)]?")
_MARKED = re.compile(r"(?:[IVX]{1,6}|[A-Z])\s*[.)/:-]\s*(?=\S)")
_COUNTED = re.compile(r"\(?(?:\d{1,2}|[A-Z])\)?")
_FEWEST_COUNTED = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A row as its columns tell it: the texts of the known columns, and what it is (unit, group, total, other, lone).
    `group` is the kind of unit that the heading of a group names."""

    row: Row
    known: Mapping[str, str]
    what: str = "unit"
    group: str = ""


@cache
def known_kinds() -> Mapping[str, str]:
    """Every way to write a unit kind, as `_kind_key` spells it, and the kind it names."""
    kinds: dict[str, str] = {}
    for name in available():
        for kind, label in load_set(name).unit_kinds.items():
            kinds |= {_kind_key(kind): kind, _kind_key(label): kind}
    for kind, spellings in words("kinds").items():
        kinds |= {_kind_key(spelling): kind for spelling in spellings if kind in kinds.values()}
    return kinds


def kind_of(text: str) -> str:
    """The unit kind that a text names, "" for none; commas between its words do not matter."""
    return known_kinds().get(_kind_key(text), "")


def kind_names() -> str:
    """The kinds there are, as people write them."""
    return ", ".join(f"“{kind_name(kind)}”" for kind in sorted(set(known_kinds().values())))


def kind_name(kind: str) -> str:
    """What people call a kind."""
    return str(words("kind_names").get(kind, kind))


def _kind_key(text: str) -> str:
    return " ".join(key(text.replace(",", " ")).split())


def lines_of(sheet: Sheet, head: Head) -> list[Line]:
    """The rows below the heading that are not blank, each told apart."""
    below = [row for row in sheet.rows if row[0] > head.row and any(plain(cell) for cell in row[1])]
    if below and _counts_columns(below[0]):
        below = below[1:]
    lines: list[Line] = []
    ended = False
    for row in below:
        line = _line(sheet, head, row)
        if ended and not line.known.get("code"):
            line = Line(row, line.known, "other")  # signatures and remarks below the total
        ended = ended or line.what == "total"
        lines.append(line)
    return lines


def _counts_columns(row: Row) -> bool:
    """Whether a row only numbers the columns: (1) (2) (3)."""
    texts = [plain(cell) for cell in row[1] if plain(cell)]
    return len(texts) >= _FEWEST_COUNTED and all(_COUNTED.fullmatch(one) for one in texts)


def _line(sheet: Sheet, head: Head, row: Row) -> Line:
    number, cells = row
    places = {column: head.places[column][0] for column in head.places}
    known = {column: plain(cells[place]) if place < len(cells) else "" for column, place in places.items()}
    said = [column for column, text in known.items() if text]
    code_at = places.get("code", -1)
    if not known.get("code") and plain(sheet.merged.get((number, code_at), "")):
        return Line(row, known, "other")  # a second line of the unit above
    texts = [text for text in (plain(cell) for cell in cells) if text and not _NUMBER.fullmatch(text)]
    if texts and all(_is_total(text) for text in texts):
        return Line(row, known, "total")
    group = _group(texts, known)
    if group is not None:
        return Line(row, known, "group", group)
    if not said:
        return Line(row, known, "other")
    return Line(row, known, "lone" if len(said) == 1 else "unit")


def _is_total(text: str) -> bool:
    return key(re.sub(r"\d+", " ", text)) in {key(one) for one in words("totals")["words"]}


def _group(texts: list[str], known: Mapping[str, str]) -> str | None:
    """The kind that a group's heading names, "" for one that names none; None when the row heads no group."""
    marked = len(texts) > 1 and _MARK.fullmatch(texts[0]) is not None
    titles = texts[1:] if marked else texts
    if len(titles) != 1:
        return None
    title = titles[0]
    kind = kind_of(_MARKED.sub("", title, count=1)) or kind_of(title)
    if kind:
        return kind
    behind = marked and known.get("code") != texts[0]
    heads = _MARKED.match(title) is not None and not fold(known.get("code", ""))
    return "" if behind or heads else None
