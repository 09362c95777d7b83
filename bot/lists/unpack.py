"""Reads one spreadsheet in a process of its own, which may neither grow nor dawdle: bytes in, sheets as JSON out.

A thousand bytes can ask the reading library for half a terabyte, and then it ends the process it lives in. It must
not be the service's. Started as a bare script (see bot.lists.isolated): it imports nothing of ours.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys

MOST_SHEETS = 30
MOST_TEXT = 3 * 2**20
"""Characters in all; five thousand units have half of that."""
LONGEST = 1_000
"""Characters of one cell that are looked at."""


def tighten(megabytes: int, seconds: int) -> None:
    """Bound what this process may take; where the system knows no such bounds, the one who waits for it does."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in (
        (resource.RLIMIT_AS, megabytes << 20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            continue


def told(cell: object) -> str | float | dict[str, str]:
    """A cell as JSON: text, a number, or a date (which a code can turn into while it is typed)."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return {"date": str(cell)}
    return str(cell)[:LONGEST]


def sheets(data: bytes, rows: int, columns: int) -> list[dict[str, object]]:
    """The sheets, the hidden ones marked, each no further than one row and one column beyond what is taken."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    found: list[dict[str, object]] = []
    left = MOST_TEXT
    for place, about in enumerate(book.sheets_metadata[:MOST_SHEETS]):
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_index(place)
        grid = [
            [told(cell) for cell in row[: columns + 1]]
            for row in sheet.to_python(skip_empty_area=False, nrows=rows + 1)
        ]
        left -= sum(len(cell) for row in grid for cell in row if isinstance(cell, str))
        if left < 0:
            raise MemoryError
        hidden = about.visible != SheetVisibleEnum.Visible
        found.append({"name": about.name, "hidden": hidden, "rows": grid, "merged": sheet.merged_cell_ranges or []})
    return found


def main() -> None:
    """Standard input to standard output; a code for why not."""
    site, rows, columns, megabytes, seconds = sys.argv[1], *map(int, sys.argv[2:6])
    sys.path.append(site)
    data = sys.stdin.buffer.read()
    tighten(megabytes, seconds)
    from python_calamine import PasswordError

    try:
        answer: dict[str, object] = {"sheets": sheets(data, rows, columns)}
    except PasswordError:
        answer = {"refused": "locked"}
    except MemoryError:
        answer = {"refused": "unpacks_too_big"}
    except Exception:  # noqa: BLE001 - whatever the library says of a broken file, it is no spreadsheet
        answer = {"refused": "not_a_spreadsheet"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
