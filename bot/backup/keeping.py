"""How backups are called, and which of them are old enough to go."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

ALWAYS = 3
"""So many of the newest stay, however old they are: a clock that jumps must not delete everything."""
_NAME = re.compile(r"tucham-([0-9]{8}-[0-9]{6})Z\.tar(?:\.age)?", re.ASCII)
_PART = re.compile(r"\.tucham-([0-9]{8}-[0-9]{6})Z\.tar(?:\.age)?\.part", re.ASCII)
_SPELLED = "%Y%m%d-%H%M%S"


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in its folder."""

    path: Path
    at: datetime


def file_name(at: datetime, *, locked: bool) -> str:
    """What the backup of this moment is called."""
    return f"tucham-{moment(at)}.tar{'.age' if locked else ''}"


def moment(at: datetime) -> str:
    """A moment as it stands in names of files."""
    return f"{at.astimezone(UTC):{_SPELLED}}Z"


def backups_in(folder: Path) -> tuple[Kept, ...]:
    """The backups of a folder, the newest first."""
    found = ((path, _NAME.fullmatch(path.name)) for path in folder.glob("tucham-*"))
    return tuple(sorted((Kept(path, _read(name[1])) for path, name in found if name), key=_newest, reverse=True))


def remove_old(folder: Path, now: datetime, days: int) -> int:
    """Remove backups older than that, but none of the newest three, and what was left half written; return how many
    backups went."""
    oldest = now - timedelta(days=days)
    old = [kept for kept in backups_in(folder)[ALWAYS:] if kept.at < oldest]
    for kept in old:
        kept.path.unlink(missing_ok=True)
    for path in folder.glob(".tucham-*.part"):
        name = _PART.fullmatch(path.name)
        if name and _read(name[1]) < now - timedelta(days=1):
            path.unlink(missing_ok=True)
    return len(old)


def _newest(kept: Kept) -> tuple[datetime, str]:
    return kept.at, kept.path.name


def _read(spelled: str) -> datetime:
    with suppress(ValueError):
        return datetime.strptime(spelled, _SPELLED).replace(tzinfo=UTC)
    return datetime.max.replace(tzinfo=UTC)  # no moment at all: not ours to remove
