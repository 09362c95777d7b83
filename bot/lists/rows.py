"""The rows of a list become units, or sentences about everything that is wrong with them, each with row and cure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.conversation.reading.folding import fold
from bot.conversation.reading.outcomes import Refused
from bot.conversation.reading.text import read_unit_name
from bot.conversation.restructuring import ListedUnit
from bot.lists.between import Line, kind_names, kind_of
from bot.lists.cells import key, plain
from bot.lists.codes import as_stored, lost_zeros, shown_width
from bot.lists.heading import Head
from bot.lists.refused import column_name, problem, words
from bot.lists.tables import Cell, Dated, Sheet

_CODE_MARKS = "-_."
_LONGEST_CODE = 32
_SHOWN = 60
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_PHONE = re.compile(r"\+?[0-9(][0-9 ().,/+-]{4,38}[0-9]")
_PHONE_DIGITS = (9, 10)
"""Of a number whose leading zero a number cell has swallowed."""


@dataclass(slots=True)
class Reading:
    """What one list is read with, and what was found wrong so far. `stored` are the codes the service knows."""

    sheet: Sheet
    head: Head
    stored: Collection[str]
    width: int | None = None
    problems: list[str] = field(default_factory=list)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def complain(self, row: int, column: str, code: str, **args: object) -> None:
        """One more thing that is wrong."""
        self.problems.append(problem(code, row=row, column=column_name(column), **args))

    def once(self, row: int, column: str, value: str) -> None:
        """Complain when an earlier row has this value already."""
        first = self.seen.setdefault((column, fold(value)), row)
        if first != row:
            self.complain(row, column, "twice", value=value, first=first)


def read_rows(reading: Reading, lines: Iterable[Line]) -> list[ListedUnit]:
    """The units of a table, in its order; what is wrong gathers in `reading`."""
    lines = list(lines)
    place = reading.head.column("code")
    codes = [line.row[1][place] for line in lines if place is not None and place < len(line.row[1])]
    reading.width = shown_width(codes, reading.stored)
    units: list[ListedUnit] = []
    group = ""
    for line in lines:
        if line.what == "group":
            group = line.group
        elif line.what == "lone":
            value = next(text for text in line.known.values() if text)
            reading.problems.append(problem("lone", row=line.row[0], value=value[:_SHOWN]))
        elif line.what == "unit":
            units.append(_unit(reading, line, group))
    listed = {unit.code for unit in units} | set(reading.stored)
    return [_with_code(unit, listed) if unit.into else unit for unit in units]


def _with_code(unit: ListedUnit, listed: Collection[str]) -> ListedUnit:
    """The unit with its successor named by the code that is meant, where one is."""
    found = as_stored(unit.into, listed)
    return replace(unit, into=found[0]) if len(found) == 1 else unit


def _unit(reading: Reading, line: Line, group: str) -> ListedUnit:
    row, known = line.row[0], line.known
    place = reading.head.column("code")
    code = _code(reading, row, line.row[1][place] if place is not None and place < len(line.row[1]) else "")
    into = known.get("into", "")
    ended = _ended(reading, row, known.get("status", ""), into)
    name = _name(reading, row, "name", known.get("name", ""))
    if name and not ended:
        reading.once(row, "name", name)
    short = known.get("short_name")
    return ListedUnit(
        row=row,
        code=code,
        name=name,
        short_name=_name(reading, row, "short_name", short) if short else short,
        kind=_kind(reading, line, group),
        email=_email(reading, row, known.get("email")),
        phone=_phone(reading, line),
        into=into,
        ended=ended,
    )


def _code(reading: Reading, row: int, cell: Cell) -> str:
    """The code as the service knows it, "" with a complaint when it cannot be told."""
    code = plain(cell)
    found = as_stored(code, reading.stored)
    wrong = _wrong_code(reading, cell, code, found)
    if wrong is not None:
        name, told = wrong
        reading.complain(row, "code", name, value=code[:_SHOWN], **told)
        return ""
    code = found[0] if found else code
    reading.once(row, "code", code)
    return code


def _wrong_code(reading: Reading, cell: Cell, code: str, found: Sequence[str]) -> tuple[str, dict[str, object]] | None:
    """What is wrong with a code, and what is told of it."""
    wrong: tuple[str, dict[str, object]] | None = None
    if not code:
        wrong = "blank", {}
    elif isinstance(cell, Dated):
        wrong = "code_is_date", {}
    elif isinstance(cell, float) and not cell.is_integer():
        wrong = "code_is_number", {}
    elif len(code) > _LONGEST_CODE or not all(one.isalnum() or one in _CODE_MARKS for one in code):
        wrong = "bad_code", {"most": _LONGEST_CODE}
    elif len(found) > 1:
        wrong = "code_ambiguous", {"codes": ", ".join(found)}
    elif not found and lost_zeros(code, reading.width) and not (reading.sheet.typed and isinstance(cell, str)):
        told = "code_lost_zeros" if reading.sheet.typed else "code_too_short"
        wrong = told, {"width": reading.width, "padded": code.zfill(reading.width or 0)}
    return wrong


def _name(reading: Reading, row: int, column: str, text: str) -> str:
    found = read_unit_name(text)
    if isinstance(found, Refused):
        code = "blank" if found.hint == "nothing" else "name_too_long" if found.hint == "too_long" else "bad_name"
        reading.complain(row, column, code)
        return ""
    return found.value


def _kind(reading: Reading, line: Line, group: str) -> str:
    """The kind as written; as written above where cells are joined; as the heading of the group names it."""
    row, place = line.row[0], reading.head.column("kind")
    text = line.known.get("kind", "")
    if not text and place is not None:
        text = plain(reading.sheet.merged.get((row, place), ""))
    if not text and group:
        return group
    kind = kind_of(text)
    if not text:
        reading.complain(row, "kind", "blank_kind", known=kind_names())
    elif not kind:
        reading.complain(row, "kind", "unknown_kind", value=text[:_SHOWN], known=kind_names())
    return kind


def _ended(reading: Reading, row: int, status: str, into: str) -> bool:
    """Whether the unit is no more, merged or not."""
    said = _status(status)
    if said is None:
        reading.complain(row, "status", "unknown_status", value=status[:_SHOWN])
    if said == "merged" and not into:
        reading.complain(row, "status", "merged_into_what", value=status[:_SHOWN])
    return bool(into) or said in ("ended", "merged")


def _status(text: str) -> str | None:
    if not text:
        return "living"
    ways: Mapping[str, list[str]] = words("statuses")
    return next((way for way, spellings in ways.items() if key(text) in {key(one) for one in spellings}), None)


def _email(reading: Reading, row: int, text: str | None) -> str | None:
    if text and not _EMAIL.fullmatch(text):
        reading.complain(row, "email", "bad_email", value=text[:_SHOWN])
    return text


def _phone(reading: Reading, line: Line) -> str | None:
    row, place = line.row[0], reading.head.column("phone")
    text = line.known.get("phone")
    if not text or place is None:
        return text
    if isinstance(line.row[1][place], float) and len(text) in _PHONE_DIGITS and text.isdigit():
        return f"0{text}"
    if not _PHONE.fullmatch(text):
        reading.complain(row, "phone", "bad_phone", value=text[:_SHOWN])
    return text
