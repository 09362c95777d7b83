"""Two hundred times a season's days pass, with everything clocks and services do: each reminder once, in its minute."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from clockwork.desk import ZONE, Desk

from bot.channels.contract import Answer
from bot.conversation.plan import Plan
from bot.delivery.agenda import OpenCycle
from bot.views.duties import Duty, ReminderMoment, reminder_moments

HOSTS = ("UTC", "America/New_York", "Asia/Ho_Chi_Minh", "Europe/Berlin", "Asia/Kathmandu")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WITHIN = timedelta(seconds=60)
Act = Callable[[Desk], None]


@dataclass(frozen=True)
class Scenario:
    """Some days of a cycle and what happens in them."""

    seed: int
    desk: Desk
    begins: datetime
    until: datetime
    script: tuple[tuple[datetime, Act], ...]

    def upset(self, since: datetime, until: datetime) -> bool:
        """Whether anything happened between two times; the service's first start counts."""
        return any(since <= at <= until for at in (self.begins, *(at for at, _ in self.script)))


def scenario(seed: int) -> Scenario:
    """Six to twelve days around a reminder: a plan, a host, and up to six upsets."""
    draw = random.Random(seed)
    due = datetime(2026, 1, 15, draw.choice((0, 0, 0, 17, 8)), tzinfo=ZONE) + timedelta(days=draw.randrange(40))
    opened = due - timedelta(days=draw.choice((60, 35, 12)), hours=draw.randrange(24))
    off = frozenset(date(2026, 2, 16) + timedelta(days=n) for n in range(7)) if draw.random() < 0.5 else frozenset()
    plan = Plan(
        at=draw.choice((time(8), time(8), time(19), time(7, 30))), holidays=off, weekends_off=draw.random() < 0.8
    )
    duty = Duty("submit", due.astimezone(UTC), opened.astimezone(UTC))
    focus = draw.choice([one for one in reminder_moments(duty, plan, ZONE) if one.at > opened])
    begins = max(opened, focus.at - timedelta(days=draw.randrange(1, 5), minutes=draw.randrange(1440)))
    until = focus.at + timedelta(days=draw.randrange(3, 7))
    desk = Desk(
        begins.astimezone(UTC),
        OpenCycle(7, opened.astimezone(UTC), duty.due_at, plan, (duty,)),
        ZoneInfo(draw.choice(HOSTS)),
    )
    script: list[tuple[datetime, Act]] = []
    for _ in range(draw.randrange(1, 4)):
        at = focus.at + timedelta(days=draw.choice((-1, 0, 0, 0, 1)), seconds=draw.randrange(-5400, 5400))
        script += _upset(draw, at)
    if draw.random() < 0.3:
        at = focus.at + timedelta(minutes=draw.randrange(-2000, 2000))
        later = due + timedelta(days=draw.choice((1, 2, 7, 14)))
        script.append((at, lambda desk: desk.extends(later.astimezone(UTC))))
    script = sorted(((max(at, begins), act) for at, act in script), key=lambda pair: pair[0])
    return Scenario(
        seed,
        desk,
        begins.astimezone(UTC),
        until.astimezone(UTC),
        tuple((at.astimezone(UTC), act) for at, act in script),
    )


def _upset(draw: random.Random, at: datetime) -> list[tuple[datetime, Act]]:
    kind = draw.choice(("down", "down", "restart", "ahead", "back", "database"))
    lasts = draw.choice((30 * MINUTE, 2 * HOUR, 3 * HOUR, 5 * HOUR, 7 * HOUR, 15 * HOUR, 30 * HOUR))
    match kind:
        case "down":
            return [(at, Desk.stops), (at + lasts, Desk.starts)]
        case "database":
            return [
                (at, lambda desk: _answers(desk, Answer.UNAVAILABLE)),
                (at + lasts, lambda desk: _answers(desk, Answer.TAKEN)),
            ]
        case "ahead" | "back":
            by = HOUR if kind == "ahead" else -HOUR
            return [(at, lambda desk: desk.steps(by)), (at + lasts, lambda desk: desk.steps(-by))]
        case _:
            return [(at, Desk.starts)]


def _answers(desk: Desk, answer: Answer) -> None:
    desk.answer = answer


async def play(one: Scenario) -> None:
    """Let it happen; a host whose clock was set back meets the next upset when its clock shows that time."""
    one.desk.starts()
    for at, act in one.script:
        await one.desk.runs_until(at)
        act(one.desk)
    one.desk.answer = Answer.TAKEN
    if one.desk.schedule is None:
        one.desk.starts()
    await one.desk.runs_until(one.until)
    await one.desk.runs_until(one.desk.now + 2 * MINUTE)


def due_in(one: Scenario) -> list[ReminderMoment]:
    """The reminders that were due while this was looked at, by the date that stands in the end."""
    assert one.desk.cycle is not None
    (duty,) = one.desk.cycle.duties
    moments = reminder_moments(duty, one.desk.cycle.plan, ZONE)
    return [moment for moment in moments if duty.since <= moment.at <= one.desk.now - 2 * MINUTE]


def name_of(moment: ReminderMoment) -> str:
    return f"remind:7:submit:all:{moment.at.astimezone(UTC).isoformat()}"


@pytest.mark.parametrize("hundred", range(2))
async def test_every_reminder_once_in_its_minute_or_said_to_be_missed(
    hundred: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "bot.delivery.schedule")
    found: Counter[str] = Counter()
    for seed in range(hundred * 100, hundred * 100 + 100):
        caplog.clear()
        one = scenario(seed)
        await play(one)
        said = [record for record in caplog.records if "the reminder to" in record.getMessage()]
        skipped = {key for key in one.desk.skipped if key.startswith("remind:")}
        taken = {said.update_key: at for at, said in one.desk.taken if said.update_key.startswith("remind:")}
        assert len(said) == len(skipped), seed
        assert not skipped & taken.keys(), seed
        for moment in due_in(one):
            key = name_of(moment)
            assert key in taken or key in skipped, (seed, key, "missed in silence")
            if key in taken:
                _was_in_time(one, moment, taken[key])
            else:
                _was_rightly_skipped(one, moment)
            found["skipped" if key in skipped else "late" if taken[key] - moment.at > WITHIN else "in time"] += 1
        times = sorted(taken.values())
        assert all(after - before > 2 * HOUR for before, after in pairwise(times)), (seed, "twice")
    assert found["in time"] > 100
    assert found["late"] > 15
    assert found["skipped"] > 15


def _was_in_time(one: Scenario, moment: ReminderMoment, at: datetime) -> None:
    """In its minute; later only after something had happened, and then in hours in which anything may go out."""
    assert one.desk.cycle is not None
    assert one.desk.cycle.plan.may_go_out(at, ZONE, pressing=moment.pressing), (one.seed, at)
    assert timedelta() <= at - moment.at < 24 * HOUR, (one.seed, at)
    if at - moment.at > WITHIN:
        assert one.upset(moment.at - 31 * HOUR, at), (one.seed, moment.at, at, "late for no reason")


def _was_rightly_skipped(one: Scenario, moment: ReminderMoment) -> None:
    """Nobody looked in its minute, or nobody could write it down."""
    looked = any(moment.at <= at <= moment.at + WITHIN for at in one.desk.looked)
    upset = one.upset(moment.at - 31 * HOUR, moment.at + 2 * MINUTE)
    assert upset or not looked, (one.seed, moment.at, "looked at and not sent")
