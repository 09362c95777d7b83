"""What a file is, told by its bytes alone: a document or a photo that does nothing when it is opened, or refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.evidence.kept import FileRefused
from bot.evidence.packages import read_package

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
HEIC = "image/heic"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
_OPEN_XML = "application/vnd.openxmlformats-officedocument"

ENDINGS: dict[str, str] = {
    PDF: "pdf",
    JPEG: "jpg",
    PNG: "png",
    WEBP: "webp",
    HEIC: "heic",
    f"{_OPEN_XML}.wordprocessingml.document": "docx",
    f"{_OPEN_XML}.spreadsheetml.sheet": "xlsx",
    f"{_OPEN_XML}.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    DOC: "doc",
    XLS: "xls",
    PPT: "ppt",
}
"""Every accepted type and the ending its files get."""
_ALIASES = frozenset({"jpeg", "jpe", "heif"})
PROMISED = frozenset(ENDINGS.values()) | _ALIASES
"""Endings that promise an accepted type: other bytes behind one of them are called mismatched."""
WITH_MACROS = frozenset({"docm", "xlsm", "pptm", "dotm", "xltm", "xlsb", "xlam", "potm", "ppsm", "ppam", "sldm"})

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_END_OF_ZIP = b"PK\x05\x06"
_TAIL = 66 * 1024
_HEAD = 4096
_MARKUP = (b"<html", b"<script", b"<svg", b"<?php", b"<!doctype", b"<body", b"<iframe")
_ACTIVE_PDF = (b"/JavaScript", b"/Launch", b"/RichMedia")


@dataclass(frozen=True, slots=True)
class FileType:
    """An accepted type and the ending its files get."""

    media: str
    ending: str


def tell_type(data: bytes, ending: str) -> FileType:
    """The type of the bytes; `ending` is what the name claims. Raises FileRefused."""
    if ending in WITH_MACROS:
        raise FileRefused("active")
    media = _media(data, ending)
    if media is None:
        raise FileRefused("mismatched" if ending in PROMISED else "not_allowed")
    return FileType(media, ENDINGS[media])


def _media(data: bytes, ending: str) -> str | None:
    if data.startswith(b"PK\x03\x04"):
        return read_package(data, ENDINGS)
    if data.startswith(_OLE):
        return _ole(data, ending)
    for begins, check in _PLAIN:
        if begins(data):
            media = check(data)
            _refuse_two_faced(data, is_pdf=media == PDF)
            return media
    return None


def _refuse_two_faced(data: bytes, *, is_pdf: bool) -> None:
    """A file that another program would read as an archive, a page or a program is none of ours."""
    head = data[:_HEAD].lower()
    if _END_OF_ZIP in data[-_TAIL:] or any(mark in head for mark in _MARKUP):
        raise FileRefused("unsafe")
    if not is_pdf and b"%pdf-" in head:
        raise FileRefused("unsafe")


def _pdf(data: bytes) -> str:
    if b"%%EOF" not in data[-_TAIL:]:
        raise FileRefused("broken")
    if any(mark in data for mark in _ACTIVE_PDF):
        raise FileRefused("active")
    return PDF


def _jpeg(data: bytes) -> str:
    """A photo whose header names a size; what cameras append behind the picture stays."""
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if b"\xff\xd9" not in data[place:]:
                break
            return JPEG
        else:
            place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    raise FileRefused("broken")


def _png(data: bytes) -> str:
    if data[12:16] != b"IHDR" or b"IEND" not in data:
        raise FileRefused("broken")
    return PNG


def _webp(data: bytes) -> str:
    if int.from_bytes(data[4:8], "little") + 8 > len(data) or data[12:16] not in (b"VP8 ", b"VP8L", b"VP8X"):
        raise FileRefused("broken")
    return WEBP


def _heic(data: bytes) -> str:
    length = int.from_bytes(data[:4], "big")
    if not 16 <= length <= min(len(data), 512):
        raise FileRefused("broken")
    return HEIC


def _is_heic(data: bytes) -> bool:
    length = min(int.from_bytes(data[:4], "big"), 512)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, length, 4))}
    return data[4:8] == b"ftyp" and bool(brands & _HEIC_BRANDS) and b"avif" not in brands


_PLAIN: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], str]], ...] = (
    (lambda data: data.startswith(b"%PDF-"), _pdf),
    (lambda data: data.startswith(b"\xff\xd8\xff"), _jpeg),
    (lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"), _png),
    (lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP", _webp),
    (_is_heic, _heic),
)


def _ole(data: bytes, ending: str) -> str | None:
    """An old office document; streams are named in UTF-16, and an installer has none of these."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        raise FileRefused("locked")
    found = {
        "doc": DOC if holds("WordDocument") else None,
        "xls": XLS if holds("Workbook") or holds("Book\0") else None,
        "ppt": PPT if holds("PowerPoint Document") else None,
    }.get(ending)
    if found is not None and (holds("_VBA_PROJECT") or holds("Macros")):
        raise FileRefused("active")
    return found
