"""The lists of recipients as a spreadsheet reads them: text stays text, and they go onto A4."""

import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from messages.documents import PhoneRow, phone_list, recipients_table
from messages.documents.words import read_words
from messages.errors import MessageBroken

HOSTILE = (
    '=HYPERLINK("http://example.vn","Sở Y tế")', "{=1+1}", "+84 232 3000 000", "-1", "@SUM(A1)", "0232",
    "https://example.vn", "mailto:a@example.vn", "\tTab", "1e5",
)  # fmt: skip
HEAD = ["STT", "Đơn vị", "Cán bộ", "Điện thoại đơn vị", "Kênh", "Tình trạng", "Lý do", "Lần cuối thao tác"]
FREE = ["Đã gọi lúc", "Ghi chú"]
ROWS = [
    PhoneRow("Sở Du lịch", "Nguyễn Thị Ánh", "0232 3821 234", "telegram", "blocked", "", "08:12 02/01/2026"),
    *(PhoneRow(text, text, text, text, text, text, text) for text in HOSTILE),
]


def opened(made: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(made)).active


@pytest.fixture(scope="module")
def calls(names: Mapping[str, str]) -> bytes:
    return phone_list(ROWS, names, about="Nhắc hạn nộp 14/01/2026", made="08:00 ngày 10/01/2026")


def test_the_phone_list_has_room_for_what_was_said(calls: bytes) -> None:
    """Caught when seeded: the two empty columns left out."""
    sheet = opened(calls)
    assert [cell.value for cell in sheet[3]] == HEAD + FREE
    assert [cell.value for cell in sheet[4]] == [
        1, "Sở Du lịch", "Nguyễn Thị Ánh", "0232 3821 234", "Telegram",
        "Chưa nhắn được cho đến khi họ nhắn lại", None, "08:12 02/01/2026",
        None, None,
    ]  # fmt: skip
    assert sheet["A1"].value == "Danh sách cần gọi điện"
    assert sheet["A2"].value == "Nhắc hạn nộp 14/01/2026 · Lập lúc 08:00 ngày 10/01/2026 · 11 dòng"
    assert sheet.max_row == 3 + len(ROWS)


def test_the_table_of_recipients_has_no_empty_columns(names: Mapping[str, str]) -> None:
    """Caught when seeded: both lists made alike."""
    sheet = opened(recipients_table(ROWS, names))
    assert [cell.value for cell in sheet[3]] == HEAD
    assert sheet["A1"].value == "Danh sách người nhận"
    assert sheet["A2"].value == "11 dòng"


def test_what_people_wrote_stays_text(calls: bytes) -> None:
    """Caught when seeded: cells written by `write` into a workbook left to guess formulas, numbers and links."""
    sheet = opened(calls)
    for row, text in enumerate(HOSTILE, start=5):
        for cell in sheet[row][1:8]:
            assert (cell.data_type, cell.value) == ("s", text.strip())
            assert cell.hyperlink is None
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_numbers_count_the_rows(calls: bytes) -> None:
    """Caught when seeded: numbers begun at 0."""
    assert [row[0].value for row in opened(calls).iter_rows(min_row=4)] == list(range(1, len(ROWS) + 1))


def test_the_list_goes_onto_a4_with_its_head_on_every_page(calls: bytes) -> None:
    """Caught when seeded: the title's row repeated instead of the head."""
    sheet = opened(calls)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == f"A3:J{3 + len(ROWS)}"


def test_the_same_rows_are_the_same_bytes(calls: bytes, names: Mapping[str, str]) -> None:
    """Caught when seeded: the time of making among the file's properties."""
    assert phone_list(ROWS, names, about="Nhắc hạn nộp 14/01/2026", made="08:00 ngày 10/01/2026") == calls
    with zipfile.ZipFile(BytesIO(calls)) as file:
        assert b">2020-01-01T00:00:00Z<" in file.read("docProps/core.xml")
        assert {one.date_time[0] for one in file.infolist()} == {1980}
    dated = phone_list([], names, created=datetime.fromisoformat("2026-01-10T08:00:00+07:00"))
    assert openpyxl.load_workbook(BytesIO(dated)).properties.created.isoformat() == "2026-01-10T01:00:00"


def test_every_state_of_a_recipient_has_words() -> None:
    """Caught when seeded: a state left out of documents.toml."""
    words = read_words()["state"]
    for state in ("queued", "paused", "sent", "seen", "page", "mail", "blocked", "failed", "uncertain", "dropped",
                  "unreached"):  # fmt: skip
        assert words[state], state


def test_an_agency_with_an_ampersand_prints_it(names: Mapping[str, str]) -> None:
    """Caught when seeded: the name put into the footer as it is, where & begins a command."""
    assert "&LSở TT && TT&RTrang &P/&N" in zipfile.ZipFile(
        BytesIO(phone_list([], {**names, "agency": "Sở TT & TT"}))
    ).read("xl/worksheets/sheet1.xml").decode().replace("&amp;", "&")


def test_a_missing_name_is_refused() -> None:
    """Caught when seeded: a footer without the agency."""
    with pytest.raises(MessageBroken):
        phone_list([], {})
