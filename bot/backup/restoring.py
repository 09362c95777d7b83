"""Puts a backup back: a new database of either kind, the files, and everything doubtful told as doubtful."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.backup.archive import File
from bot.backup.checking import Found, found_in, opened
from bot.backup.faults import BackupFault, disk
from bot.backup.keeping import moment
from bot.backup.sealing import Key
from bot.intake.moments import to_ms
from storage.blobs import Blobs
from storage.load_dump import Doubts, create, finish, is_empty, load_rows, replace_with
from storage.marks import put_mark
from storage.migrate import knows
from storage.single import hold_database


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back; `aside` says where what stood there before is now."""

    found: Found
    doubts: Doubts
    aside: str | None


async def restore_backup(url: str, blobs: Blobs, path: Path, key: Key, now: datetime, *, replace: bool) -> Restored:
    """Put a backup in the place of the database, all or nothing; with ``replace`` what stood there is kept aside.

    Every session ends, every message that had not gone out becomes uncertain. Raises BackupFault ("not_empty" where
    something would be lost), DatabaseInUse while a service works, StoreNotReady, StoreUnavailable.
    """
    new: list[str] = []
    try:
        with hold_database(url):
            if not replace and not await is_empty(url):
                raise BackupFault("not_empty")
            (found, doubts), aside = await replace_with(
                url, lambda conn: _fill(conn, path, key, _Files(blobs, new), now), moment(now)
            )
    except BaseException as error:
        for digest in new:
            blobs.path(digest).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise disk(error) from None
        if isinstance(error, DBAPIError):  # no outage: rows that no table takes
            raise BackupFault("damaged") from error
        raise
    return Restored(found, doubts, aside)


def _fill(conn: Connection, path: Path, key: Key, files: _Files, now: datetime) -> tuple[Found, Doubts]:
    """Make and load the database; the backup has been read to its end, and holds, before anything is committed."""
    with opened(path, key) as archive:
        if not knows(archive.manifest.revision):
            raise BackupFault("newer")
        create(conn, archive.manifest.revision)
        for part in archive.parts():
            if isinstance(part, File):
                files.put(part)
            else:
                load_rows(conn, part.table, part.values)
    doubts = finish(conn, archive.manifest.tables, to_ms(now))
    taken_at = to_ms(archive.manifest.taken_at)
    put_mark(conn, "restore", to_ms(now), {"file": path.name, "taken_at": taken_at})
    return found_in(archive), doubts


class _Files:
    """Where files are put back; `new` are those that were not there before."""

    def __init__(self, blobs: Blobs, new: list[str]) -> None:
        self._blobs = blobs
        self._new = new

    def put(self, file: File) -> None:
        """Put a file back, also in the place of one that was altered. Raises OSError."""
        if self._blobs.is_sound(file.digest):
            return
        if self._blobs.has(file.digest):
            self._blobs.path(file.digest).unlink()
        self._blobs.put(file.data)
        self._new.append(file.digest)
