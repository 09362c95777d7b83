"""`tucham units import`: what is read, and how everything wrong is told at once."""

import io
import zipfile
from pathlib import Path
from unicodedata import normalize

import openpyxl
import pytest
from product.command import Printed, Tucham

from bot.cli.tables import FILE_CAP

HEADING = "code,name,short_name,kind"
SAMPLE = Path(__file__).parents[3] / "demo" / "don-vi-mau.csv"


@pytest.fixture
def imported(tucham: Tucham, tmp_path: Path) -> object:
    def run(content: str | bytes, name: str = "units.csv") -> Printed:
        (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return tucham("units", "import", name)

    return run


def spreadsheet(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def listed(tucham: Tucham) -> list[dict[str, str]]:
    found: list[dict[str, str]] = tucham("units", "list", "--json").json
    return found


def test_the_sample_units_are_all_there(tucham: Tucham) -> None:
    assert tucham("units", "import", str(SAMPLE)).status == 0
    units = listed(tucham)
    assert len(units) == 29
    assert sum(unit["kind"] == "ubnd_cap_huyen" for unit in units) == 8
    assert units[13] == {"code": "SDL", "name": "Sở Du lịch", "short_name": "SDL", "kind": "so_ban_nganh"}


def test_text_is_composed_trimmed_and_codes_keep_their_zeros(tucham: Tucham, imported: object) -> None:
    decomposed = normalize("NFD", "Sở Y tế")
    assert run(imported, f"\ufeff{HEADING}\r\n007,  {decomposed}\u00a0 , SYT ,so_ban_nganh\r\n\r\n,,,\r\n").status == 0
    (unit,) = listed(tucham)
    assert unit == {"code": "007", "name": normalize("NFC", "Sở Y tế"), "short_name": "SYT", "kind": "so_ban_nganh"}


def test_vietnamese_headings_semicolons_and_kinds_are_understood(tucham: Tucham, imported: object) -> None:
    lines = [
        "STT;Mã;Tên đơn vị;Tên viết tắt;Loại",
        "1;A;Sở Nội vụ;SNV;Sở, ban, ngành",
        "2;B;UBND huyện Lệ Thủy;;UBND cấp huyện",
    ]
    text = "\n".join(lines) + "\n"
    assert run(imported, text).status == 0
    assert [(unit["code"], unit["short_name"], unit["kind"]) for unit in listed(tucham)] == [
        ("A", "SNV", "so_ban_nganh"),
        ("B", "UBND huyện Lệ Thủy", "ubnd_cap_huyen"),
    ]


def test_a_spreadsheet_is_read_with_text_codes_as_they_stand(tucham: Tucham, imported: object) -> None:
    table = spreadsheet(
        ("Mã", "Tên", "Viết tắt", "Loại"), ("007", "Sở Nội vụ", "SNV", "so_ban_nganh"), (12, "Sở Y tế", "SYT", "sở")
    )
    assert run(imported, table, "units.xlsx").status == 0
    assert [unit["code"] for unit in listed(tucham)] == ["007", "12"]


def test_every_error_is_told_with_row_column_and_cure_and_nothing_is_stored(tucham: Tucham, imported: object) -> None:
    rows = [
        HEADING,
        "A,Sở Nội vụ,SNV,so_ban_nganh",
        ",Sở Y tế,SYT,so_ban_nganh",
        "a,Sở Tư pháp,STP,so_ban_nganh",
        "B,Sở nội vụ,X,bộ",
        "x y,,Z,",
    ]
    printed = run(imported, "\n".join(rows))
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


def test_row_numbers_are_those_of_the_file_also_behind_cells_with_line_breaks(imported: object) -> None:
    printed = run(imported, f'{HEADING}\nA,"Sở\nNội vụ",SNV,so_ban_nganh\n\nB,,X,so_ban_nganh\n')
    assert "Dòng 5, cột Tên đơn vị" in printed.err


def test_the_same_file_again_changes_names_and_keeps_units(tucham: Tucham, imported: object) -> None:
    assert run(imported, f"{HEADING}\nA,Sở Du lịch,SDL,so_ban_nganh").status == 0
    assert run(imported, f"{HEADING}\nA,Sở Văn hóa,SVH,so_ban_nganh").status == 0
    assert [unit["name"] for unit in listed(tucham)] == ["Sở Văn hóa"]


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 2**20))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "không có dòng nào"),
        (b"\r\n\r\n", "không có dòng nào"),
        (HEADING.encode(), "không có đơn vị nào"),
        ("Mã,Tên\nA,B".encode(), "thiếu cột Tên viết tắt"),
        ("code,code,name,short_name,kind\nA,A,B,C,sở".encode(), "xuất hiện hai lần"),
        ("Mã,Tên\n".encode("utf-16"), "UTF-8"),
        (f'{HEADING}\nA,"Sở'.encode(), "CSV hỏng"),
        (b"PK\x03\x04 not a zip", "không phải bảng tính"),
        (b"\xd0\xcf\x11\xe0 not a book", "không phải bảng tính"),
        (HEADING.encode() + b"\nA\x00,B,C,D", "không phải CSV"),
        (b"x" * (FILE_CAP + 1), "quá lớn"),
        ((HEADING + "\nA,B,C,D" * 5_001).encode(), "quá 5000 dòng"),
    ],
)
def test_what_is_no_table_is_refused_in_a_line(imported: object, content: bytes, told: str) -> None:
    printed = run(imported, content)
    assert printed.status == 1
    assert told in printed.err
    assert "Traceback" not in printed.err


def test_a_file_that_unpacks_to_too_much_is_refused_unopened(imported: object) -> None:
    printed = run(imported, bomb(), "units.xlsx")
    assert printed.status == 1
    assert "quá lớn" in printed.err


def test_a_file_that_is_not_there_is_said_so(tucham: Tucham) -> None:
    printed = tucham("units", "import", "nowhere.csv")
    assert printed.status == 1
    assert "nowhere.csv" in printed.err


def run(imported: object, content: str | bytes, name: str = "units.csv") -> Printed:
    assert callable(imported)
    printed = imported(content, name)
    assert isinstance(printed, Printed)
    return printed
