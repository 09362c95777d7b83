"""Three rounds of backup and restore under load; `make faults` has a hundred."""

from __future__ import annotations

from pathlib import Path

from backups.place import Place
from backups.rounds import load


async def test_backups_under_load_hold_all_that_was_acknowledged(sqlite_file_url: str, tmp_path: Path) -> None:
    """Caught when seeded: tables read in transactions of their own; make_unsent_uncertain forgotten."""
    async with load(Place(tmp_path, sqlite_file_url), seed=3) as writing:
        for number in range(3):
            await writing.round(number)
