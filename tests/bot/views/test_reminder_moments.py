"""When a dated duty is called to mind: the legal clock, days without work, steps that meet on one day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.plan import DutyKind, Plan
from bot.views.duties import Duty, reminder_moments

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def days(due: str, plan: Plan | None = None, kind: DutyKind = "submit", zone: ZoneInfo = ZONE) -> list[tuple[str, int]]:
    duty = Duty(kind, datetime.fromisoformat(due).replace(tzinfo=ZONE).astimezone(UTC), LONG_AGO)
    return [
        (f"{one.at.astimezone(ZONE):%a %d/%m %H:%M}", one.days_left)
        for one in reminder_moments(duty, plan or Plan(), zone)
    ]


def test_before_the_15th_ends_with_the_14th() -> None:
    assert days("2026-01-15 00:00") == [
        ("Mon 15/12 08:00", 30), ("Wed 31/12 08:00", 14), ("Wed 07/01 08:00", 7),
        ("Fri 09/01 08:00", 3),  # the 11th is a Sunday
        ("Tue 13/01 08:00", 1), ("Wed 14/01 08:00", 0),
        ("Thu 15/01 08:00", -1),
        ("Mon 19/01 08:00", -3),  # the 17th is a Saturday
        ("Wed 21/01 08:00", -7),
    ]  # fmt: skip


def test_a_deadline_in_the_afternoon_is_on_its_own_day() -> None:
    assert days("2026-01-14 17:00")[-5:-2] == [("Tue 13/01 08:00", 1), ("Wed 14/01 08:00", 0), ("Thu 15/01 08:00", -1)]


def test_a_deadline_at_eight_has_no_morning_of_its_own() -> None:
    assert ("Thu 15/01 08:00", 0) not in days("2026-01-15 08:00")
    assert ("Wed 14/01 08:00", 1) in days("2026-01-15 08:00")
    assert [left for _, left in days("2026-01-15 08:00") if left < 0] == [-1, -3, -7]


def test_the_last_two_days_are_never_moved() -> None:
    sunday = days("2026-01-19 00:00")  # the last good day is Sunday the 18th
    assert ("Sat 17/01 08:00", 1) in sunday
    assert ("Sun 18/01 08:00", 0) in sunday


def test_on_one_day_the_latest_step_counts() -> None:
    plan = Plan(days_before=(9, 8, 7, 4, 3), overdue_after=(3, 4, 5))
    assert days("2026-01-15 00:00", plan) == [
        ("Mon 05/01 08:00", 9), ("Tue 06/01 08:00", 8), ("Wed 07/01 08:00", 7),
        ("Fri 09/01 08:00", 3),  # Saturday's and Sunday's steps, both moved to Friday
        ("Mon 19/01 08:00", -5),
    ]  # fmt: skip


def test_a_long_holiday_has_one_reminder_before_it() -> None:
    tet = Plan(holidays=frozenset(date(2026, 2, day) for day in range(14, 23)))
    moved = days("2026-02-24 00:00", tet)
    assert ("Fri 13/02 08:00", 3) in moved
    assert [left for _, left in moved if left >= 0] == [30, 14, 3, 1, 0]


def test_an_office_that_works_on_weekends_is_reminded_on_them() -> None:
    assert ("Sun 11/01 08:00", 3) in days("2026-01-15 00:00", Plan(weekends_off=False))


@pytest.mark.parametrize(
    ("kind", "steps"),
    [("submit", [30, 14, 7, 3, 1, 0, -1, -3, -7]), ("resubmit", [3, 1, 0, -1]), ("publish", [30, 14, 7, 3, 1, 0])],
)
def test_every_kind_of_duty_has_its_own_steps(kind: DutyKind, steps: list[int]) -> None:
    assert [left for _, left in days("2026-03-31 00:00", kind=kind)] == steps


def test_a_plan_without_steps_reminds_of_nothing() -> None:
    assert days("2026-01-15 00:00", Plan(days_before=(), overdue_after=())) == []


def test_eight_stays_eight_where_clocks_are_changed() -> None:
    new_york = ZoneInfo("America/New_York")
    duty = Duty("submit", datetime(2026, 3, 12, tzinfo=new_york), LONG_AGO)
    hours = {one.at.astimezone(new_york).hour for one in reminder_moments(duty, Plan(), new_york)}
    assert hours == {8}
