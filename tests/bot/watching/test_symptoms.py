"""What counts as wrong, at, below and above each threshold.

Checked once against: minutes for seconds, a disk counted full by its share alone, a backup missed where nobody ever set
one up: each failed here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.intake.moments import to_ms
from bot.watching.disks import Disk
from bot.watching.symptoms import Reading, symptoms
from storage.condition import Figures
from storage.rows import Lane, OutboxCount, OutboxState

NOW = datetime(2026, 1, 10, 2, 0, tzinfo=UTC)
NOTHING = Figures(outbox=(), poison=0, newest_poison_at=None, units={}, answers=0, facts=0, bytes=4096, backup_at=None)
WELL = Reading(now=NOW, since=NOW - timedelta(days=30), figures=NOTHING)


def names(reading: Reading) -> tuple[str, ...]:
    return tuple(symptom.name for symptom in symptoms(reading))


def waiting(state: OutboxState, ago: timedelta, lane: Lane = "notice") -> Reading:
    counts = (OutboxCount(lane, state, 3, to_ms(NOW - ago)),)
    return replace(WELL, figures=replace(NOTHING, outbox=counts))


def backed_up(ago: timedelta) -> Reading:
    return replace(WELL, figures=replace(NOTHING, backup_at=to_ms(NOW - ago)))


def test_nothing_is_wrong_with_a_service_that_is_well() -> None:
    assert symptoms(WELL) == ()


@pytest.mark.parametrize(("seconds", "wrong"), [(599.0, False), (600.0, True)])
def test_a_channel_is_down_after_ten_minutes_without_receiving_or_sending(seconds: float, wrong: bool) -> None:
    expected = ("channel:telegram",) if wrong else ()
    assert names(replace(WELL, unheard={"telegram": seconds})) == expected
    assert names(replace(WELL, unheard={"telegram": 1.0}, unsent={"telegram": seconds})) == expected


@pytest.mark.parametrize(
    ("ago", "wrong"), [(timedelta(minutes=5), False), (timedelta(minutes=5, seconds=1), True), (timedelta(-1), False)]
)
@pytest.mark.parametrize("lane", ["reply", "notice"])
def test_the_sender_lags_after_five_minutes(ago: timedelta, wrong: bool, lane: Lane) -> None:
    assert names(waiting("queued", ago, lane)) == (("lag",) if wrong else ())


def test_what_is_paused_or_sent_does_not_lag() -> None:
    assert names(waiting("paused", timedelta(days=3))) == names(waiting("sent", timedelta(days=3))) == ()


@pytest.mark.parametrize(("hours", "wrong"), [(24, False), (25, True)])
def test_a_doubt_that_nobody_decides_on_is_told_again_after_a_day(hours: int, wrong: bool) -> None:
    assert names(waiting("uncertain", timedelta(hours=hours))) == (("uncertain",) if wrong else ())


@pytest.mark.parametrize(
    ("free", "total", "wrong"),
    [
        (50_000_000_000, 100_000_000_000, False),
        (10_000_000_000, 100_000_000_000, False),
        (9_999_999_999, 100_000_000_000, True),
        (1_000_000_000, 5_000_000_000, False),
        (999_999_999, 5_000_000_000, True),
    ],
)
def test_a_disk_fills_under_a_tenth_or_under_a_gigabyte(free: int, total: int, wrong: bool) -> None:
    disk = Disk("database", Path("/var/lib/tucham"), free, total)
    assert names(replace(WELL, disks=(disk,))) == (("disk:database",) if wrong else ())


def test_folders_on_one_disk_are_told_of_once() -> None:
    one, two, three = (
        Disk(what, Path("/x"), 5, 100, device) for what, device in (("database", 1), ("files", 1), ("backups", 2))
    )
    assert names(replace(WELL, disks=(one, two, three))) == ("disk:database", "disk:backups")


@pytest.mark.parametrize(("ago", "wrong"), [(timedelta(days=2), False), (timedelta(days=2, minutes=1), True)])
def test_a_backup_is_old_after_two_days(ago: timedelta, wrong: bool) -> None:
    assert names(backed_up(ago)) == (("backup",) if wrong else ())


def test_who_never_set_backups_up_is_not_reminded_of_any() -> None:
    assert names(WELL) == ()
    assert names(replace(WELL, backs_up=True)) == ("backup",)
    assert names(replace(WELL, backs_up=True, since=NOW - timedelta(days=1))) == ()


def test_a_bug_is_told_of_for_a_day_and_each_by_itself() -> None:
    def with_bug(at: datetime) -> Reading:
        return replace(WELL, figures=replace(NOTHING, poison=1, newest_poison_at=to_ms(at)))

    (first,), (second,) = symptoms(with_bug(NOW)), symptoms(with_bug(NOW - timedelta(hours=1)))
    assert first.name == second.name == "poison"
    assert first.mark != second.mark
    assert names(with_bug(NOW - timedelta(days=1))) == ()
