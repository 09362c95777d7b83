"""Tables out of the bytes of a spreadsheet program's file: XLSX, XLS, ODS, or CSV as each program spells it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from bot.lists.isolated import read_apart
from bot.lists.packages import OLE, check_ole, check_package
from bot.lists.refused import TableUnreadable
from bot.lists.unpack import LONGEST

FILE_CAP = 5 * 2**20
ROW_CAP = 5_000
COLUMN_CAP = 200
DELIMITERS = ",;\t"
_LOOKED_AT = 10
_BEGINNING = 2**15
"""Characters in which the first lines are looked for."""
_MOST_MERGED = 20_000
_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"{\\rtf",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x1f\x8b",
    b"PK",
)
_MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<table", b"<meta")
_SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xlsb", ".ods"})


@dataclass(frozen=True, slots=True)
class Dated:
    """A cell that holds a date or a time; perhaps a code that the program took for one."""

    text: str


Cell = str | float | Dated
Row = tuple[int, tuple[Cell, ...]]
"""The number of the row as the spreadsheet program shows it, and its cells; a float is a number cell."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `merged` is what cells show that are joined with the one above them: by row and column.

    In one that is not `typed` (CSV) nobody knows whether a cell was a number or a text.
    """

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False
    merged: Mapping[tuple[int, int], Cell] = field(default_factory=dict)
    typed: bool = True


def read_sheets(data: bytes, name: str, head: Callable[[Sequence[Cell]], int]) -> tuple[Sheet, ...]:
    """The tables of a file; TableUnreadable for anything else. `head` counts the column names it knows in a row."""
    if len(data) > FILE_CAP:
        raise TableUnreadable("file_too_big", most=FILE_CAP // 2**20)
    if not data.strip():
        raise TableUnreadable("file_empty")
    if data.startswith(OLE):
        check_ole(data)
        return _spreadsheet(data)
    if data.startswith(b"PK\x03\x04"):
        check_package(data)
        return _spreadsheet(data)
    if data.startswith(_BINARY) or PurePath(name).suffix.lower() in _SPREADSHEETS:
        raise TableUnreadable("not_a_spreadsheet")
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:9].lower().startswith(_MARKUP):
        raise TableUnreadable("markup")
    return (_csv(_decoded(data), head),)


def check_size(sheet: Sheet) -> None:
    """TableUnreadable when there are more rows or columns than are taken."""
    if len(sheet.rows) > ROW_CAP:
        raise TableUnreadable("too_many_rows", most=ROW_CAP)
    if any(len(cells) > COLUMN_CAP for _, cells in sheet.rows):
        raise TableUnreadable("too_many_columns", most=COLUMN_CAP)


def _spreadsheet(data: bytes) -> tuple[Sheet, ...]:
    return tuple(_sheet(one) for one in read_apart(data, ROW_CAP, COLUMN_CAP))


def _sheet(told: dict[str, Any]) -> Sheet:
    rows = tuple((number, tuple(_cell(cell) for cell in row)) for number, row in enumerate(told["rows"], start=1))
    merged: dict[tuple[int, int], Cell] = {}
    for (top, left), (bottom, _right) in told["merged"]:
        if top < len(rows) and left < len(rows[top][1]) and len(merged) < _MOST_MERGED:
            merged |= {(row + 1, left): rows[top][1][left] for row in range(top + 1, min(bottom + 1, len(rows)))}
    return Sheet(told["name"], rows, told["hidden"], merged)


def _cell(told: str | float | dict[str, str]) -> Cell:
    return Dated(told["date"]) if isinstance(told, dict) else told


def _decoded(data: bytes) -> str:
    """The text of a CSV: UTF-8, or UTF-16 with its mark (Excel's "Unicode text"); others cannot be told apart."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            raise TableUnreadable("not_a_table") from None
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise TableUnreadable("csv_not_utf8") from None
    if "\x00" in text:
        raise TableUnreadable("not_a_table")
    return text


def _csv(text: str, head: Callable[[Sequence[Cell]], int]) -> Sheet:
    skipped, said, text = _said_delimiter(text)
    delimiter = said or _delimiter(text, head)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        began = 1
        for cells in reader:
            rows.append((began + skipped, tuple(cell[:LONGEST] for cell in cells[: COLUMN_CAP + 1])))
            began = reader.line_num + 1
            if len(rows) > ROW_CAP:
                break
    except csv.Error:
        raise TableUnreadable("csv_broken", row=reader.line_num + skipped) from None
    return Sheet("", tuple(rows), typed=False)


def _said_delimiter(text: str) -> tuple[int, str, str]:
    """Some programs say it in a first line of its own: `sep=;`."""
    first, _, rest = text.partition("\n")
    said = first.strip().lower()
    if said.startswith("sep=") and said[4:] in DELIMITERS:
        return 1, said[4:] or "\t", rest
    return 0, "", text


def _delimiter(text: str, head: Callable[[Sequence[Cell]], int]) -> str:
    """The one by which most column names are found; where none is, the one most used in the first line."""
    lines = (line for line in text[:_BEGINNING].splitlines() if line.strip())
    beginning = [line for line, _ in zip(lines, range(_LOOKED_AT), strict=False)]
    known = {delimiter: max((head(_cut(line, delimiter)) for line in beginning), default=0) for delimiter in DELIMITERS}
    first = beginning[0] if beginning else ""
    return max(DELIMITERS, key=lambda one: (known[one], first.count(one)))


def _cut(line: str, delimiter: str) -> list[Cell]:
    return [cell.strip(' "') for cell in line.split(delimiter, COLUMN_CAP)]
