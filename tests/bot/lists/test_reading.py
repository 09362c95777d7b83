"""Lists of units as people keep them: whatever stands around the units, they are found, and read as they are meant."""

from datetime import date
from unicodedata import normalize

import pytest
from odd_lists.making import HEADING, document_row, open_document, spreadsheet, text_table, workbook

from bot.conversation.restructuring import ListedUnit
from bot.lists.refused import ListRefused
from bot.lists.units import ListRead, read_list

A = ("A", "Sở Nội vụ", "SNV", "sở")
B = ("B", "UBND huyện Lệ Thủy", "Lệ Thủy", "huyện")


def read(data: bytes | str, name: str = "don-vi.xlsx", stored: tuple[str, ...] = ()) -> ListRead:
    return read_list(data.encode() if isinstance(data, str) else data, name, stored)


def told(data: bytes | str, name: str = "don-vi.csv", stored: tuple[str, ...] = ()) -> tuple[str, ...]:
    with pytest.raises(ListRefused) as refused:
        read(data, name, stored)
    return refused.value.problems


def seen(found: ListRead) -> list[tuple[str, str, str | None, str]]:
    return [(unit.code, unit.name, unit.short_name, unit.kind) for unit in found.units]


def test_a_list_as_an_office_keeps_it_is_read_whole() -> None:
    """Titles joined over the table, a heading of two rows, numbered columns, groups, joined kinds, a total, a hand."""
    table = spreadsheet(
        ("UBND TỈNH QUẢNG BÌNH",),
        ("DANH SÁCH CƠ QUAN, ĐƠN VỊ",),
        (),
        ("TT", "Đơn vị", None, "Thông tin", "Loại\nđơn vị", "Ghi chú", "Thư điện tử công vụ"),
        (None, "Mã (*)", "TÊN CƠ QUAN,  ĐƠN VỊ", "Viết tắt", None, None, "Email"),
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"),
        ("I", None, "Khối các sở, ban, ngành (2 đơn vị)"),
        (1, "SNV", "Sở Nội vụ\u00a0", "SNV", "Sở", None, "snv@example.vn"),
        (2, "STP", "Sở  Tư pháp", None, None, "mới", None),
        ("II. UBND các huyện, thị xã, thành phố",),
        (3, "LT", "UBND huyện Lệ Thủy"),
        (4, None, None),
        (None, "Tổng cộng:", None, 3),
        (None, None, "Người lập biểu", None, None, None, "Nguyễn Văn A"),
        merged=("A1:G1", "B4:C4", "E4:E5", "E8:E9"),
    )
    found = read(table)
    assert seen(found) == [
        ("SNV", "Sở Nội vụ", "SNV", "so_ban_nganh"),
        ("STP", "Sở Tư pháp", "", "so_ban_nganh"),
        ("LT", "UBND huyện Lệ Thủy", "", "ubnd_cap_huyen"),
    ]
    assert [unit.row for unit in found.units] == [8, 9, 11]
    assert [unit.email for unit in found.units] == ["snv@example.vn", "", ""]
    assert found.skipped == (7, 10, 12, 13, 14)


@pytest.mark.parametrize("blank", range(10))
def test_the_heading_may_stand_in_each_of_the_first_ten_rows(blank: int) -> None:
    rows = [("Phụ lục",)] * blank
    assert [unit.code for unit in read(spreadsheet(*rows, HEADING, A)).units] == ["A"]
    assert [unit.code for unit in read(text_table(*rows, HEADING, A), "a.csv").units] == ["A"]


