"""The clock's work: each moment once, stale ones skipped, nothing without the lead."""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.channels.contract import Answer
from bot.conversation.events import Incoming
from bot.conversation.office_events import ConsolidatedDue
from bot.delivery.schedule import Calendar, OpenCycle, Schedule

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DUE = datetime(2026, 1, 15, tzinfo=ZONE).astimezone(UTC)
OPENED = DUE - timedelta(days=60)
MORNING = datetime(2026, 1, 10, 8, 0, tzinfo=ZONE).astimezone(UTC)


@dataclass
class Desk:
    """What the clock is connected to: remembers what was taken and skipped, as the database would."""

    now: datetime = MORNING
    cycle: OpenCycle | None = field(default_factory=lambda: OpenCycle(7, OPENED, DUE))
    answer: Answer = Answer.TAKEN
    taken: list[Incoming] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    async def open_cycle(self) -> OpenCycle | None:
        return self.cycle

    async def skip(self, key: str) -> bool:
        new = key not in self.known
        self.known.add(key)
        return new

    async def take(self, incoming: Incoming) -> Answer:
        self.taken.append(incoming)
        if self.answer is Answer.TAKEN:
            self.known.add(incoming.update_key)
        return self.answer

    def schedule(self) -> Schedule:
        """A process that begins now."""
        return Schedule(Calendar(self.open_cycle, self.skip, self.take, lambda: self.now, lambda: True, ZONE))


async def test_a_moment_is_taken_once_by_one_process() -> None:
    desk = Desk()
    clock = desk.schedule()
    await clock.look()
    await clock.look()
    assert [incoming.event for incoming in desk.taken] == [ConsolidatedDue("daily")]
    assert desk.taken[0].update_key == "consolidated:7:2026-01-10T01:00:00+00:00"


async def test_two_processes_use_the_same_key() -> None:
    desk = Desk()
    await desk.schedule().look()
    await desk.schedule().look()
    assert len({incoming.update_key for incoming in desk.taken}) == 1


async def test_nothing_is_due_before_its_moment() -> None:
    desk = Desk(now=MORNING - timedelta(days=2, seconds=1))
    await desk.schedule().look()
    assert desk.taken == []


async def test_a_moment_not_older_than_six_hours_is_made_up_for() -> None:
    desk = Desk(now=MORNING + timedelta(hours=6))
    await desk.schedule().look()
    assert len(desk.taken) == 1


async def test_what_nobody_was_there_for_is_skipped_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(now=MORNING + timedelta(hours=6, seconds=1))
    with caplog.at_level(logging.WARNING):
        await desk.schedule().look()
        await desk.schedule().look()
    assert desk.taken == []
    assert len(caplog.records) == 3  # the mornings of the 8th, 9th and 10th, not again after a restart


async def test_a_table_that_was_sent_is_not_called_missed_after_a_restart(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(cycle=OpenCycle(7, OPENED, MORNING + timedelta(hours=1)), now=MORNING)
    for _ in range(8):
        await desk.schedule().look()
        desk.now += timedelta(hours=2)
    assert [type(incoming.event) for incoming in desk.taken]
    sent = {incoming.update_key for incoming in desk.taken}
    missed = [record for record in caplog.records if "was not sent" in record.getMessage()]
    assert len(missed) == 8 - len(sent)


async def test_a_database_that_is_away_is_asked_again() -> None:
    desk = Desk(answer=Answer.UNAVAILABLE)
    clock = desk.schedule()
    await clock.look()
    desk.answer = Answer.TAKEN
    await clock.look()
    assert len(desk.taken) == 2


async def test_without_an_open_cycle_there_is_nothing_to_do() -> None:
    desk = Desk(cycle=None)
    await desk.schedule().look()
    assert desk.taken == []


async def test_a_cycle_opened_late_has_missed_nothing(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(now=DUE + timedelta(days=3), cycle=OpenCycle(7, DUE + timedelta(days=2), DUE))
    with caplog.at_level(logging.WARNING):
        await desk.schedule().look()
    assert (desk.taken, caplog.records) == ([], [])


async def test_what_may_have_gone_out_before_a_restore_is_skipped_and_said(caplog: pytest.LogCaptureFixture) -> None:
    """Caught when seeded: the gap left out of the look."""
    gap = (MORNING - timedelta(hours=1), MORNING + timedelta(minutes=30))
    desk = Desk(now=MORNING + timedelta(hours=1), cycle=OpenCycle(7, OPENED, DUE, lost=gap))
    with caplog.at_level(logging.WARNING):
        await desk.schedule().look()
    assert desk.taken == []
    assert "before the backup was restored" in caplog.text
