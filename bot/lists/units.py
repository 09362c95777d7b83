"""Reads a list of units from the bytes of a file; the command line and a page both hand it in here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.conversation.restructuring import ListedUnit
from bot.lists.between import lines_of
from bot.lists.cells import plain
from bot.lists.heading import choose_sheet, count_names, problems_of
from bot.lists.refused import ListRefused, TableUnreadable, problem
from bot.lists.rows import Reading, read_rows
from bot.lists.tables import check_size, read_sheets


@dataclass(frozen=True, slots=True)
class ListRead:
    """The units of a list, in its order. `skipped` are the rows that are no units: headings of groups, totals."""

    units: tuple[ListedUnit, ...]
    skipped: tuple[int, ...] = ()
    sheet: str = ""


def read_list(data: bytes, name: str, stored: Collection[str] = ()) -> ListRead:
    """The units of a file; ListRefused with every problem found. `stored` are the codes the service knows.

    Blocks for up to some seconds (a spreadsheet is read in a process of its own): a page calls it in a thread.
    """
    try:
        sheets = read_sheets(data, name, count_names)
        if not any(plain(cell) for sheet in sheets for _, cells in sheet.rows for cell in cells):
            raise TableUnreadable("file_empty")
        sheet, head = choose_sheet(sheets)
        check_size(sheet)
    except TableUnreadable as error:
        raise ListRefused([problem(error.code, **error.args_of_text)]) from None
    lines = lines_of(sheet, head)
    wrong = problems_of(head, kinds_told=any(line.group for line in lines))
    if wrong:
        raise ListRefused(wrong)
    reading = Reading(sheet, head, stored)
    units = read_rows(reading, lines)
    if reading.problems:
        raise ListRefused(reading.problems)
    if not units:
        raise ListRefused([problem("no_units")])
    skipped = tuple(line.row[0] for line in lines if line.what in ("group", "total", "other"))
    return ListRead(tuple(units), skipped, sheet.name)
