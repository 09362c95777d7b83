"""A table out of a file made with a spreadsheet program: CSV in UTF-8, or XLSX; capped before it is unpacked."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

FILE_CAP = 5 * 2**20
UNPACKED_CAP = 50 * 2**20
ROW_CAP = 5_000
COLUMN_CAP = 100

Cell = str | float
Row = tuple[int, tuple[Cell, ...]]
"""The number of the row as the spreadsheet program shows it, and its cells; a float is a number cell."""


class TableUnreadable(Exception):
    """The file is no table we read; `code` says why."""

    def __init__(self, code: str, **args: object) -> None:
        super().__init__(code)
        self.code = code
        self.args_of_text = args


def read_table(path: Path) -> list[Row]:
    """The rows that are not blank, the heading included; TableUnreadable for anything else."""
    try:
        if path.stat().st_size > FILE_CAP:
            raise TableUnreadable("file_too_big", most=FILE_CAP // 2**20)
        content = path.read_bytes()
    except OSError as error:
        raise TableUnreadable("file", file=path, reason=error.strerror or "") from None
    if not content:
        raise TableUnreadable("file_empty")
    rows = _spreadsheet(content) if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else _csv(content)
    if len(rows) > ROW_CAP:
        raise TableUnreadable("too_many_rows", most=ROW_CAP)
    return [row for row in rows if any(str(cell).strip() for cell in row[1])]


def _spreadsheet(content: bytes) -> list[Row]:
    _check_unpacked(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        table = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=ROW_CAP + 1)
    except (CalamineError, OSError, ValueError, IndexError):
        raise TableUnreadable("not_a_spreadsheet") from None
    return [
        (number, tuple(cell if isinstance(cell, float) else str(cell) for cell in row[:COLUMN_CAP]))
        for number, row in enumerate(table, start=1)
    ]


def _check_unpacked(content: bytes) -> None:
    """A spreadsheet is a ZIP: what it says it unpacks to is looked at before anything is unpacked."""
    if not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise TableUnreadable("not_a_spreadsheet") from None
    if size > UNPACKED_CAP:
        raise TableUnreadable("file_too_big", most=UNPACKED_CAP // 2**20)


def _csv(content: bytes) -> list[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableUnreadable("csv_not_utf8") from None
    if "\x00" in text:
        raise TableUnreadable("not_a_table")
    heading = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        began = 1
        for cells in reader:
            rows.append((began, tuple(_limited(cells))))
            began = reader.line_num + 1
            if len(rows) > ROW_CAP:
                break
    except csv.Error:
        raise TableUnreadable("csv_broken", row=reader.line_num) from None
    return rows


def _limited(cells: Sequence[str]) -> Sequence[str]:
    return cells[:COLUMN_CAP]
