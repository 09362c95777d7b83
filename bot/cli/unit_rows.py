"""The rows of an import become units, or a list of everything that is wrong with them, each with its row and cure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.cli.figures import coded
from bot.cli.tables import Cell, Row, TableUnreadable, read_table
from bot.conversation.events import UnitRow
from bot.conversation.reading.folding import fold
from bot.conversation.reading.outcomes import Refused
from bot.conversation.reading.text import read_unit_name
from bot.wording import say, texts
from scoring.library import available, load_set

COLUMNS = ("code", "name", "short_name", "kind")
_CODE_MARKS = "-_."
_LONGEST_CODE = 32


class ImportRefused(Exception):
    """Nothing was imported; `problems` are lines for the person, all at once."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(slots=True)
class _Reading:
    kinds: Mapping[str, str]
    problems: list[str] = field(default_factory=list)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def complain(self, row: int, column: str, code: str, **args: object) -> None:
        shown = {"row": row, "column": say(f"import.column.{column}")}
        self.problems.append(coded("import.problem", code, shown | args))

    def once(self, row: int, column: str, value: str) -> None:
        """Complain when an earlier row has this value already."""
        first = self.seen.setdefault((column, fold(value)), row)
        if first != row:
            self.complain(row, column, "twice", value=value, first=first)


def read_units(path: Path) -> tuple[UnitRow, ...]:
    """The units of a file, in its order; ImportRefused with every problem found."""
    try:
        table = read_table(path)
    except TableUnreadable as error:
        raise ImportRefused([coded("refusal", error.code, error.args_of_text)]) from None
    if not table:
        raise ImportRefused([say("refusal.file_empty")])
    places = _places(table[0])
    reading = _Reading(known_kinds())
    units = [_unit(reading, row, places) for row in table[1:]]
    if not units and not reading.problems:
        raise ImportRefused([say("refusal.no_units")])
    if reading.problems:
        raise ImportRefused(reading.problems)
    return tuple(units)


def known_kinds() -> dict[str, str]:
    """Every way to write a unit kind, folded, and the kind it names."""
    kinds: dict[str, str] = {}
    for name in available():
        for kind, label in load_set(name).unit_kinds.items():
            kinds |= {fold(kind): kind, fold(label): kind}
    for kind, spellings in texts("cli")["import"]["kinds"].items():
        kinds |= {fold(spelling): kind for spelling in spellings if kind in kinds.values()}
    return kinds


def _places(heading: Row) -> dict[str, int]:
    """Which column stands where; other columns (a running number, remarks) are left alone."""
    names = {fold(one): column for column in COLUMNS for one in texts("cli")["import"]["headings"][column]}
    places: dict[str, int] = {}
    problems: list[str] = []
    for place, cell in enumerate(heading[1]):
        column = names.get(fold(_text(cell)))
        if column in places:
            problems.append(say("import.column_twice", column=say(f"import.column.{column}"), row=heading[0]))
        elif column is not None:
            places[column] = place
    problems += [
        say("import.column_missing", column=say(f"import.column.{column}"), name=column, row=heading[0])
        for column in COLUMNS
        if column not in places
    ]
    if problems:
        raise ImportRefused(problems)
    return places


def _unit(reading: _Reading, row: Row, places: Mapping[str, int]) -> UnitRow:
    number, cells = row
    given = {column: cells[place] if place < len(cells) else "" for column, place in places.items()}
    code = _code(reading, number, given["code"])
    name = _name(reading, number, "name", given["name"])
    short = _name(reading, number, "short_name", given["short_name"]) if _text(given["short_name"]) else name
    kind = reading.kinds.get(fold(_text(given["kind"])), "")
    if not _text(given["kind"]):
        reading.complain(number, "kind", "blank")
    elif not kind:
        known = ", ".join(sorted(set(reading.kinds.values())))
        reading.complain(number, "kind", "unknown_kind", value=_text(given["kind"])[:60], known=known)
    return UnitRow(code, name, short, kind)


def _code(reading: _Reading, row: int, cell: Cell) -> str:
    code = _text(cell)
    if isinstance(cell, float) and not cell.is_integer():
        reading.complain(row, "code", "code_is_number", value=code)
    elif not code:
        reading.complain(row, "code", "blank")
    elif len(code) > _LONGEST_CODE or not all(one.isalnum() or one in _CODE_MARKS for one in code):
        reading.complain(row, "code", "bad_code", value=code[:60], most=_LONGEST_CODE)
    else:
        reading.once(row, "code", code)
    return code


def _name(reading: _Reading, row: int, column: str, cell: Cell) -> str:
    found = read_unit_name(_text(cell))
    if isinstance(found, Refused):
        code = "blank" if found.hint == "nothing" else "name_too_long" if found.hint == "too_long" else "bad_name"
        reading.complain(row, column, code)
        return ""
    if column == "name" and found.value:
        reading.once(row, column, found.value)
    return found.value


def _text(cell: Cell) -> str:
    """A cell as it is meant: a whole number without its decimals, composed, without blanks around or doubled."""
    shown = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return " ".join(unicodedata.normalize("NFC", shown).split())
