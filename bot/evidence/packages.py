"""Office documents that are zip packages: which kind, and that nothing in them runs or unpacks to far more."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Container
from io import BytesIO

from bot.evidence.kept import FileRefused

MOST_PARTS = 5000
MOST_UNPACKED = 200 * 2**20
MOST_RATIO = 200
"""How many times larger a part may be than it is packed; XML of empty cells comes near a hundred."""
_RATIO_FROM = 2**20
_LOOKED_AT = 8 * 1024
_TYPES = "[Content_Types].xml"
_MOST_TYPES = 2**20
_MAIN = {
    b"wordprocessingml.document.main+xml": "wordprocessingml.document",
    b"spreadsheetml.sheet.main+xml": "spreadsheetml.sheet",
    b"presentationml.presentation.main+xml": "presentationml.presentation",
}
_RUNS = (".exe", ".dll", ".com", ".scr", ".js", ".vbs", ".ps1", ".bat", ".cmd", ".lnk", ".jar", ".hta", ".html", ".htm")
_ENCRYPTED = 0x1


def read_package(data: bytes, accepted: Container[str]) -> str | None:
    """The media type of a package; None when it is no office document. Raises FileRefused."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            _refuse_more_behind(data, package)
            parts = package.infolist()
            _refuse_bombs(parts)
            media = _media(package, {part.filename for part in parts})
            if media is None or media not in accepted:
                return None
            _refuse_what_runs(package, parts)
            return media
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise FileRefused("broken") from None


def _refuse_more_behind(data: bytes, package: zipfile.ZipFile) -> None:
    """Nothing may follow the package, nor stand between its parts and its list of parts."""
    at = data.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 + len(package.comment) != len(data):
        raise FileRefused("unsafe")


def _refuse_bombs(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED or len(set(names)) < len(names):
        raise FileRefused("unsafe")
    for part in parts:
        if part.flag_bits & _ENCRYPTED:
            raise FileRefused("locked")
        if part.file_size > _RATIO_FROM and part.file_size > MOST_RATIO * part.compress_size:
            raise FileRefused("unsafe")
        if part.filename.startswith("/") or ".." in part.filename.replace("\\", "/").split("/"):
            raise FileRefused("unsafe")


def _media(package: zipfile.ZipFile, names: set[str]) -> str | None:
    if _TYPES in names:
        types = _start(package, _TYPES, _MOST_TYPES)
        if b"macroenabled" in types.lower():
            raise FileRefused("active")
        found = [kind for mark, kind in _MAIN.items() if mark in types]
        return f"application/vnd.openxmlformats-officedocument.{found[0]}" if len(found) == 1 else None
    if "mimetype" in names and "content.xml" in names:
        return _start(package, "mimetype", 128).decode("ascii", "replace").strip()
    return None


def _refuse_what_runs(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    for part in parts:
        name = part.filename.lower()
        if "vbaproject" in name or "/activex/" in name or name.startswith(("basic/", "scripts/")):
            raise FileRefused("active")
        if name.endswith(_RUNS):
            raise FileRefused("active")
        if name.endswith((".xml", ".rels")):
            start = _start(package, part.filename, _LOOKED_AT).replace(b"\0", b"").lower()
            if b"<!doctype" in start or b"<!entity" in start:  # no office program writes one; entities can explode
                raise FileRefused("unsafe")


def _start(package: zipfile.ZipFile, name: str, most: int) -> bytes:
    """The beginning of a part, however large it claims to be."""
    with package.open(name) as part:
        return part.read(most)
