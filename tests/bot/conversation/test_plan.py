"""The plan of reminders: read, kept, refused with everything that is wrong with it, and what it says of a day."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.conversation.plan import ONE_DAY, Plan, PlanRefused, days_left, last_day

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def test_nothing_said_is_the_usual_plan() -> None:
    assert Plan.from_json("{}") == Plan.from_json("") == Plan()


def test_a_plan_comes_back_as_it_was_kept() -> None:
    plan = Plan(
        days_before=(20, 5),
        at=time(9, 15),
        quiet=(time(9), time(17)),
        holidays=frozenset({date(2026, 2, 17), date(2026, 2, 16)}),
        weekends_off=False,
        escalate_at=2,
    )
    assert Plan.from_json(plan.to_json()) == plan
    assert Plan.from_mapping(plan.to_mapping()) == plan


def test_days_are_put_in_order_and_named_once() -> None:
    plan = Plan.from_json('{"days_before":[0,3,3,14],"overdue_after":[5,2]}')
    assert (plan.days_before, plan.overdue_after) == ((14, 3, 0), (2, 5))


def test_everything_wrong_is_said_at_once() -> None:
    stored = {
        "days_before": [1, -1],
        "overdue_after": [0],
        "at": "8 giờ",
        "quiet": ["20:00", "07:30"],
        "holidays": ["2026-02-30"],
        "weekends_off": 1,
        "escalate_at": "3",
        "dayz": [],
    }
    with pytest.raises(PlanRefused) as refused:
        Plan.from_mapping(stored)
    assert [(one.part, one.code) for one in refused.value.problems] == [
        ("days_before", "not_days"),
        ("overdue_after", "not_days"),
        ("at", "not_a_time"),
        ("quiet", "not_hours"),
        ("holidays", "not_dates"),
        ("weekends_off", "not_yes_or_no"),
        ("escalate_at", "not_a_number_of_days"),
        ("dayz", "unknown_part"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "not_json"),
        ("{", "not_json"),
        ('{"at":"20:00"}', "at_in_quiet_hours"),
        ('{"at":"07:00"}', "at_in_quiet_hours"),
        ('{"at":"24:00"}', "not_a_time"),
        ('{"at":"08:00+07:00"}', "not_a_time"),
        ('{"quiet":["07:30"]}', "not_hours"),
        ('{"days_before":7}', "not_days"),
        ('{"days_before":[true]}', "not_days"),
        ('{"days_before":[400]}', "not_days"),
    ],
)
def test_what_a_plan_cannot_be(text: str, code: str) -> None:
    with pytest.raises(PlanRefused) as refused:
        Plan.from_json(text)
    assert [one.code for one in refused.value.problems] == [code]


@pytest.mark.parametrize(
    ("due", "last"),
    [("2026-01-15 00:00", 14), ("2026-01-14 17:00", 14), ("2026-01-14 23:59", 14), ("2026-01-15 00:01", 15)],
)
def test_before_a_day_ends_with_the_day_before(due: str, last: int) -> None:
    at = datetime.fromisoformat(due).replace(tzinfo=ZONE)
    assert last_day(at, ZONE) == date(2026, 1, last)
    assert days_left(at, datetime(2026, 1, 13, 23, 59, tzinfo=ZONE), ZONE) == last - 13


def test_weekends_and_holidays_are_days_off() -> None:
    plan = Plan(holidays=frozenset({date(2026, 1, 16)}))
    assert plan.working_day(date(2026, 1, 18), -ONE_DAY) == date(2026, 1, 15)
    assert plan.working_day(date(2026, 1, 16), ONE_DAY) == date(2026, 1, 19)
    assert Plan(weekends_off=False).works(date(2026, 1, 18))


def test_quiet_hours_end_on_the_next_working_morning() -> None:
    plan, friday = Plan(), datetime(2026, 1, 16, 20, 0, tzinfo=ZONE)
    assert plan.next_opening(friday, ZONE, pressing=False) == datetime(2026, 1, 19, 7, 30, tzinfo=ZONE)
    assert plan.next_opening(friday, ZONE, pressing=True) == datetime(2026, 1, 17, 7, 30, tzinfo=ZONE)
    noon = datetime(2026, 1, 16, 12, 0, tzinfo=ZONE)
    assert plan.next_opening(noon, ZONE, pressing=False) == noon
