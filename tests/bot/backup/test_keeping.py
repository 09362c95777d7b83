"""Which backups go: the old ones, never the newest three, and nothing that is not ours."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.backup.keeping import backups_in, file_name, remove_old

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


def put(folder: Path, *days: int) -> list[str]:
    names = [file_name(NOW - timedelta(days=day), locked=day % 2 == 0) for day in days]
    for name in names:
        (folder / name).touch()
    return names


def test_what_is_older_than_that_goes_but_never_the_newest_three(tmp_path: Path) -> None:
    """Caught when seeded: the newest three counted among those that are old."""
    names = put(tmp_path, 1, 30, 31, 90)
    assert remove_old(tmp_path, NOW, 30) == 1
    assert [kept.path.name for kept in backups_in(tmp_path)] == names[:3]
    assert remove_old(tmp_path, NOW + timedelta(days=9999), 30) == 0


def test_within_the_days_everything_stays(tmp_path: Path) -> None:
    put(tmp_path, 0, 1, 2, 3, 29, 30)
    assert remove_old(tmp_path, NOW, 30) == 0


def test_only_what_we_named_is_ours(tmp_path: Path) -> None:
    put(tmp_path, 1, 2, 3)
    others = ("tucham-20200101-000000Z.tar.age.txt", "tucham-2020.tar.age", "a.tar.age", "tucham-20209999-000000Z.tar")
    for name in others:
        (tmp_path / name).touch()
    assert remove_old(tmp_path, NOW, 30) == 0
    assert all((tmp_path / name).exists() for name in others)


def test_what_a_crash_left_half_written_goes_after_a_day(tmp_path: Path) -> None:
    old, fresh = (f".{file_name(NOW - timedelta(hours=hours), locked=True)}.part" for hours in (25, 1))
    (tmp_path / old).touch()
    (tmp_path / fresh).touch()
    remove_old(tmp_path, NOW, 30)
    assert [path.name for path in tmp_path.iterdir()] == [fresh]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Ho_Chi_Minh"])
def test_names_are_in_utc_wherever_the_machine_stands(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert file_name(NOW, locked=True) == "tucham-20260301-020000Z.tar.age"
    finally:
        monkeypatch.undo()
        time.tzset()