def test_below_the_tenth_row_no_heading_is_looked_for() -> None:
    assert "10 dòng đầu" in told(spreadsheet(*[("Phụ lục",)] * 10, HEADING, A))[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_spelling_of_a_csv_is_the_same_list(delimiter: str, encoding: str) -> None:
    text = text_table(("DANH SÁCH", "", "", ""), HEADING, A, B, delimiter=delimiter)
    assert [unit.code for unit in read(text.encode(encoding), "a.csv").units] == ["A", "B"]


def test_commas_inside_the_cells_do_not_mislead() -> None:
    row = ("A", "Sở Văn hóa, Thể thao, Du lịch", "SVHTTDL", "Sở, ban, ngành")
    assert read(text_table(HEADING, *[row], delimiter=";"), "a.csv").units[0].name == row[1]


def test_a_first_line_may_name_the_delimiter() -> None:
    found = read("sep=;\r\n" + text_table(HEADING, A, delimiter=";"), "a.csv")
    assert [(unit.row, unit.code) for unit in found.units] == [(3, "A")]


def test_an_open_document_is_read_however_long_its_blank_end_is() -> None:
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    found = read(open_document(document_row(*HEADING) + document_row(*A) + blank), "a.ods")
    assert [unit.name for unit in found.units] == ["Sở Nội vụ"]


def test_marks_strokes_and_blanks_do_not_matter() -> None:
    heading = tuple(normalize("NFD", f"\u200b {name.upper()} \u00a0") for name in HEADING)
    row = ("A", normalize("NFD", "  Sở  Giáo dục\u00a0và Đào tạo "), "SGDĐT", normalize("NFD", "SỞ, BAN, NGÀNH "))
    (unit,) = read(spreadsheet(heading, row)).units
    assert (unit.name, unit.kind) == ("Sở Giáo dục và Đào tạo", "so_ban_nganh")


def test_of_two_sheets_the_one_with_the_list_is_read() -> None:
    people = [("Họ tên", "Đơn vị", "Điện thoại"), ("Nguyễn Văn A", "Sở Nội vụ", "0912 345 678")]
    found = read(workbook({"Cán bộ": people, "Đơn vị": [HEADING, A], "Cũ": [HEADING, B]}, hidden=("Cũ",)))
    assert (found.sheet, [unit.code for unit in found.units]) == ("Đơn vị", ["A"])


def test_two_lists_in_one_book_are_named() -> None:
    assert told(workbook({"Một": [HEADING, A], "Hai": [HEADING, B]})) == (
        "Có nhiều trang tính đều có danh sách: “Một”, “Hai”. Giữ lại một trang, hoặc ẩn các trang kia.",
    )


@pytest.mark.parametrize(
    ("cell", "stored", "code"),
    [
        (7, (), "7"),
        (7.0, ("007", "008"), "007"),
        ("7", ("007",), "007"),
        ("7.0", ("07",), "07"),
        (12, ("0012", "13"), "0012"),
        ("007", ("007", "7"), "007"),
        (7, ("007", "7"), "7"),
        ("snv", ("SNV",), "SNV"),
    ],
)
def test_a_code_is_the_stored_one_that_it_can_only_mean(cell: object, stored: tuple[str, ...], code: str) -> None:
    assert [unit.code for unit in read(spreadsheet(HEADING, (cell, *A[1:])), stored=stored).units] == [code]


def test_a_code_that_can_mean_several_is_asked_about() -> None:
    assert "có thể là 007, 07" in told(spreadsheet(HEADING, (7, *A[1:])), stored=("007", "07"))[0]


def test_a_number_among_codes_with_zeros_is_asked_about() -> None:
    problems = told(spreadsheet(HEADING, ("007", *A[1:]), (12, *B[1:]), (1.5, "Sở Y tế", "", "sở")))
    assert "Dòng 3, cột Mã: ô đang ở dạng số (12), các mã khác có 3 chữ số" in problems[0]
    assert "“012”" in problems[0]
    assert "Dòng 4, cột Mã: ô đang ở dạng số (1.5)" in problems[1]


def test_a_short_code_in_a_csv_is_asked_about_where_nobody_knows_what_it_was() -> None:
    rows = [("001", *A[1:]), ("010", *B[1:]), ("3", "Sở Y tế", "", "sở")]
    assert told(text_table(HEADING, *rows)) == (
        "Dòng 4, cột Mã: “3” ngắn hơn các mã khác (3 chữ số); có thể đã mất số 0 ở đầu. Ghi đủ chữ số, ví dụ “003”.",
    )
    assert [unit.code for unit in read(spreadsheet(HEADING, *rows)).units] == ["001", "010", "3"]  # said to be a text


def test_a_code_that_became_a_date_is_told() -> None:
    assert "dạng ngày (2026-01-02" in told(spreadsheet(HEADING, (date(2026, 1, 2), *A[1:])))[0]


def test_groups_may_tell_the_kinds_instead_of_a_column() -> None:
    heading = ("STT", "Mã", "Tên đơn vị")
    rows = [("I", "", "Sở ban ngành"), ("1", "A", "Sở Nội vụ"), ("II", "", "Cấp huyện"), ("2", "B", "UBND huyện Lệ")]
    assert [unit.kind for unit in read(text_table(heading, *rows), "a.csv").units] == ["so_ban_nganh", "ubnd_cap_huyen"]
    lost = told(text_table(heading, *rows[1:2]))
    assert lost == ("Dòng 1: thiếu cột Loại. Đặt tên cột là “Loại” hoặc “kind”.",)


def test_a_second_line_of_a_unit_is_no_unit() -> None:
    heading = (*HEADING, "Ghi chú")
    table = spreadsheet(heading, (*A, "một"), (None, None, None, None, "hai"), merged=("A2:A3", "B2:B3", "D2:D3"))
    assert [unit.code for unit in read(table).units] == ["A"]


def test_what_looks_like_a_group_but_has_a_code_is_told() -> None:
    problems = told(text_table(HEADING, ("A", "Sở Nội vụ", "", "")))
    assert problems == (
        "Dòng 2, cột Loại: để trống, và không có tiêu đề nhóm nào ở trên cho biết loại."
        " Ghi một trong: “sở, ban, ngành”, “UBND cấp huyện”.",
    )


@pytest.mark.parametrize(
    "title", ["Sở ban ngành", "Khối các sở ban ngành", "CÁC SỞ , BAN, NGÀNH CẤP TỈNH:", "Cấp tỉnh"]
)
def test_a_kind_is_known_however_its_commas_stand(title: str) -> None:
    rows = [("I", title, "", ""), ("A", "Sở Nội vụ", "", ""), ("B", "Sở Y tế", "", title)]
    assert [unit.kind for unit in read(spreadsheet(HEADING, *rows)).units] == ["so_ban_nganh"] * 2


def test_what_is_asked_for_as_a_kind_is_taken_as_one() -> None:
    (problem,) = told(text_table(HEADING, ("A", "Sở Nội vụ", "", "bộ")))
    asked = problem.partition("Ghi một trong: ")[2].strip(".").split("”, “")
    assert len(asked) == 2
    for one in asked:
        assert read(spreadsheet(HEADING, ("A", "Sở Nội vụ", "", one.strip("“”")))).units


def test_a_row_with_one_cell_only_is_told_once() -> None:
    assert told(text_table(HEADING, A, ("", "Người lập biểu", "", ""))) == (
        "Dòng 3: chỉ có “Người lập biểu”. Điền đủ mã, tên, loại; nếu không phải đơn vị thì xóa dòng này.",
    )


def test_mailbox_telephone_successor_and_end_are_read() -> None:
    heading = (*HEADING, "Hộp thư công vụ", "Điện thoại", "Sáp nhập vào", "Trạng thái", "Ghi chú")
    table = spreadsheet(
        heading,
        (*A, "snv@example.vn", 2323822000, None, "Đang hoạt động", "x"),
        (*B, None, None, "a", None, "x"),
        ("C", "Ban Dân tộc", None, "ban", None, "0232 3822 001", None, "GIẢI THỂ", "x"),
    )
    a, b, c = read(table).units
    assert (a.email, a.phone, a.into, a.ended) == ("snv@example.vn", "02323822000", "", False)
    assert (b.email, b.phone, b.into, b.ended) == ("", "", "A", True)
    assert c == ListedUnit(4, "C", "Ban Dân tộc", "", "so_ban_nganh", "", "0232 3822 001", "", ended=True)


def test_columns_that_are_not_there_are_not_told_as_blank() -> None:
    (unit,) = read(text_table(("Mã", "Tên", "Loại"), ("A", "Sở Nội vụ", "sở")), "a.csv").units
    assert (unit.short_name, unit.email, unit.phone) == (None, None, None)


def test_all_problems_are_told_at_once_each_with_its_place() -> None:
    heading = (*HEADING, "Email", "Điện thoại", "Trạng thái")
    rows = [
        (*A, "", "", ""),
        ("", "Sở Y tế", "", "sở", "", "", ""),
        ("a b", "/lenh", "", "bộ", "nam", "abc", "mất"),
        ("A", "x" * 201, "", "sở", "", "", "sáp nhập"),
    ]
    problems = told(text_table(heading, *rows))
    assert [problem.split(": ")[0] for problem in problems] == [
        "Dòng 3, cột Mã",
        "Dòng 4, cột Mã",
        "Dòng 4, cột Trạng thái",
        "Dòng 4, cột Tên đơn vị",
        "Dòng 4, cột Loại",
        "Dòng 4, cột Thư điện tử",
        "Dòng 4, cột Điện thoại",
        "Dòng 5, cột Mã",
        "Dòng 5, cột Trạng thái",
        "Dòng 5, cột Tên đơn vị",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (text_table(HEADING), "không có đơn vị nào"),
        ("Mã,Tên\nA,B", "thiếu cột Loại"),
        ("code,code,name,short_name,kind\nA,A,B,C,sở", "cột Mã xuất hiện hai lần"),
        ("xin chào", "Không thấy dòng tiêu đề"),
    ],
)
def test_what_is_no_list_is_told(content: str, problem: str) -> None:
    assert problem in told(content)[0]


def test_rows_are_numbered_as_the_program_shows_them_also_behind_line_breaks() -> None:
    text = 'Mã,Tên,Viết tắt,Loại\nA,"Sở\nNội vụ",SNV,sở\n\nB,,X,sở\n'
    assert told(text) == ("Dòng 5, cột Tên đơn vị: để trống. Điền giá trị.",)
