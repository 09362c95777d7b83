"""What the watch is told of an installation: plain values out of the settings, none of them secret but the database's
address, which is never shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Premises:
    """Where everything lies and how it is reached."""

    database_url: str
    database: Path | None
    """The SQLite file; None with a database server."""
    files: Path
    backups: Path
    backs_up: bool
    """Whether anything about backups was set, so that one is expected."""
    zone: ZoneInfo
    names: Mapping[str, str]
    """As every message may speak of them."""
    site: bool = False
    """Whether pages are served."""
    listen: str = ""
    public_url: str = ""
    trusted_proxies: int = 0
    polls: bool = False
    """Whether a channel fetches its updates itself, which only one process may."""
    rates: tuple[float, float, float] = (25, 1, 20)
    """Notices a second, a second and chat, a minute and group."""

    @property
    def folders(self) -> dict[str, Path]:
        """The folders that must not fill up, by what lies in them."""
        kept = {"files": self.files, "backups": self.backups}
        return kept if self.database is None else {"database": self.database.parent} | kept
