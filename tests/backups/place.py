"""A place with a database, files and a folder for backups, as an installation has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from product_store.databases import sqlite_url

from bot.backup.making import Made, make_backup
from bot.backup.restoring import Restored, restore_backup
from bot.backup.sealing import Key, Lock
from storage.blobs import Blobs

AT = datetime(2026, 1, 10, 2, 0, tzinfo=UTC)
PASSPHRASE = "mật khẩu đủ dài"
LOCK, KEY = Lock(PASSPHRASE), Key(PASSPHRASE)


@dataclass(frozen=True, slots=True)
class Place:
    """An installation in a folder of its own."""

    home: Path
    url: str

    @classmethod
    def at(cls, home: Path) -> Place:
        """A place where nothing is yet."""
        return cls(home, sqlite_url(home / "tucham.db"))

    @property
    def blobs(self) -> Blobs:
        """Its files."""
        return Blobs(self.home / "files")

    @property
    def folder(self) -> Path:
        """Its backups."""
        return self.home / "backups"

    async def back_up(self, lock: Lock = LOCK, at: datetime = AT) -> Made:
        """Make a backup of it."""
        return await make_backup(self.url, self.blobs, self.folder, lock, at)

    async def restore(self, file: Path, key: Key = KEY, *, replace: bool = False) -> Restored:
        """Restore a backup into it."""
        return await restore_backup(self.url, self.blobs, file, key, AT, replace=replace)

    def files(self) -> set[str]:
        """Every file in it, but for the lock."""
        return {str(path.relative_to(self.home)) for path in self.home.rglob("*") if path.is_file()} - {
            "tucham.db.lock"
        }
