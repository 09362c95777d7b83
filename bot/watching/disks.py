"""How much room the folders have: asked of the disk each lies on, the folder itself need not be there yet."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LEAST_SHARE = 10
"""Percent of the disk below which it counts as filling up."""
LEAST_BYTES = 1_000_000_000
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk that a folder lies on, in bytes. `what` says what lies there: database, files, backups."""

    what: str
    folder: Path
    free: int
    total: int
    device: int = 0
    """Which disk it is, as the system numbers them."""

    @property
    def percent(self) -> int:
        """How much is free, in whole percent of the disk."""
        return 100 * self.free // max(self.total, 1)

    @property
    def fills(self) -> bool:
        """Whether somebody should make room."""
        return self.free < LEAST_BYTES or self.percent < LEAST_SHARE

    @property
    def shown(self) -> str:
        """The free room for people, in MB or GB."""
        gigabytes = self.free / LEAST_BYTES
        return f"{gigabytes:.1f} GB".replace(".", ",") if gigabytes >= 1 else f"{self.free // MEGABYTE} MB"


def standing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    path = folder.absolute()
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def disks(folders: Mapping[str, Path]) -> tuple[Disk, ...]:
    """Each folder with its disk; a folder whose disk cannot be asked is left out."""
    asked = []
    for what, folder in folders.items():
        try:
            path = standing(folder)
            usage, device = shutil.disk_usage(path), path.stat().st_dev
        except OSError:
            continue
        asked.append(Disk(what, folder, usage.free, usage.total, device))
    return tuple(asked)


def can_write(folder: Path) -> bool:
    """Whether this account may write there, or make the folder."""
    return os.access(standing(folder), os.W_OK | os.X_OK)
