"""What a backup holds: a tar stream of a manifest, the rows of every table, the files, and a list of contents.

The manifest comes first, because whoever restores must know the schema before the first row; the list of contents comes
last, because only then its digests are known, and because its being there tells that nothing was cut off.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.backup.faults import BackupFault
from storage.dump import Chunk, TableDump

FORMAT: Literal[1] = 1
_MANIFEST, _CONTENTS = "manifest.json", "contents.json"
_ROWS = re.compile(r"tables/([a-z_]{1,60})/[0-9]{6}\.jsonl\.gz", re.ASCII)
_FILE = re.compile(r"files/([0-9a-f]{64})", re.ASCII)
_MOST = 64 << 20
"""Bytes of one part, unpacked: rows come in pieces of about one megabyte, files have at most twenty."""

M = TypeVar("M", bound=BaseModel)


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Manifest(_Read):
    """What was backed up, when, and by which program; `revision` is the schema's."""

    format: Literal[1]
    program: str
    revision: str
    taken_at: AwareDatetime
    tables: tuple[TableDump, ...]


class Contents(_Read):
    """What must have been read: the digest of each piece of rows, how many files, and which were missing already."""

    rows: dict[str, str]
    files: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a table."""

    table: TableDump
    values: list[list[Any]]


@dataclass(frozen=True, slots=True)
class File:
    """A file that was handed in; its bytes have this digest."""

    digest: str
    data: bytes


class Writer:
    """Writes a backup from its manifest to its list of contents; memory does not grow with it."""

    def __init__(self, out: BinaryIO, manifest: Manifest) -> None:
        self._tar = tarfile.open(fileobj=out, mode="w|", format=tarfile.USTAR_FORMAT)  # noqa: SIM115 - see finish()
        self._at = int(manifest.taken_at.timestamp())
        self._digests: dict[str, str] = {}
        self._files = 0
        self._add(_MANIFEST, manifest.model_dump_json().encode())

    def rows(self, table: str, chunk: Chunk) -> None:
        """Add rows of a table."""
        name = f"tables/{table}/{len(self._digests) + 1:06}.jsonl.gz"
        packed = gzip.compress(chunk.data, 3, mtime=0)
        self._digests[name] = hashlib.sha256(packed).hexdigest()
        self._add(name, packed)

    def file(self, digest: str, data: bytes) -> None:
        """Add a file."""
        self._files += 1
        self._add(f"files/{digest}", data)

    def finish(self, missing: tuple[str, ...]) -> None:
        """Add the list of contents; nothing can be added after it."""
        self._add(
            _CONTENTS, Contents(rows=self._digests, files=self._files, missing=missing).model_dump_json().encode()
        )
        self._tar.close()

    def _add(self, name: str, data: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = len(data), self._at, 0o600
        self._tar.addfile(info, BytesIO(data))
        self._tar.members.clear()  # type: ignore[attr-defined]  # it would remember every one


class Archive:
    """A backup being read; everything it says is checked, and BackupFault is raised for what does not hold."""

    def __init__(self, source: BinaryIO) -> None:
        """Read the manifest."""
        self._parts = _parts(source)
        name, data = next(self._parts, ("", b""))
        if name != _MANIFEST:
            raise BackupFault("not_a_backup")
        if _format_of(data) > FORMAT:
            raise BackupFault("newer")
        self.manifest = _parse(Manifest, data)
        self.contents: Contents | None = None
        """Known when everything was read."""

    def parts(self) -> Iterator[Rows | File]:
        """The rows of the tables in the manifest's order, then the files; at the end everything was there and held."""
        tables = {table.name: table for table in self.manifest.tables}
        counted = dict.fromkeys(tables, 0)
        digests: dict[str, str] = {}
        files = 0
        for name, data in self._parts:
            if self.contents is not None:
                raise BackupFault("damaged")
            if (rows := _ROWS.fullmatch(name)) and rows[1] in tables:
                digests[name] = hashlib.sha256(data).hexdigest()
                values = _values(tables[rows[1]], data)
                counted[rows[1]] += len(values)
                yield Rows(tables[rows[1]], values)
            elif file := _FILE.fullmatch(name):
                if hashlib.sha256(data).hexdigest() != file[1]:
                    raise BackupFault("damaged")
                files += 1
                yield File(file[1], data)
            elif name == _CONTENTS:
                self.contents = _parse(Contents, data)
            else:
                raise BackupFault("damaged")
        whole = counted == {table.name: table.rows for table in self.manifest.tables}
        if self.contents is None or not whole or (self.contents.rows, self.contents.files) != (digests, files):
            raise BackupFault("damaged")


def _parts(source: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each part of a tar stream."""
    first = True
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            while info := tar.next():
                data = tar.extractfile(info) if info.isreg() and info.size <= _MOST else None
                if data is None:
                    raise BackupFault("damaged")
                first = False
                yield info.name, data.read()
                tar.members.clear()  # type: ignore[attr-defined]
    except (tarfile.TarError, EOFError, OSError):
        raise BackupFault("not_a_backup" if first else "damaged") from None


def _values(table: TableDump, packed: bytes) -> list[list[Any]]:
    """The rows in a piece, each with a value for every column."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        data = unpacking.decompress(packed, _MOST)
        values = [json.loads(line) for line in data.splitlines()]
    except (zlib.error, ValueError):
        raise BackupFault("damaged") from None
    if not unpacking.eof or any(not isinstance(row, list) or len(row) != len(table.columns) for row in values):
        raise BackupFault("damaged")
    return values


def _format_of(data: bytes) -> int:
    try:
        found = json.loads(data)["format"]
    except (ValueError, KeyError, TypeError):
        raise BackupFault("not_a_backup") from None
    return found if isinstance(found, int) else 0


def _parse(model: type[M], data: bytes) -> M:
    try:
        return model.model_validate_json(data)
    except ValidationError:
        raise BackupFault("damaged") from None
