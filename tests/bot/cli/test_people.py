"""`tucham invites` and `tucham person`: sheets that let people in, lists that tell the truth, people who leave."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from product.command import Tucham
from product_store.fixtures import sqlite_template

from bot.cli.dossier import readable

__all__ = ["office", "sqlite_template"]

SITE = "https://tucham.example.vn"
UNITS = "code,name,short_name,kind\nSDL,Sở Du lịch,SDL,so_ban_nganh\nSYT,Sở Y tế,SYT,so_ban_nganh\n"


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch, tucham: Tucham, tmp_path: Path, sqlite_template: Path) -> Tucham:
    """Two units, an open cycle, two officers and one admin who joined."""
    (tmp_path / "var").mkdir()
    shutil.copy(sqlite_template, tmp_path / "var" / "tucham.db")
    (tmp_path / "u.csv").write_text(UNITS, encoding="utf-8")
    assert tucham("units", "import", "u.csv", "--yes").status == 0
    opened = tucham("cycle", "open", "--criteria", "qd-3270-2020", "--year", "2096", "--due", "2097-01-15")
    assert opened.status == 0
    with closing(sqlite3.connect(tmp_path / "var" / "tucham.db")) as database, database:
        for number, name in ((1, "Trần Thị Hà"), (2, "Hà Văn Nam"), (3, "Lê Quang Huy")):
            database.execute("INSERT INTO people (id, name, created_at, place) VALUES (?, ?, 0, '{}')", (number, name))
        for row in ((1, "officer", 1), (2, "officer", 2), (3, "admin", None)):
            database.execute("INSERT INTO roles (person_id, role, unit_id, granted_at) VALUES (?, ?, ?, 0)", row)
    monkeypatch.setenv("TUCHAM_LISTEN", "127.0.0.1:8080")
    monkeypatch.setenv("TUCHAM_PUBLIC_URL", SITE)
    monkeypatch.setenv("TUCHAM_ZALO_LINK", "https://zalo.me/123")
    return tucham


def pages(path: Path) -> list[str]:
    with closing(pypdfium2.PdfDocument(path)) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_a_sheet_for_each_unit_carries_a_code_that_is_valid_and_ends_the_one_before(
    office: Tucham, tmp_path: Path
) -> None:
    assert office("invites", "sheet", "--all", "--out", "a.pdf").status == 0
    first = pages(tmp_path / "a.pdf")
    assert ["Sở Du lịch" in first[0], "Sở Y tế" in first[1], len(first)] == [True, True, 2]
    assert (tmp_path / "a.pdf").stat().st_mode & 0o077 == 0
    assert office("invites", "sheet", "--unit", "SDL", "--out", "b.pdf").status == 0
    told = office("invites", "list", "--json").json
    assert [(one["unit"], one["state"]) for one in told] == [("SDL", "revoked"), ("SYT", "unused"), ("SDL", "unused")]
    code = re.search(r"[2-9A-Z]{4} [2-9A-Z]{4}", pages(tmp_path / "b.pdf")[0])
    assert code is not None
    with closing(sqlite3.connect(tmp_path / "var" / "tucham.db")) as database:
        assert code[0].replace(" ", "") not in "\n".join(database.iterdump())


def test_what_cannot_be_printed_issues_nothing(office: Tucham, tmp_path: Path) -> None:
    assert office("invites", "sheet", "--all", "--out", str(tmp_path / "nowhere" / "a.pdf")).status == 1
    assert office("invites", "sheet", "--unit", "XXX", "--out", "a.pdf").status == 1
    assert office("invites", "sheet", "--out", "a.pdf").status == 1
    assert office("invites", "list", "--json").json == []


def test_sheets_without_the_code_of_a_channel_that_is_away_say_so(
    office: Tucham, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody_answers(*_args: object) -> None:
        return None

    printed = office("invites", "sheet", "--unit", "SDL", "--out", "a.pdf")
    assert "Telegram" not in printed.out
    monkeypatch.setenv("TUCHAM_TELEGRAM_TOKEN", "1:" + "A" * 35)
    monkeypatch.setattr("bot.channels.telegram_name.ask_bot_name", nobody_answers)
    printed = office("invites", "sheet", "--unit", "SDL", "--out", "b.pdf")
    assert (printed.status, "không có mã QR của Telegram" in printed.out) == (0, True)


def test_an_invite_is_taken_back_once(office: Tucham) -> None:
    office("invite", "--unit", "SDL")
    assert office("invites", "revoke", "1").status == 0
    again = office("invites", "revoke", "1")
    assert (again.status, "tucham invites list" in again.err) == (1, True)
    assert "đã thu hồi" in office("invites", "list").out


def test_an_invite_that_was_used_says_how_often_it_can_still_be(office: Tucham, tmp_path: Path) -> None:
    office("invite", "--role", "reviewer", "--uses", "3")
    assert "chưa dùng" in office("invites", "list").out
    with closing(sqlite3.connect(tmp_path / "var" / "tucham.db")) as database, database:
        database.execute("UPDATE invites SET uses_left = 2")
        database.execute("INSERT INTO invite_claims (invite_id, person_id, at) VALUES (1, 3, 0)")
    told = office("invites", "list").out
    assert ["còn dùng được 2 lần" in told, "chưa dùng" in told] == [True, False]


def test_roles_end_and_go_to_somebody_new(office: Tucham) -> None:
    told = office("person", "list", "--json").json
    assert [(one["unit"], one["role"], one["name"]) for one in told] == [
        (None, "admin", "Lê Quang Huy"),
        ("SDL", "officer", "Trần Thị Hà"),
        ("SYT", "officer", "Hà Văn Nam"),
    ]
    admin, ha, nam = (str(one["role_id"]) for one in told)
    assert office("person", "revoke", ha).status == 0
    assert office("person", "revoke", ha).status == 1
    assert office("person", "revoke", admin).status == 1
    handed = office("person", "handover", nam)
    assert (handed.status, f"{SITE}/moi/" in handed.out) == (0, True)
    assert [one["name"] for one in office("person", "list", "--json").json] == ["Lê Quang Huy"]
    assert office("verify").status == 0


def test_what_is_stored_about_somebody_is_told_and_forgotten(office: Tucham, tmp_path: Path) -> None:
    assert office("person", "export", "1", "--out", "ha.json").status == 0
    told = json.loads((tmp_path / "ha.json").read_text(encoding="utf-8"))
    assert told["person"][0]["name"] == "Trần Thị Hà"
    assert set(told) - {"_"} == set(told["_"])
    assert office("person", "export", "99").status == 1
    assert office("person", "erase", "1").status == 1  # not without a word
    assert office("person", "erase", "1", "--yes").status == 0
    assert office("person", "erase", "3", "--yes").status == 1  # the last admin
    with closing(sqlite3.connect(tmp_path / "var" / "tucham.db")) as database:
        assert "Trần Thị Hà" not in "\n".join(database.iterdump())
    assert office("verify").status == 0


def test_a_dossier_reads_as_its_person_saw_it() -> None:
    shown = {"html": "Hạn của <b>Sở A &amp; B</b>", "rows": [[["Tiếp tục", "rs:1"]], [["Thôi", "cn"]]], "card": "<p>"}
    stored = {
        "person": [{"name": "Hà", "created_at": 1_767_225_600_000, "accepted_at": None}],
        "messages": [{"body": json.dumps(one), "settled_at": 0} for one in (shown, {"mailing": 1})],
    }
    told = readable(stored, ZoneInfo("Asia/Ho_Chi_Minh"))
    assert told["person"] == [{"name": "Hà", "created_at": "2026-01-01T07:00:00+07:00", "accepted_at": None}]
    assert [one["body"] for one in told["messages"]] == [
        {"text": "Hạn của Sở A & B", "buttons": ["Tiếp tục", "Thôi"]},
        {"mailing": 1},
    ]


def test_two_entries_of_one_person_become_one_on_a_word(office: Tucham) -> None:
    assert office("person", "merge", "1", "2").status == 1  # not without a word
    assert office("person", "merge", "1", "1", "--yes").status == 1
    assert office("person", "merge", "1", "99", "--yes").status == 1
    assert office("person", "merge", "1", "2", "--yes").status == 0
    told = office("person", "list", "--json").json
    assert {(one["unit"], one["name"]) for one in told if one["role"] == "officer"} == {
        ("SDL", "Trần Thị Hà"),
        ("SYT", "Trần Thị Hà"),
    }
    assert office("verify").status == 0
