"""Tiny files of every kind, made in code: those the service takes and those it must refuse."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x7f\xff\xd9"
)
WEBP = b"RIFF" + struct.pack("<I", 12) + b"WEBPVP8L" + b"\x00\x00\x00\x00"
HEIC = struct.pack(">I", 24) + b"ftypmif1\x00\x00\x00\x00mif1heic" + b"\x00\x00\x00\x08mdat"
AVIF = struct.pack(">I", 24) + b"ftypavif\x00\x00\x00\x00avifmif1" + b"\x00\x00\x00\x08mdat"
EXE = b"MZ\x90\x00" + b"\x00" * 60 + b"PE\x00\x00"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

_MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
}


def png() -> bytes:
    """A picture of one point."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def zipped(parts: dict[str, bytes], comment: bytes = b"") -> bytes:
    """A zip of these parts."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in parts.items():
            package.writestr(name, body)
        package.comment = comment
    return made.getvalue()


def office(kind: str, more: dict[str, bytes] | None = None, types: str = "") -> bytes:
    """A docx, xlsx or pptx, perhaps with more parts in it."""
    part, main = _MAIN[kind]
    mark = types or f"application/vnd.openxmlformats-officedocument.{main}"
    listed = f'<?xml version="1.0"?><Types><Override PartName="/{part}" ContentType="{mark}"/></Types>'.encode()
    return zipped({"[Content_Types].xml": listed, "_rels/.rels": b"<Relationships/>", part: b"<w/>"} | (more or {}))


def open_document(kind: str = "text", more: dict[str, bytes] | None = None) -> bytes:
    """An ODT or (kind "spreadsheet") ODS."""
    parts = {"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": b"<office/>"}
    return zipped(parts | (more or {}))


def ole(*streams: str) -> bytes:
    """An old office document with streams of these names."""
    names = b"".join(name.encode("utf-16-le") + b"\0\0" for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + names
