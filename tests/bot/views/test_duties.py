"""When the consolidated table goes out by itself."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.views.duties import due_moments

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MIDNIGHT = datetime(2026, 1, 15, tzinfo=ZONE)


def test_the_last_week_has_seven_mornings_and_the_deadline() -> None:
    moments = due_moments(MIDNIGHT.astimezone(UTC), ZONE)
    assert [moment.reason for moment in moments] == ["daily"] * 7 + ["deadline"]
    assert [moment.at.astimezone(ZONE).strftime("%d %H:%M") for moment in moments] == [
        "08 08:00", "09 08:00", "10 08:00", "11 08:00", "12 08:00", "13 08:00", "14 08:00", "15 00:00",
    ]  # fmt: skip


def test_a_deadline_at_eight_is_not_told_twice() -> None:
    due = datetime(2026, 1, 15, 8, tzinfo=ZONE)
    moments = due_moments(due, ZONE)
    assert [moment.at for moment in moments if moment.reason == "deadline"] == [due]
    assert len({moment.at for moment in moments}) == len(moments) == 8


def test_a_deadline_in_the_afternoon_has_its_own_morning_before_it() -> None:
    moments = due_moments(datetime(2026, 1, 14, 17, tzinfo=ZONE), ZONE)
    assert moments[-2].at.astimezone(ZONE).strftime("%d %H") == "14 08"
    assert len(moments) == 8


def test_moments_are_aware_and_in_order() -> None:
    moments = due_moments(MIDNIGHT, ZONE)
    assert all(moment.at.tzinfo is not None for moment in moments)
    assert sorted(moments, key=lambda moment: moment.at) == list(moments)
