"""`tucham units import`: what a list would change is shown first, and only a person's word does it."""

import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unicodedata import normalize

import click
import pytest
from odd_lists.making import HEADING, spreadsheet, text_table
from product.command import Printed, Tucham
from product_store.fixtures import sqlite_template

from bot.cli.units import MOST_SHOWN

__all__ = ["sqlite_template"]

SAMPLE = Path(__file__).parents[3] / "demo" / "don-vi-mau.csv"
Import = Callable[..., Printed]


@pytest.fixture(autouse=True)
def database(sqlite_template: Path, tmp_path: Path) -> Path:
    """A migrated file where the command looks for one: making it takes longer than all the rest."""
    (tmp_path / "var").mkdir()
    return Path(shutil.copy(sqlite_template, tmp_path / "var" / "tucham.db"))


@pytest.fixture
def imported(tucham: Tucham, tmp_path: Path) -> Import:
    """Import a file of this content, at once unless other options are given."""

    def run(content: str | bytes, *options: str, name: str = "units.csv") -> Printed:
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return tucham("units", "import", name, *(options or ("--yes",)))

    return run


def listed(tucham: Tucham) -> list[dict[str, str]]:
    found: list[dict[str, str]] = tucham("units", "list", "--json").json
    return found


def lines(*rows: tuple[str, ...], heading: tuple[str, ...] = HEADING) -> str:
    return text_table(heading, *rows)


A = ("A", "Sở Nội vụ", "SNV", "sở")
B = ("B", "Sở Y tế", "SYT", "sở")


def test_the_sample_units_are_all_there(tucham: Tucham) -> None:
    assert tucham("units", "import", str(SAMPLE), "--yes").status == 0
    units = listed(tucham)
    assert len(units) == 29
    assert sum(unit["kind"] == "ubnd_cap_huyen" for unit in units) == 8
    assert units[13] == {"code": "SDL", "name": "Sở Du lịch", "short_name": "SDL", "kind": "so_ban_nganh"}


def test_text_is_composed_trimmed_and_codes_keep_their_zeros(tucham: Tucham, imported: Import) -> None:
    decomposed = normalize("NFD", "Sở Y tế")
    text = f"\ufeffcode,name,short_name,kind\r\n007,  {decomposed}\u00a0 , SYT ,so_ban_nganh\r\n\r\n,,,\r\n"
    assert imported(text).status == 0
    (unit,) = listed(tucham)
    assert unit == {"code": "007", "name": normalize("NFC", "Sở Y tế"), "short_name": "SYT", "kind": "so_ban_nganh"}


def test_without_a_word_nothing_is_changed(tucham: Tucham, imported: Import) -> None:
    assert imported(lines(A)).status == 0
    shown = imported(lines(("A", "Sở Nội chính", "SNV", "sở"), B), "--close-missing")
    assert shown.status == 0
    assert shown.out.splitlines() == [
        "Thêm mới: 1",
        "- B: Sở Y tế (sở, ban, ngành)",
        "Đổi thông tin: 1",
        "- A, Tên đơn vị: Sở Nội vụ → Sở Nội chính",
        "Chưa có gì thay đổi. Để thực hiện: tucham units import units.csv --yes",
    ]
    assert [unit["name"] for unit in listed(tucham)] == ["Sở Nội vụ"]


@pytest.mark.parametrize(("typed", "units"), [("CÓ", 1), (" co ", 1), ("không", 0), ("", 0)])
def test_on_a_terminal_the_word_is_asked(
    tucham: Tucham, imported: Import, monkeypatch: pytest.MonkeyPatch, typed: str, units: int
) -> None:
    monkeypatch.setattr("bot.cli.on_word.sys", type("Terminal", (), {"stdin": _Terminal})())
    monkeypatch.setattr(click, "prompt", lambda *_args, **_more: typed)
    assert imported(lines(A), "--close-missing").status == 0
    assert len(listed(tucham)) == units
    assert sys.stdin is not _Terminal


class _Terminal:
    @staticmethod
    def isatty() -> bool:
        return True


def test_the_same_file_again_changes_names_and_keeps_units(tucham: Tucham, imported: Import) -> None:
    assert imported(lines(A)).status == 0
    assert imported(lines(("a", "Sở Văn hóa", "SVH", "sở"))).status == 0
    assert [(unit["code"], unit["name"]) for unit in listed(tucham)] == [("A", "Sở Văn hóa")]
    again = imported(lines(("A", "Sở Văn hóa", "SVH", "sở")))
    assert again.out.splitlines() == ["Danh sách không có gì thay đổi.", "Giữ nguyên: 1 đơn vị."]


