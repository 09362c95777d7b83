"""Reads a backup from its first byte to its last, without putting anything anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.backup.archive import Archive, Manifest
from bot.backup.faults import BackupFault, disk
from bot.backup.sealing import Key, unsealed


@dataclass(frozen=True, slots=True)
class Found:
    """What a backup holds; `missing` are the digests of files that were gone when it was made."""

    manifest: Manifest
    files: int
    missing: tuple[str, ...]

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for table in self.manifest.tables)


@contextmanager
def opened(path: Path, key: Key) -> Iterator[Archive]:
    """A backup, unlocked, to be read from its manifest on. Raises BackupFault."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise BackupFault("missing") from None
    except OSError as error:
        raise disk(error) from None
    with file, unsealed(file, key) as plain:
        yield Archive(plain)


def read_back(path: Path, key: Key) -> Found:
    """Open a backup and check every digest and every count. Raises BackupFault."""
    with opened(path, key) as archive:
        for _ in archive.parts():
            pass
    return found_in(archive)


def found_in(archive: Archive) -> Found:
    """What an archive that was read whole held."""
    if archive.contents is None:
        raise BackupFault("damaged")
    return Found(archive.manifest, archive.contents.files, archive.contents.missing)
