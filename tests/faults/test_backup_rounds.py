"""Backups made while people write are whole, a hundred times over."""

from __future__ import annotations

from pathlib import Path

import pytest
from backups.place import Place
from backups.rounds import load

from storage.migrate import migrate

pytestmark = pytest.mark.slow
ROUNDS = 100


async def test_a_hundred_backups_under_load_hold_all_that_was_acknowledged(tmp_path: Path) -> None:
    """Caught when seeded: tables read in transactions of their own; make_unsent_uncertain forgotten."""
    place = Place.at(tmp_path)
    await migrate(place.url)
    async with load(place, seed=14) as writing:
        for number in range(ROUNDS):
            await writing.round(number, passphrase=number % 10 == 9)
