"""How moments are written for people."""

import tomllib
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from messages.dates import Dates
from messages.render import FOLDER

PATTERNS = {
    "when": "{hour}:{minute} ngày {day}/{month}/{year}",
    "day": "{day}/{month}/{year}",
    "hour": "{hour}:{minute}",
    "short_day": "{day}/{month}",
    "before_day": "trước ngày {day}/{month}/{year}",
    "before_time": "trước {hour}:{minute} ngày {day}/{month}/{year}",
}


@pytest.fixture
def dates(zone: ZoneInfo) -> Dates:
    return Dates(PATTERNS, zone)


def test_a_moment_is_told_in_the_zone_of_the_office(dates: Dates) -> None:
    moment = datetime(2026, 1, 7, 20, 5, tzinfo=UTC)
    assert dates.when(moment) == "03:05 ngày 08/01/2026"
    assert dates.day(moment) == "08/01/2026"


def test_time_and_day_can_stand_alone(dates: Dates) -> None:
    moment = datetime(2026, 1, 7, 20, 5, tzinfo=UTC)
    assert dates.hour(moment) == "03:05"
    assert dates.short_day(moment) == "08/01"


def test_the_product_writes_them_its_own_way(zone: ZoneInfo) -> None:
    patterns = tomllib.loads((FOLDER / "formats.toml").read_text(encoding="utf-8"))
    written = Dates(patterns, zone)
    moment = datetime(2026, 1, 12, 2, 30, tzinfo=UTC)
    assert (written.hour(moment), written.short_day(moment)) == ("09:30", "12/01")


def test_a_deadline_at_the_end_of_a_day_names_the_first_day_that_is_too_late(dates: Dates, zone: ZoneInfo) -> None:
    assert dates.due(datetime(2026, 1, 15, tzinfo=zone)) == "trước ngày 15/01/2026"
    assert dates.due(datetime(2026, 1, 14, 23, 59, 59, tzinfo=zone)) == "trước ngày 15/01/2026"


def test_a_deadline_within_a_day_names_the_time(dates: Dates, zone: ZoneInfo) -> None:
    assert dates.due(datetime(2026, 1, 14, 17, tzinfo=zone)) == "trước 17:00 ngày 14/01/2026"
    assert dates.due(datetime(2026, 1, 14, 23, 58, tzinfo=zone)) == "trước 23:58 ngày 14/01/2026"


@pytest.mark.parametrize("wrong", [datetime(2026, 1, 8, 9, 5), date(2026, 1, 8), "2026-01-08", None])  # noqa: DTZ001
def test_only_aware_moments_are_taken(dates: Dates, wrong: object) -> None:
    with pytest.raises(TypeError, match="aware"):
        dates.when(wrong)
