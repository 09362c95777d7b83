"""Files that must be refused, each with words of the sentence it is refused with; most are small and made to swell."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from odd_lists.making import HEADING, document_row, open_document, spreadsheet, text_table, with_part, with_sheet

MB = 2**20
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ROW = ("A", "Sở Nội vụ", "SNV", "sở")


def _package(*parts: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as package:
        for name, content in parts:
            package.writestr(name, content)
    return made.getvalue()


def _cell(reference: str) -> str:
    return f'<c r="{reference}"><v>1</v></c>'


def _rows(*references: str) -> str:
    return "".join(f'<row r="{one.lstrip("ABCDEFX")}">{_cell(one)}</row>' for one in references)


def lying_about_its_size() -> bytes:
    """A part that says it is a hundred bytes and is sixty megabytes."""
    content = b"0" * (60 * MB)
    data = bytearray(with_part(spreadsheet(HEADING), "xl/worksheets/sheet1.xml", content))
    real, said = struct.pack("<L", len(content)), struct.pack("<L", 100)
    data[:] = data.replace(real, said)
    return bytes(data)


def one_part_many_times() -> bytes:
    """Hundreds of names for the same bytes."""
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    content = b" " * MB
    packed = squeezed.compress(content) + squeezed.flush()
    about = struct.pack("<HHHHHLLL", 20, 0, 8, 0, 0x21, zlib.crc32(content), len(packed), 1000)
    local = b"PK\x03\x04" + about + struct.pack("<HH", 1, 0) + b"x" + packed
    names = [b"xl/workbook.xml", *(b"%05d.xml" % n for n in range(400))]
    entries = b"".join(
        b"PK\x01\x02\x14\x00" + about + struct.pack("<HHHHHLL", len(name), 0, 0, 0, 0, 0, 0) + name for name in names
    )
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, len(names), len(names), len(entries), len(local), 0)
    return local + entries + end


def locked_part() -> bytes:
    """A package whose parts say that they are encrypted."""
    data = bytearray(spreadsheet(HEADING, ROW))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def old_workbook_in_a_circle() -> bytes:
    """An old workbook whose list of sectors leads back to itself."""
    head = OLE + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<LLLLLLLLL", 0, 1, 1, 0, 4096, 0, 1, 0, 1)
    head += struct.pack("<L", 0) + b"\xff" * 432
    sectors = struct.pack("<128L", *([0] * 128)) + "Workbook".encode("utf-16-le") + bytes(496)
    return head + sectors


def flipped() -> Iterator[tuple[str, bytes]]:
    """A good workbook with one byte changed, here and there; whatever it is now, it must not break anything."""
    book = spreadsheet(HEADING, ROW)
    for at in range(0, len(book), max(1, len(book) // 12)):
        yield f"at {at}", book[:at] + bytes([book[at] ^ 0x55]) + book[at + 1 :]


BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nothing": ("a.xlsx", lambda: b"", "không có dòng nào"),
    "blanks": ("a.csv", lambda: b"\r\n \t\r\n", "không có dòng nào"),
    "a word": ("a.xlsx", lambda: b"xin ch\xc3\xa0o", "không phải bảng tính"),
    "no package": ("a.xlsx", lambda: b"PK\x03\x04 not a zip", "không phải bảng tính"),
    "an empty package": ("a.xlsx", lambda: b"PK\x05\x06" + bytes(18), "không phải bảng tính"),
    "a package of something else": ("a.xlsx", lambda: _package(("word/document.xml", b"<w/>")), "không phải bảng tính"),
    "no workbook of old": ("a.xls", lambda: OLE + b" not a book", "không phải bảng tính"),
    "a circle of sectors": ("a.xls", old_workbook_in_a_circle, "quá lớn"),
    "a password": ("a.xlsx", lambda: OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
    "locked parts": ("a.xlsx", locked_part, "mật khẩu"),
    "a binary workbook": ("a.xlsb", lambda: _package(("xl/workbook.bin", b"\x83\x01")), "không phải bảng tính"),
    "cut off": ("a.xlsx", lambda: spreadsheet(HEADING, ROW)[:-40], "không phải bảng tính"),
    "something behind": ("a.xlsx", lambda: spreadsheet(HEADING, ROW) + b"<html>", "không phải bảng tính"),
    "another way to pack": (
        "a.xlsx",
        lambda: with_part(spreadsheet(HEADING), "xl/x.xml", b"<x/>", zipfile.ZIP_BZIP2),
        "không phải bảng tính",
    ),
    "unpacks to sixty megabytes": (
        "a.xlsx",
        lambda: with_part(spreadsheet(HEADING), "xl/worksheets/sheet1.xml", b"0" * (60 * MB)),
        "quá lớn",
    ),
    "lies about its size": ("a.xlsx", lying_about_its_size, "quá lớn"),
    "one part many times": ("a.xlsx", one_part_many_times, "quá lớn"),
    "thousands of parts": (
        "a.xlsx",
        lambda: _package(("xl/workbook.xml", b"<x/>"), *((f"{n}.xml", b"") for n in range(2_100))),
        "quá lớn",
    ),
    "two cells, far apart": (
        "a.xlsx",
        lambda: with_sheet(f"<sheetData>{_rows('A1', 'XFD1048576')}</sheetData>"),
        "quá",
    ),
    "a cell beyond the sheet": (
        "a.xlsx",
        lambda: with_sheet('<sheetData><row r="4294967295"><c r="A4294967295"><v>1</v></c></row></sheetData>'),
        "không có dòng nào",
    ),
    "a million short rows": (
        "a.xlsx",
        lambda: with_sheet("<sheetData>" + "<row><c><v>1</v></c></row>" * 1_000_000 + "</sheetData>"),
        "quá",
    ),
    "a broad table": ("a.xlsx", lambda: spreadsheet(HEADING + ("x",) * 200, ROW), "quá 200 cột"),
    "a long table": ("a.xlsx", lambda: with_sheet(f"<sheetData>{_heading()}{_rows('A6000')}</sheetData>"), "5000 dòng"),
    "entities in a sheet": (
        "a.xlsx",
        lambda: with_sheet('<sheetData><row r="1"><c r="A1" t="str"><v>&c;</v></c></row></sheetData>', LAUGHS),
        "không an toàn",
    ),
    "entities in the strings": (
        "a.xlsx",
        lambda: with_part(spreadsheet(HEADING), "xl/sharedStrings.xml", (LAUGHS + "<sst/>").encode("utf-16")),
        "không an toàn",
    ),
    "entities in an open document": ("a.ods", lambda: open_document(document_row("&c;"), LAUGHS), "không an toàn"),
    "a row a million times": (
        "a.ods",
        lambda: open_document(document_row(*HEADING) + document_row(*ROW, again=1_048_576)),
        "quá",
    ),
    "a picture": ("a.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(64), "không phải bảng tính"),
    "a document": ("a.pdf", lambda: b"%PDF-1.7\n%%EOF", "không phải bảng tính"),
    "a page called a workbook": ("a.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "trang web"),
    "zeros in a text": ("a.csv", lambda: b"code,name\nA\x00,B", "không phải CSV"),
    "half a character": ("a.csv", lambda: b"\xff\xfeM", "không phải CSV"),
    "Windows-1258": ("a.csv", lambda: "Mã,Tên\nA,Sở".encode("cp1258", "replace"), "CSV UTF-8"),
    "an open quote": ("a.csv", lambda: text_table(HEADING).encode() + b'A,"S', "CSV hỏng"),
    "a cell of four megabytes": ("a.csv", lambda: text_table(HEADING).encode() + b"x" * 4 * MB, "CSV hỏng"),
    "four megabytes of commas": ("a.csv", lambda: b"," * 4 * MB, "không có dòng nào"),
    "six thousand lines": ("a.csv", lambda: text_table(HEADING, *[ROW] * 6_000).encode(), "5000 dòng"),
    "more than five megabytes": ("a.csv", lambda: b"x" * (5 * MB + 1), "quá lớn"),
}


def _heading() -> str:
    cells = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEADING)
    return f'<row r="1">{cells}</row>'
