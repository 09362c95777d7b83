"""An installation to back up, with an office and a file in it; passphrases are quick."""

from __future__ import annotations

from pathlib import Path

import pytest
from backups import quick
from backups.place import Place
from product_store.fixtures import opened, sqlite_file_url, sqlite_template
from product_store.seeds import NOW, seed_office

from bot.backup import sealing
from storage import files

__all__ = ["place", "sqlite_file_url", "sqlite_template"]
PDF = b"%PDF-1.7 k\xe1\xba\xbf ho\xe1\xba\xa1ch"


@pytest.fixture(autouse=True)
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "with_passphrase", quick)


@pytest.fixture
async def place(sqlite_file_url: str, tmp_path: Path) -> Place:
    """The installation."""
    made = Place(tmp_path, sqlite_file_url)
    digest = made.blobs.put(PDF)
    async with opened(sqlite_file_url) as store:
        await store.run(seed_office)
        await store.run(files.put_file, digest, "application/pdf", len(PDF), NOW)
    return made
