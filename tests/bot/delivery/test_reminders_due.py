"""The clock's reminders: when, once, made up for or skipped with a word in the log."""

import logging
from datetime import UTC, date, timedelta
from datetime import time as hour

import pytest
from clockwork.desk import Desk, local

from bot.channels.contract import Answer
from bot.conversation.office_events import RemindersDue
from bot.conversation.plan import Plan
from bot.delivery.agenda import OpenCycle
from bot.views.duties import Duty

OPENED = local("2025-12-01 10:00").astimezone(UTC)
DUE = local("2026-01-15 00:00").astimezone(UTC)


def desk(now: str, plan: Plan | None = None, *duties: Duty, closed: bool = False) -> Desk:
    """A cycle due before 15/01, looked at from `now` on."""
    owed = duties or (Duty("submit", DUE, OPENED),)
    made = Desk(local(now).astimezone(UTC), OpenCycle(7, OPENED, DUE, plan or Plan(), owed, closed))
    made.starts()
    return made


def missed(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if "the reminder to" in one.getMessage()]


async def test_a_reminder_goes_out_at_eight_and_says_what_it_is() -> None:
    one = desk("2026-01-09 07:00")
    await one.runs_until(local("2026-01-12 00:00"))
    assert one.reminded == [("09/01 08:00", 3)]
    incoming = next(said for _, said in one.taken if isinstance(said.event, RemindersDue))
    assert incoming.event == RemindersDue("submit", 3, None, leaders=True)
    assert incoming.update_key == "remind:7:submit:all:2026-01-09T01:00:00+00:00"
    assert (incoming.channel, incoming.bot) == ("clock", "office")


async def test_leaders_are_told_from_the_third_day_on() -> None:
    one = desk("2026-01-07 07:00")
    await one.runs_until(local("2026-01-16 00:00"))
    events = [said.event for _, said in one.taken if isinstance(said.event, RemindersDue)]
    assert [(event.days_left, event.leaders) for event in events] == [
        (7, False),
        (3, True),
        (1, True),
        (0, True),
        (-1, True),
    ]


async def test_down_over_the_minute_it_is_made_up_for_once(caplog: pytest.LogCaptureFixture) -> None:
    one = desk("2026-01-13 07:00")
    one.stops()
    await one.runs_until(local("2026-01-13 13:59"))
    one.starts()
    await one.runs_until(local("2026-01-13 20:00"))
    assert one.reminded == [("13/01 13:59", 1)]
    assert [line for line in missed(caplog) if "2026-01-13" in line] == []


async def test_down_too_long_it_is_skipped_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    one = desk("2026-01-13 07:00")
    one.stops()
    await one.runs_until(local("2026-01-13 14:01"))
    for _ in range(3):
        one.starts()
        await one.runs_until(one.now + timedelta(hours=1))
    late = [line for line in missed(caplog) if "2026-01-13" in line]
    assert (one.reminded, len(late)) == ([], 1)
    assert "was not sent: nobody ran then" in late[0]


async def test_of_two_that_were_missed_only_the_latest_goes_out(caplog: pytest.LogCaptureFixture) -> None:
    one = desk("2026-01-13 07:00")
    one.stops()
    await one.runs_until(local("2026-01-14 09:00"))
    one.starts()
    await one.runs_until(local("2026-01-14 12:00"))
    assert one.reminded == [("14/01 09:00", 0)]
    assert len([line for line in missed(caplog) if "2026-01-13" in line]) == 1


async def test_nothing_goes_out_at_night_but_the_next_morning() -> None:
    afternoon = Plan(at=hour(19))
    one = desk("2026-01-12 18:00", afternoon)
    one.stops()
    await one.runs_until(local("2026-01-13 21:00"))
    one.starts()
    await one.runs_until(local("2026-01-14 12:00"))
    assert one.reminded == [("14/01 07:30", 1)]


async def test_a_weekend_is_waited_for_only_so_long(caplog: pytest.LogCaptureFixture) -> None:
    one = desk("2026-01-09 18:00", Plan(at=hour(19)))  # a Friday
    one.stops()
    await one.runs_until(local("2026-01-09 21:00"))
    one.starts()
    await one.runs_until(local("2026-01-12 12:00"))
    assert one.reminded == []
    assert len([line for line in missed(caplog) if "2026-01-09" in line]) == 1


@pytest.mark.parametrize("step", [timedelta(hours=1), -timedelta(hours=1)])
@pytest.mark.parametrize("at", ["07:30", "07:59", "08:00", "08:01", "08:45"])
async def test_a_clock_that_is_set_never_reminds_twice(step: timedelta, at: str) -> None:
    one = desk("2026-01-13 06:00")
    await one.runs_until(local(f"2026-01-13 {at}"))
    one.steps(step)
    await one.runs_until(local("2026-01-13 18:00"))
    assert [left for _, left in one.reminded] == [1]


async def test_more_time_moves_what_is_to_come_and_leaves_what_was_sent() -> None:
    one = desk("2026-01-13 06:00")
    await one.runs_until(local("2026-01-13 10:00"))
    one.extends(local("2026-01-21 00:00").astimezone(UTC))
    await one.runs_until(local("2026-01-22 00:00"))
    assert one.reminded == [
        ("13/01 08:00", 1),
        ("16/01 08:00", 3),  # the 17th is a Saturday
        ("19/01 08:00", 1),
        ("20/01 08:00", 0),
        ("21/01 08:00", -1),
    ]


async def test_a_new_date_does_not_catch_up_on_steps_from_before_it() -> None:
    one = desk("2026-01-12 06:00")
    await one.runs_until(local("2026-01-12 10:00"))
    one.extends(local("2026-01-20 00:00").astimezone(UTC))  # the week before it began this very morning
    one.starts()
    await one.runs_until(local("2026-01-12 18:00"))
    assert one.reminded == []


async def test_a_unit_with_its_own_date_is_reminded_by_it() -> None:
    own = Duty("submit", local("2026-01-22 00:00").astimezone(UTC), OPENED, unit_id=5)
    back = Duty("resubmit", local("2026-01-20 00:00").astimezone(UTC), OPENED, unit_id=6)
    one = desk("2026-01-19 06:00", None, Duty("submit", DUE, OPENED), own, back)
    await one.runs_until(local("2026-01-19 12:00"))
    events = [said.event for _, said in one.taken if isinstance(said.event, RemindersDue)]
    assert [(event.unit_id, event.duty, event.days_left) for event in events] == [
        (None, "submit", -3),
        (6, "resubmit", 0),
    ]


async def test_of_a_closed_cycle_only_publication_is_left() -> None:
    publish = Duty("publish", local("2026-03-31 00:00").astimezone(UTC), OPENED)
    one = desk("2026-03-27 06:00", None, publish, closed=True)
    await one.runs_until(local("2026-04-02 00:00"))
    assert one.reminded == [("27/03 08:00", 3), ("29/03 08:00", 1), ("30/03 08:00", 0)]


async def test_a_database_that_is_away_is_asked_again() -> None:
    one = desk("2026-01-13 07:59")
    one.answer = Answer.UNAVAILABLE
    await one.runs_until(local("2026-01-13 08:30"))
    one.answer = Answer.TAKEN
    await one.runs_until(local("2026-01-13 12:00"))
    assert one.reminded == [("13/01 08:30", 1)]


async def test_a_listed_holiday_is_left_out() -> None:
    one = desk("2026-01-08 06:00", Plan(holidays=frozenset({date(2026, 1, 9)})))
    await one.runs_until(local("2026-01-10 00:00"))
    assert one.reminded == [("08/01 08:00", 3)]
