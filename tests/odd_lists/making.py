"""Spreadsheets and CSV files as people keep them, made in memory."""

import io
import zipfile
from collections.abc import Iterable, Mapping

import openpyxl

HEADING = ("Mã", "Tên đơn vị", "Tên viết tắt", "Loại")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(
    sheets: Mapping[str, Iterable[tuple[object, ...]]], merged: Iterable[str] = (), hidden: Iterable[str] = ()
) -> bytes:
    """An XLSX file of several sheets; `merged` are ranges of the first."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row, start=1):
                sheet.cell(number, place, cell)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def spreadsheet(*rows: tuple[object, ...], merged: Iterable[str] = ()) -> bytes:
    """An XLSX file of one sheet."""
    return workbook({"Danh sách": rows}, merged)


def with_part(book: bytes, name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The same package with one part put in the place of another, or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(made, "w", method) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return made.getvalue()


def with_sheet(inside: str, head: str = "") -> bytes:
    """An XLSX file whose sheet holds this XML."""
    sheet = f'{head}<worksheet xmlns="{_MAIN}">{inside}</worksheet>'
    return with_part(spreadsheet(HEADING), "xl/worksheets/sheet1.xml", sheet.encode())


def text_table(*rows: tuple[str, ...], delimiter: str = ",", end: str = "\r\n") -> str:
    """A CSV text; no cell may hold the delimiter."""
    return "".join(delimiter.join(row) + end for row in rows)


def open_document(body: str, head: str = "") -> bytes:
    """An ODS file of one table with these rows."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f"{head}<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="Danh sách">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        package.writestr("content.xml", content)
        package.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" '
            'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
        )
    return made.getvalue()


def document_row(*cells: str, again: int = 1) -> str:
    """A row of an ODS table; `again` says how often it stands there."""
    shown = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f'<table:table-row table:number-rows-repeated="{again}">{shown}</table:table-row>'
