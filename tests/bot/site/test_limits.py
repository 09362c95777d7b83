"""Buckets, guesses, and where a request comes from: by a clock that is handed in, never by sleeping."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import make_mocked_request
from talk.stage import Clock

from bot.site.limits import REMEMBERED, Buckets, Guesses, Rate, address_of

START = datetime(2026, 1, 5, tzinfo=UTC)


def still() -> Clock:
    return Clock(START, timedelta(0))


def test_a_bucket_gives_its_burst_then_so_many_a_second() -> None:
    clock = still()
    bucket = Buckets(Rate(3, 0.5), clock)
    assert [bucket.take("a") for _ in range(4)] == [0, 0, 0, 2.0]
    clock.now += timedelta(seconds=1)
    assert bucket.take("a") == 1.0
    clock.now += timedelta(seconds=1)
    assert [bucket.take("a"), bucket.take("a")] == [0, 2.0]
    assert bucket.take("b") == 0


def test_a_bucket_holds_no_more_than_its_burst() -> None:
    clock = still()
    bucket = Buckets(Rate(2, 1), clock)
    bucket.take("a")
    clock.now += timedelta(days=1)
    assert [bucket.take("a") > 0 for _ in range(3)] == [False, False, True]


def test_a_clock_set_back_gives_nothing_and_takes_nothing() -> None:
    clock = still()
    bucket = Buckets(Rate(2, 1), clock)
    bucket.take("a")
    clock.now -= timedelta(hours=1)
    assert [bucket.take("a"), bucket.take("a")] == [0, 1.0]


def test_whoever_was_here_longest_ago_is_forgotten() -> None:
    bucket = Buckets(Rate(1, 0.001), still())
    bucket.take("first")
    for number in range(REMEMBERED):
        bucket.take(number)
    assert bucket.take("first") == 0
    assert bucket.take(REMEMBERED - 1) > 0


def test_wrong_codes_far_apart_lock_nobody() -> None:
    clock = still()
    guesses = Guesses(clock)
    for _ in range(20):
        guesses.miss("a")
        assert guesses.locked("a") is None
        clock.now += timedelta(minutes=4)


def test_five_wrong_codes_in_a_row_lock_only_their_address() -> None:
    clock = still()
    guesses = Guesses(clock)
    for _ in range(5):
        assert guesses.locked("a") is None
        guesses.miss("a")
    assert guesses.locked("a") == timedelta(minutes=15)
    assert guesses.locked("b") is None
    clock.now += timedelta(minutes=15)
    assert guesses.locked("a") is None
    guesses.miss("a")
    assert guesses.locked("a") is None


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "9.9.9.9", "10.0.0.9"),
        (1, "9.9.9.9", "9.9.9.9"),
        (1, "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        (2, "6.6.6.6, 9.9.9.9, 10.0.0.8", "9.9.9.9"),
        (2, "9.9.9.9", "9.9.9.9"),
        (1, "nobody", "10.0.0.9"),
        (1, "", "10.0.0.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "::ffff:9.9.9.9", "9.9.9.9"),
    ],
)
def test_an_address_is_what_our_own_proxies_saw(proxies: int, told: str, address: str) -> None:
    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": told} if told else {})
    assert address_of(request.clone(remote="10.0.0.9"), proxies) == address
