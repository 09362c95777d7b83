"""`tucham broadcast`: nothing goes out unseen, every refusal names its cure, and the lists say what happened.

Caught when seeded: a broadcast that goes without a word; a phone list with those who got it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest
from product.command import Printed, Tucham

from bot.evidence.kept import CODES
from bot.wording import texts

LETTER = "Mời [Tên đơn vị] họp.\n"
AT = 1_760_000_000_000
UNITS = (
    "code,name,short_name,kind,phone\nSDL,Sở Du lịch,Sở DL,so_ban_nganh,0232 1\nSYT,Sở Y tế,Sở YT,so_ban_nganh,0232 2\n"
)
PEOPLE = ((1, "Trần Thị Hà", "officer", 1), (2, "Lê Văn Nam", "officer", 2), (3, "Vũ Quản Trị", "admin", None))


@pytest.fixture
def office(tucham: Tucham, tmp_path: Path) -> Tucham:
    """Two units with an officer each, and one admin."""
    (tmp_path / "u.csv").write_text(UNITS, encoding="utf-8")
    (tmp_path / "thu.txt").write_text(LETTER, encoding="utf-8")
    assert tucham("units", "import", "u.csv", "--yes").status == 0
    opened = tucham("cycle", "open", "--criteria", "qd-3270-2020", "--year", "2096", "--due", "2097-01-15")
    assert opened.status == 0
    with closing(sqlite3.connect(tmp_path / "var" / "tucham.db")) as database, database:
        for number, name, role, unit in PEOPLE:
            database.execute("INSERT INTO people (id, name, created_at) VALUES (?, ?, ?)", (number, name, AT))
            held = (number, role, unit, AT)
            database.execute("INSERT INTO roles (person_id, role, unit_id, granted_at) VALUES (?, ?, ?, ?)", held)
            chat = (str(number), number, AT)
            database.execute(
                "INSERT INTO chats (channel, address, kind, person_id, last_used_at)"
                " VALUES ('telegram', ?, 'private', ?, ?)",
                chat,
            )
    return tucham


def send(office: Tucham, *more: str, to: str = "all") -> Printed:
    return office("broadcast", "send", "--to", to, "--text-file", "thu.txt", *more)


def test_it_is_shown_and_nothing_goes_out_before_somebody_says_so(office: Tucham) -> None:
    shown = send(office)
    assert shown.status == 0
    assert "2 người nhận, 2 cơ quan được chọn" in shown.out
    assert "Mời Sở Du lịch họp." in shown.out
    assert "Trần Thị Hà (Sở DL); Lê Văn Nam (Sở YT)" in shown.out
    assert office("broadcast", "list", "--json").json == []


def test_it_goes_can_be_held_back_and_is_told_of(office: Tucham) -> None:
    assert "Lần gửi số 1: 2 người nhận" in send(office, "--yes").out
    assert office("broadcast", "pause", "1").status == 0
    assert office("broadcast", "show", "1", "--json").json["counts"] == {"paused": 2}
    assert office("broadcast", "pause", "1").status == 1
    assert office("broadcast", "resume", "1").status == 0
    assert office("broadcast", "cancel", "1").status == 0
    told = office("broadcast", "show", "1", "--json").json
    assert (told["state"], told["counts"], len(told["recipients"])) == ("cancelled", {"dropped": 2}, 2)
    assert "đã hủy" in office("broadcast", "list").out
    assert office("verify").status == 0


def test_many_wait_a_minute_where_one_admin_is_alone(office: Tucham, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUCHAM_BROADCAST_ALONE", "1")
    assert send(office, "--yes").status == 0
    told = office("broadcast", "show", "1", "--json").json
    assert told["due_at"] > told["created_at"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--yes", "--at", "hôm qua"), "Chưa đọc được thời điểm"),
        (("--yes", "--at", "00:01 01/01/2020"), "Giờ hẹn đã qua"),
        (("--yes", "--attach", "nothing.pdf"), "nothing.pdf"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(office: Tucham, arguments: tuple[str, ...], said: str) -> None:
    refused = send(office, *arguments)
    assert refused.status == 1
    assert said in refused.err
    assert office("broadcast", "list", "--json").json == []


@pytest.mark.parametrize(
    ("to", "text", "said"),
    [
        ("everybody", LETTER, "không phải cách chọn người nhận"),
        ("units:SDL,XX", LETTER, "XX"),
        ("state:submitted", LETTER, "Không có ai để gửi"),
        ("all", "[Số nhà]", "[Tên đơn vị] [Đã xong]"),
        ("all", "", "trống"),
    ],
)
def test_a_wrong_audience_or_letter_names_its_cure(
    office: Tucham, tmp_path: Path, to: str, text: str, said: str
) -> None:
    (tmp_path / "thu.txt").write_text(text, encoding="utf-8")
    refused = send(office, "--yes", to=to)
    assert (refused.status, said in refused.err) == (1, True), refused.err


def test_every_reason_a_file_cannot_go_along_has_words(office: Tucham, tmp_path: Path) -> None:
    assert set(texts("cli")["attachment"]) == CODES
    (tmp_path / "a.db").write_bytes(b"SQLite format 3\0")
    refused = send(office, "--yes", "--attach", "a.db")
    assert "Tệp a.db không gửi kèm được: chỉ nhận PDF" in refused.err
    assert send(office, "--yes", "--attach", "b.pdf").err == "Không đọc được b.pdf: không có tệp hoặc thư mục này.\n"


def test_the_phone_list_names_those_nobody_reached(office: Tucham, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "var" / "tucham.db")) as database, database:
        database.execute("UPDATE chats SET blocked_at = ? WHERE person_id = 2", (AT,))
    assert send(office, "--yes").status == 0
    assert office("broadcast", "show", "1", "--phone-list", "goi.xlsx").status == 0
    assert (tmp_path / "goi.xlsx").stat().st_mode & 0o077 == 0
    rows = openpyxl.load_workbook(tmp_path / "goi.xlsx").active.iter_rows(values_only=True)
    cells = {str(cell) for row in rows for cell in row if cell is not None}
    assert {"Lê Văn Nam", "0232 2"} <= cells
    assert "Trần Thị Hà" not in cells