def test_a_code_that_lost_its_zeros_is_the_unit_it_was(tucham: Tucham, imported: Import) -> None:
    assert imported(lines(("007", "Sở Nội vụ", "SNV", "sở"))).status == 0
    shown = imported(spreadsheet(HEADING, (7, "Sở Nội chính", "SNC", "sở")), name="units.xlsx")
    assert "- 007, Tên đơn vị: Sở Nội vụ → Sở Nội chính" in shown.out.splitlines()
    assert [unit["code"] for unit in listed(tucham)] == ["007"]


def test_every_error_is_told_with_row_column_and_cure_and_nothing_is_stored(tucham: Tucham, imported: Import) -> None:
    rows = [("", "Sở Y tế", "SYT", "sở"), ("a", "Sở Tư pháp", "STP", "sở"), ("B", "Sở nội vụ", "X", "bộ")]
    printed = imported(lines(A, *rows, ("x y", "", "Z", "")))
    assert printed.status == 1
    told = printed.err.splitlines()
    assert told[-1].startswith("Có 7 lỗi")
    assert [line.split(":")[0] for line in told[:-1]] == [
        "Dòng 3, cột Mã",
        "Dòng 4, cột Mã",
        "Dòng 5, cột Tên đơn vị",
        "Dòng 5, cột Loại",
        "Dòng 6, cột Mã",
        "Dòng 6, cột Tên đơn vị",
        "Dòng 6, cột Loại",
    ]
    assert listed(tucham) == []


def test_a_thousand_errors_do_not_flood_the_terminal(imported: Import) -> None:
    printed = imported(lines(*[("", f"Sở {n}", "S", "sở") for n in range(1_000)]))
    assert len(printed.err.splitlines()) == MOST_SHOWN + 2
    assert "và 900 lỗi khác" in printed.err


def test_what_the_list_does_not_name_stays_unless_it_is_said(tucham: Tucham, imported: Import) -> None:
    assert imported(lines(A, B)).status == 0
    kept = imported(lines(A))
    assert "Có trong hệ thống, không có trong danh sách: 1 (B)" in kept.out
    assert len(listed(tucham)) == 2
    closed = imported(lines(A), "--close-missing", "--yes")
    assert closed.out.splitlines()[:2] == ["Kết thúc hoạt động: 1", "- B Sở Y tế"]
    assert closed.out.splitlines()[-1] == "Đã thực hiện: nhập 1, sáp nhập 0, kết thúc 1 đơn vị."
    assert [unit["code"] for unit in listed(tucham)] == ["A"]


def test_a_code_that_is_over_is_not_used_again(tucham: Tucham, imported: Import) -> None:
    assert imported(lines(A, B)).status == 0
    assert imported(lines(A), "--close-missing", "--yes").status == 0
    printed = imported(lines(A, B))
    assert printed.status == 1
    assert "Dòng 3: mã B là của đơn vị đã kết thúc (Sở Y tế)" in printed.err


def test_units_merge_into_one_that_comes_with_the_same_list(tucham: Tucham, imported: Import, database: Path) -> None:
    assert imported(lines(A, B)).status == 0
    heading = (*HEADING, "Sáp nhập vào", "Email")
    new = ("C", "Sở Nội vụ và Y tế", "SNVYT", "sở", "", "c@example.vn")
    printed = imported(lines(new, (*A, "Sở Nội vụ và Y tế", ""), (*B, "c", ""), heading=heading))
    assert printed.out.splitlines()[2:5] == [
        "Sáp nhập: 2",
        "- A Sở Nội vụ → C Sở Nội vụ và Y tế",
        "- B Sở Y tế → C Sở Nội vụ và Y tế",
    ]
    assert [unit["code"] for unit in listed(tucham)] == ["C"]
    with closing(sqlite3.connect(database)) as opened:
        found = opened.execute("SELECT code, email, successor_id FROM units ORDER BY code").fetchall()
    assert found == [("A", None, 3), ("B", None, 3), ("C", "c@example.vn", None)]


def test_a_file_that_is_not_there_is_said_so(tucham: Tucham) -> None:
    printed = tucham("units", "import", "nowhere.csv")
    assert printed.status == 1
    assert printed.err == "Không đọc được nowhere.csv: không có tệp hoặc thư mục này.\n"
