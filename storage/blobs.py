"""Files by the digest of their bytes, in a folder of their own: written once, never changed, never served from here."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from io import BufferedReader
from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UNFINISHED = ".part-"


class BlobMissing(Exception):
    """No file is kept under this digest, or what was given is no digest at all."""


class Blobs:
    """The store. Only who runs the service may read the folder; it must lie outside whatever a web server hands out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, data: bytes) -> str:
        """Keep these bytes and return their digest (sha256, 64 hex); on the disk when this returns. Raises OSError."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest)
        if path.is_file():
            return digest
        for folder in (self._folder, path.parent.parent, path.parent):
            _make(folder)
        part = path.parent / f"{_UNFINISHED}{secrets.token_hex(8)}"
        try:
            _write(part, data)
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
        _settle(path.parent)
        return digest

    def has(self, digest: str) -> bool:
        """Whether a file is kept under this digest; False for what is no digest."""
        return bool(_DIGEST.fullmatch(digest)) and self._path(digest).is_file()

    def open(self, digest: str) -> BufferedReader:
        """The file, to be read from its start and closed. Raises BlobMissing."""
        try:
            return self._path(digest).open("rb")
        except FileNotFoundError:
            raise BlobMissing(digest[:12]) from None

    def read(self, digest: str) -> bytes:
        """All bytes of the file. Raises BlobMissing."""
        with self.open(digest) as file:
            return file.read()

    def is_sound(self, digest: str) -> bool:
        """Whether the file is there and its bytes still have this digest."""
        try:
            with self.open(digest) as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == digest
        except (BlobMissing, OSError):
            return False

    def path(self, digest: str) -> Path:
        """Where the file lies, for whoever sends or copies it. Raises BlobMissing."""
        if not self.has(digest):
            raise BlobMissing(digest[:12])
        return self._path(digest)

    def find(self, digest: str) -> Path | None:
        """The same, None where no file is kept under this digest."""
        return self._path(digest) if self.has(digest) else None

    def digests(self) -> Iterator[str]:
        """What is kept, in no order; what a crash left half written is not."""
        for path in self._folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if _DIGEST.fullmatch(path.name):
                yield path.name

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise BlobMissing("no digest")
        return self._folder / digest[:2] / digest[2:4] / digest


def _make(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _settle(folder.parent)


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "wb") as file:  # noqa: PTH123 - a handle, so that the file is never readable by others
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """Make the folder's own entries survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
