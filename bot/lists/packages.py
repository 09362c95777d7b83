"""Looks at a spreadsheet's bytes before anything reads it: what kind it is, and that it unpacks to what it says."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from bot.lists.refused import TableUnreadable

UNPACKED_CAP = 50 * 2**20
MOST_PARTS = 2_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_ROWS = 200_000
"""Of all sheets of a kind that is not looked at further; counted by the word, that each row has twice at most."""
_LOCAL = 30
_LOOKED_AT = 8 * 1024
_ENCRYPTED = 0x1
_DECLARES = (b"<!doctype", b"<!entity")
"""No office program writes one; entities can explode."""


def check_ole(data: bytes) -> None:
    """An old workbook, or a new one locked with a password; TableUnreadable for the second."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise TableUnreadable("locked")


def check_package(data: bytes) -> None:
    """A new workbook (XLSX, ODS): TableUnreadable for what is none, is locked, or unpacks to too much."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            parts = package.infolist()
            _check_list(parts, data, len(package.comment))
            left = UNPACKED_CAP
            for part in parts:
                left -= _unpacked(data, part, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise TableUnreadable("not_a_spreadsheet") from None


def _check_list(parts: list[zipfile.ZipInfo], data: bytes, comment: int) -> None:
    names = {part.filename for part in parts}
    workbook = "xl/workbook.xml" in names or "content.xml" in names
    binary = any(name.lower().endswith("workbook.bin") for name in names)
    at = data.rfind(b"PK\x05\x06")
    if binary or not workbook or len(names) < len(parts) or at + 22 + comment != len(data):
        raise TableUnreadable("not_a_spreadsheet")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise TableUnreadable("locked")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED_CAP:
        raise TableUnreadable("unpacks_too_big", most=UNPACKED_CAP // 2**20)


def _unpacked(data: bytes, part: zipfile.ZipInfo, left: int) -> int:
    """How many bytes a part really is: what its head says may be a lie."""
    start = part.header_offset + _LOCAL
    start += int.from_bytes(data[start - 4 : start - 2], "little") + int.from_bytes(data[start - 2 : start], "little")
    packed = data[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        content = packed
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, left + 1)
    else:
        raise TableUnreadable("not_a_spreadsheet")
    if len(content) > left:
        raise TableUnreadable("unpacks_too_big", most=UNPACKED_CAP // 2**20)
    if content.count(b"row") > MOST_ROWS:
        raise TableUnreadable("unpacks_too_big")
    beginning = content[:_LOOKED_AT].replace(b"\0", b"").lower()
    if any(mark in beginning for mark in _DECLARES):
        raise TableUnreadable("unsafe")
    return len(content)
