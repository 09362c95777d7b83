"""Makes a backup beside whoever works: the rows on one state of the database, then the files, into one new file."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection

from bot.backup.archive import FORMAT, Manifest, Writer
from bot.backup.checking import read_back
from bot.backup.faults import BackupFault, disk
from bot.backup.keeping import file_name
from bot.backup.sealing import Key, Lock, check_lock, sealed
from bot.version import version
from storage.blobs import BlobMissing, Blobs
from storage.dump import chunks_of, on_one_state, tables_of
from storage.files import list_files
from storage.migrate import revision_of


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that stands on the disk; `missing` are the digests of files that were gone or altered already."""

    path: Path
    size: int
    rows: int
    files: int
    missing: tuple[str, ...]
    read_back: bool


async def make_backup(url: str, blobs: Blobs, folder: Path, lock: Lock, now: datetime) -> Made:
    """Make a backup and, when the passphrase is at hand, read it back whole; nothing is left when that fails.

    It works on the calling loop's thread, so a service makes its backups in a process (or a thread and loop) of their
    own. Raises BackupFault, StoreNotReady, StoreUnavailable.
    """
    check_lock(lock)
    try:
        await asyncio.to_thread(_make, folder)
        path = folder / file_name(now, locked=lock.closes)
        if await asyncio.to_thread(path.exists):
            raise BackupFault("exists", file=str(path))
        with _new_file(path) as file, sealed(file, lock) as out:
            writer, rows, named = await on_one_state(url, lambda conn: _write_rows(conn, out, now))
            files, missing = _write_files(writer, blobs, named)
    except OSError as error:
        raise disk(error) from None
    made = Made(path, path.stat().st_size, rows, files, missing, lock.recipient is None or lock.passphrase is not None)
    if made.read_back:
        try:
            await asyncio.to_thread(read_back, path, Key(lock.passphrase))
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return made


def _write_rows(conn: Connection, out: BinaryIO, now: datetime) -> tuple[Writer, int, frozenset[str]]:
    tables = tables_of(conn)
    manifest = Manifest(format=FORMAT, program=version(), revision=revision_of(conn) or "", taken_at=now, tables=tables)
    writer = Writer(out, manifest)
    for table in tables:
        for chunk in chunks_of(conn, table.name):
            writer.rows(table.name, chunk)
    return writer, sum(table.rows for table in tables), frozenset(row.digest for row in list_files(conn))


def _write_files(writer: Writer, blobs: Blobs, named: frozenset[str]) -> tuple[int, tuple[str, ...]]:
    """Every file there is: those that rows name were kept before the rows were, so they are there by now."""
    sound: set[str] = set()
    for digest in blobs.digests():
        try:
            data = blobs.read(digest)
        except BlobMissing:
            continue
        if hashlib.sha256(data).hexdigest() == digest:
            writer.file(digest, data)
            sound.add(digest)
    missing = tuple(sorted(named - sound))
    writer.finish(missing)
    return len(sound), missing


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that only its owner may read, and that has its name only once all of it is on the disk."""
    part = path.with_name(f".{path.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
