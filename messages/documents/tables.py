"""Lists of a mailing's recipients as workbooks: those to be called, and everyone with what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from messages.documents.words import needed, read_words, tidy
from messages.errors import MessageBroken

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
"""The date of a file that nobody dated: always the same, so that its bytes are."""
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDTHS = {"number": 5, "unit": 34, "person": 22, "phone": 17, "channel": 12, "state": 20, "reason": 30}
_WIDTHS |= {"last_seen": 17, "called_at": 15, "note": 28}
_TOLD = ("number", "unit", "person", "phone", "channel", "state", "reason", "last_seen")
_TO_WRITE = ("called_at", "note")
_HEAD = 2
"""The row of the columns' names, below the title and the line on what the list is of."""
_A4 = 9


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """One recipient. `channel` and `state` are storage's words (telegram, mail, none; sent, blocked…), told in
    Vietnamese; anything else stands as it is. `last_seen` is written out as it shall stand."""

    unit: str
    person: str
    phone: str
    channel: str
    state: str
    reason: str
    last_seen: str


def phone_list(
    rows: Sequence[PhoneRow], names: Mapping[str, str], *, about: str = "", made: str = "", created: datetime = EPOCH
) -> bytes:
    """The workbook of those nobody reached, with room to note each call.

    `about` says in a line what they were to get, `made` when the list was made, `created` (aware) is the file's own
    date. MessageBroken when it cannot be made.
    """
    return _workbook("phone_list", (*_TOLD, *_TO_WRITE), rows, names, (about, made, created))


def recipients_table(
    rows: Sequence[PhoneRow], names: Mapping[str, str], *, about: str = "", made: str = "", created: datetime = EPOCH
) -> bytes:
    """The workbook of every recipient of a mailing and what became of them; otherwise as `phone_list`."""
    return _workbook("recipients", _TOLD, rows, names, (about, made, created))


def _workbook(
    kind: str,
    columns: Sequence[str],
    rows: Sequence[PhoneRow],
    names: Mapping[str, str],
    told: tuple[str, str, datetime],
) -> bytes:
    # Most processes never make a table.
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxWriterException

    about, made, created = told
    words, agency = read_words()["table"], needed(names, "agency")["agency"]
    file = BytesIO()
    try:
        with Workbook(file, _OPTIONS) as book:
            moment = created.astimezone(UTC).replace(tzinfo=None)  # a workbook knows no zone
            book.set_properties({"title": words[kind], "company": agency, "created": moment})
            sheet = book.add_worksheet(words[kind])
            _set_up(sheet, columns, len(rows), agency, words)
            parts = (tidy(about), words["made"].format(made=tidy(made)) if made else "")
            count = words["count"].format(count=len(rows))
            sheet.write_string(0, 0, words[kind], book.add_format({"bold": True, "font_size": 14}))
            sheet.write_string(1, 0, " · ".join(part for part in (*parts, count) if part), _plain(book))
            _fill(book, sheet, columns, rows, words)
    except (XlsxWriterException, ValueError) as error:
        raise MessageBroken(f"table {kind}: {error}") from error
    return file.getvalue()


def _set_up(sheet: Worksheet, columns: Sequence[str], count: int, agency: str, words: Mapping[str, Any]) -> None:
    """Widths, the head that stays in sight, and how it goes onto paper."""
    for place, name in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS[name])
    sheet.freeze_panes(_HEAD + 1, 0)
    sheet.autofilter(_HEAD, 0, _HEAD + count, len(columns) - 1)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.repeat_rows(_HEAD)
    # In a footer & begins a command.
    sheet.set_footer(f"&L{agency.replace('&', '&&')[:200]}&R{words['page']}")


def _fill(
    book: Workbook, sheet: Worksheet, columns: Sequence[str], rows: Sequence[PhoneRow], words: Mapping[str, Any]
) -> None:
    head = book.add_format({"bold": True, "bg_color": "#DFEDEF", "border": 1, "text_wrap": True, "valign": "vcenter"})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    for place, name in enumerate(columns):
        sheet.write_string(_HEAD, place, words[name], head)
    for number, row in enumerate(rows, start=1):
        told = _told(row)
        for place, name in enumerate(columns):
            if name == "number":
                sheet.write_number(_HEAD + number, place, number, cell)
            elif told.get(name):
                sheet.write_string(_HEAD + number, place, told[name], cell)
            else:
                sheet.write_blank(_HEAD + number, place, None, cell)


def _told(row: PhoneRow) -> dict[str, str]:
    words = read_words()
    texts = {
        "unit": row.unit,
        "person": row.person,
        "phone": row.phone,
        "channel": words["way"].get(row.channel, row.channel),
        "state": words["state"].get(row.state, row.state),
        "reason": row.reason,
        "last_seen": row.last_seen,
    }
    return {name: tidy(text) for name, text in texts.items()}


def _plain(book: Workbook) -> Format:
    return book.add_format({"font_color": "#4A5860"})
