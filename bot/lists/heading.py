"""Which row names the columns, and where each column stands; other columns are left alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.lists.cells import key, plain
from bot.lists.refused import ListRefused, column_name, problem, words
from bot.lists.tables import Cell, Row, Sheet

COLUMNS = ("code", "name", "short_name", "kind", "email", "phone", "into", "status")
NEEDED = ("code", "name", "kind")
LOOKED_AT = 10
"""The heading stands in one of the first rows, below titles and blank rows."""
FEWEST = 2
"""Column names that make a row a heading: a title may be one."""


@dataclass(frozen=True, slots=True)
class Head:
    """The row of the column names: its number, and every place where each column's name stands."""

    row: int
    places: Mapping[str, tuple[int, ...]]

    @property
    def is_whole(self) -> bool:
        """Whether units can be told by it."""
        return "code" in self.places and "name" in self.places

    def column(self, name: str) -> int | None:
        """Where a column stands; None where there is none."""
        return self.places[name][0] if name in self.places else None


@cache
def names() -> Mapping[str, str]:
    """Every way to name a column, and the column."""
    return {key(one): column for column in COLUMNS for one in words("headings")[column]}


def count_names(cells: Sequence[Cell]) -> int:
    """How many different columns a row names."""
    return len({column for cell in cells if (column := names().get(key(plain(cell))))})


def choose_sheet(sheets: Iterable[Sheet]) -> tuple[Sheet, Head]:
    """The one table with a heading; one that is hidden only where no other has any. ListRefused for none or several."""
    headed = [(sheet, head) for sheet in sheets if (head := find_head(sheet))]
    for wanted in ((False, True), (True, True), (False, False), (True, False)):
        found = [(sheet, head) for sheet, head in headed if (sheet.hidden, head.is_whole) == wanted]
        if len(found) > 1:
            shown = ", ".join(f"“{sheet.name}”" for sheet, _ in found)
            raise ListRefused([problem("many_sheets", sheets=shown)])
        if found:
            return found[0]
    needed = ", ".join(column_name(column) for column in NEEDED)
    raise ListRefused([problem("no_heading", most=LOOKED_AT, columns=needed)])


def find_head(sheet: Sheet) -> Head | None:
    """The row that names most columns, the first of its like."""
    heads = [_head(sheet, row) for row in sheet.rows if row[0] <= LOOKED_AT]
    best = max(heads, key=lambda head: len(head.places), default=None)
    told = best is not None and len(best.places) >= FEWEST and ("code" in best.places or "name" in best.places)
    return best if told else None


def _head(sheet: Sheet, row: Row) -> Head:
    """What a row names; a name joined with it from above (a heading of two rows) counts too."""
    number, cells = row
    places: dict[str, tuple[int, ...]] = {}
    for place, cell in enumerate(cells):
        column = names().get(key(plain(cell) or plain(sheet.merged.get((number, place), ""))))
        if column is not None:
            places[column] = (*places.get(column, ()), place)
    return Head(number, places)


def problems_of(head: Head, *, kinds_told: bool) -> list[str]:
    """What is wrong with the heading; rows between the units may tell their kinds instead of a column."""
    needed = [column for column in NEEDED if column not in head.places and not (column == "kind" and kinds_told)]
    twice = [column for column, places in head.places.items() if len(places) > 1]
    return [problem("column_twice", row=head.row, column=column_name(column)) for column in twice] + [
        problem("column_missing", row=head.row, column=column_name(column), name=column) for column in needed
    ]
