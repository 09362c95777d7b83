"""Alarms through the real door on a real file: told once, again while they last, called over, remembered.

Checked once against: the mark not written (a restart told it again), an alarm called over at the first quiet look, the
key without its hour (the second outage was never told), an alarm's own failure counted as a bug of the service (it
raised the next for ever): each failed here.
"""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from talk.stage import Stage, staged

from bot.intake.mailbox import MailPolicy
from bot.intake.moments import to_ms
from bot.watching import alarms
from bot.watching.alarms import QUIET_LOOKS, Alarms, Ward
from bot.watching.disks import Disk
from bot.watching.symptoms import Reading
from storage import outbox, updates
from storage.condition import Figures, figures

NOTHING = Figures(outbox=(), poison=0, newest_poison_at=None, units={}, answers=0, facts=0, bytes=1, backup_at=None)


@dataclass
class Bench:
    """A stage with an admin, and a watch whose reading the test sets."""

    stage: Stage
    unheard: dict[str, float] = field(default_factory=dict)
    leads: bool = True

    def watch(self) -> Alarms:
        """A watch as a process has it that was just started."""
        return Alarms(Ward(self.stage.store, self.read, self.stage.intake.take, self.now, lambda: self.leads))

    def now(self) -> datetime:
        return self.stage.clock()

    async def read(self) -> Reading:
        now = self.stage.clock()
        counted = await self.stage.store.read(figures)
        return Reading(now, now, replace(counted, outbox=()), self.unheard)

    async def told(self) -> list[str]:
        """What admins were told since the last time, without marks."""
        return [html.unescape(re.sub(r"<[^>]+>", "", one.text)) for one in await self.stage.notices()]

    def later(self, **time: float) -> None:
        self.stage.clock.now += timedelta(**time)


@pytest.fixture
async def bench(sqlite_file_url: str) -> AsyncIterator[Bench]:
    async with staged(sqlite_file_url) as stage:
        await stage.open_office()
        await stage.invite("K7Q29XPM", "admin")
        await stage.joins("Hà", "K7Q29XPM")
        await stage.notices()
        yield Bench(stage)


async def test_an_alarm_is_told_once_and_again_after_twelve_hours(bench: Bench) -> None:
    watch = bench.watch()
    bench.unheard = {"telegram": 700.0}
    for _ in range(3):
        await watch.look()
    (first,) = await bench.told()
    assert "Kênh Telegram đã 11 phút không nhận hoặc không gửi được tin." in first
    assert watch.on == ("channel:telegram",)
    bench.later(hours=11)
    await watch.look()
    assert await bench.told() == []
    bench.later(hours=1)
    await watch.look()
    await watch.look()
    assert len(await bench.told()) == 1


async def test_an_alarm_is_called_over_when_it_stays_quiet(bench: Bench) -> None:
    watch = bench.watch()
    bench.unheard = {"telegram": 700.0}
    await watch.look()
    bench.unheard = {}
    for _ in range(QUIET_LOOKS - 1):
        await watch.look()
    assert len(await bench.told()) == 1
    assert "channel:telegram" in watch.on
    await watch.look()
    (over,) = await bench.told()
    assert over.startswith("Hệ thống đã trở lại bình thường")
    assert "được báo lần đầu lúc" in over
    assert not watch.on
    await watch.look()
    assert await bench.told() == []


async def test_what_comes_and_goes_within_an_hour_is_told_once_and_a_new_outage_again(bench: Bench) -> None:
    watch = bench.watch()
    bench.unheard = {"telegram": 700.0}
    await watch.look()
    bench.unheard = {}
    await watch.look()
    bench.unheard = {"telegram": 700.0}
    await watch.look()
    assert len(await bench.told()) == 1
    bench.unheard = {}
    for _ in range(QUIET_LOOKS):
        await watch.look()
    bench.later(hours=2)
    bench.unheard = {"telegram": 700.0}
    await watch.look()
    assert [text.split(",")[0] for text in await bench.told()] == [
        "Hệ thống đã trở lại bình thường",
        "Hệ thống cần người quản trị kiểm tra",
    ]


async def test_a_restart_neither_repeats_an_alarm_nor_forgets_to_call_it_over(bench: Bench) -> None:
    bench.unheard = {"telegram": 700.0}
    await bench.watch().look()
    assert len(await bench.told()) == 1
    bench.later(hours=3)
    again = bench.watch()
    await again.look()
    assert await bench.told() == []
    bench.unheard = {}
    for _ in range(QUIET_LOOKS):
        await again.look()
    assert len(await bench.told()) == 1


async def test_each_bug_is_told_of_once_and_an_alarm_that_fails_raises_no_other(bench: Bench) -> None:
    async def note(key: str) -> None:
        at = to_ms(bench.now())
        await bench.stage.store.run(updates.mark_poison, "telegram", "1", key, at, "KeyError at x.py:1", "{}")

    watch = bench.watch()
    await note("77")
    await watch.look()
    await watch.look()
    (told,) = await bench.told()
    assert "gặp lỗi của chương trình" in told
    assert not watch.on
    await note("alarm:disk:database:2026-01-05T08")
    await watch.look()
    assert await bench.told() == []
    assert (await bench.stage.store.read(figures)).poison == 1


async def test_only_the_leader_looks_and_a_look_that_fails_stops_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = bench.watch()
    bench.unheard, bench.leads = {"telegram": 700.0}, False
    running = asyncio.create_task(watch.run(0.01))
    await asyncio.sleep(0.05)
    assert await bench.told() == []
    monkeypatch.setattr(alarms, "symptoms", lambda _reading: 1 / 0)
    bench.leads = True
    await asyncio.sleep(0.05)
    monkeypatch.undo()
    async with asyncio.timeout(5):
        while not watch.on:  # noqa: ASYNC110 - the watch has no word for having looked
            await asyncio.sleep(0.01)
    assert not running.done()
    running.cancel()
    assert len(await bench.told()) == 1


async def test_a_full_disk_is_told_with_what_is_left(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read() -> Reading:
        now = bench.stage.clock()
        disk = Disk("database", Path("/var/lib/tucham"), 820_000_000, 20_000_000_000)
        return Reading(now, now, NOTHING, disks=(disk,))

    monkeypatch.setattr(bench, "read", read)
    await bench.watch().look()
    (told,) = await bench.told()
    assert "Ổ đĩa chứa cơ sở dữ liệu còn 820 MB (4%): /var/lib/tucham" in told


async def test_an_alarm_goes_to_the_mailbox_too_because_the_chat_may_be_what_is_down(bench: Bench) -> None:
    bench.stage.pen = replace(bench.stage.pen, mail=MailPolicy(enabled=True, agency="qlcntt@example.gov.vn"))
    bench.stage.intake = bench.stage.door()
    bench.unheard = {"telegram": 700.0}
    await bench.watch().look()
    rows = await bench.stage.store.read(outbox.load_rows, range(1, 100))
    told = [(row.channel, row.address) for row in rows if (row.key or "").startswith("alarm:")]
    assert sorted(told) == [("mail", "qlcntt@example.gov.vn"), ("telegram", bench.stage.actor("Hà").address)]
