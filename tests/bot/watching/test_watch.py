"""The watch on a running store: the page holds what the database counts, asked only now and then, and outlives it."""

from __future__ import annotations

from pathlib import Path

import pytest
from product_store.fixtures import opened

from bot.settings import Settings, variables
from bot.watch import Watch
from storage.errors import StoreUnavailable
from storage.store import Store


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)


def watch_on(store: Store, folder: Path, **more: str) -> Watch:
    settings = Settings(_env_file=None, database_url=store.url, files_dir=str(folder / "files"), **more)  # type: ignore[arg-type]
    return Watch(settings, store, {}, lambda: True, lambda _name: True)


async def test_the_metrics_tell_what_the_database_counts_and_that_it_is_away(
    sqlite_file_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(sqlite_file_url) as store:
        watch = watch_on(store, tmp_path)
        write = watch._metrics
        first = (await write()).decode()
        assert "tucham_database_up 1.0" in first
        assert 'tucham_disk_free_bytes{folder="database"}' in first
        assert "tucham_leader 1.0" in first
    assert (await write()).decode() == first, "asked again within a moment"
    monkeypatch.setattr("bot.watch.FRESH_S", 0.0)
    assert "tucham_database_up 0.0" in (await write()).decode()


async def test_a_reading_holds_the_folders_and_needs_the_database(sqlite_file_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_file_url) as store:
        watch = watch_on(store, tmp_path, backup_passphrase="long enough to be one")
        reading = await watch.read()
        assert {disk.what for disk in reading.disks} == {"database", "files", "backups"}
        assert reading.backs_up
    with pytest.raises(StoreUnavailable):
        await watch.read()


@pytest.mark.parametrize(
    ("more", "addresses"),
    [
        ({}, 1),
        ({"public_url": "https://tucham.example.gov.vn"}, 0),
        ({"public_url": "https://tucham.example.gov.vn", "metrics_token": "x" * 16}, 1),
    ],
)
async def test_the_settings_open_the_page_and_nothing_else_does(
    sqlite_file_url: str, tmp_path: Path, more: dict[str, str], addresses: int
) -> None:
    async with opened(sqlite_file_url) as store:
        assert len(list(watch_on(store, tmp_path, **more).routes())) == addresses
