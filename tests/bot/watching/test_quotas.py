"""A quota that is running out is told once at each threshold, counted, and shown by the doctor.

Checked against: an alarm that was told again each hour; people counted against messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from product_store.fixtures import opened
from scripted_channel.channel import ABLE, ScriptedChannel

from bot.channels.contract import Quota
from bot.channels.quotas import Used
from bot.conversation.events import Incoming
from bot.conversation.office_events import AlarmRaised
from bot.intake.answer import Answer
from bot.watching.alarms import Alarms, Ward
from bot.watching.metrics import Metrics, Snapshot
from bot.watching.of_quotas import of_quotas
from bot.watching.premises import Premises
from bot.watching.symptoms import Reading, symptoms
from bot.watching.tally import Tally
from storage import chats, people, quotas
from storage.condition import Figures

NOW = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)
NOTHING = Figures(outbox=(), poison=0, newest_poison_at=None, units={}, answers=0, facts=0, bytes=4096, backup_at=None)
QUOTA = Quota(3000, 10)


def reading(sent: int, month: str = "2026-11") -> Reading:
    return Reading(NOW, NOW - timedelta(days=9), NOTHING, quotas=(Used("zalo_bot", month, sent, QUOTA),))


@pytest.mark.parametrize(("sent", "mark"), [(2399, None), (2400, "80"), (2849, "80"), (2850, "95"), (3100, "95")])
def test_admins_are_told_at_four_fifths_and_at_nineteen_twentieths(sent: int, mark: str | None) -> None:
    found = symptoms(reading(sent))
    assert [one.mark for one in found] == ([f"2026-11:{mark}"] if mark else [])
    if found:
        assert (found[0].args["left"], found[0].args["channel"]) == (max(0, 3000 - sent), "zalo_bot")


async def test_each_threshold_is_told_once_in_a_month(sqlite_file_url: str) -> None:
    told: list[str] = []

    async def take(incoming: Incoming) -> Answer:
        assert isinstance(incoming.event, AlarmRaised)
        told.append(incoming.event.key)
        return Answer.TAKEN

    looked: Iterator[Reading] = iter(
        [reading(2400), reading(2500), reading(2900), reading(2950), reading(2950, "2026-12")]
    )

    async def read() -> Reading:
        return next(looked)

    async with opened(sqlite_file_url) as store:
        alarms = Alarms(Ward(store, read, take, lambda: NOW, lambda: True))
        for _ in range(5):
            await alarms.look()
    assert told == [f"alarm:quota:zalo_bot:{mark}" for mark in ("2026-11:80", "2026-11:95", "2026-12:95")]


def test_a_graph_shows_how_much_is_used() -> None:
    used = Used("zalo_bot", "2026-11", 2410, QUOTA)
    text = Metrics(Tally(), "1").written(Snapshot(0, quotas=(used,))).decode()
    assert 'tucham_quota_used_messages{channel="zalo_bot"} 2410.0' in text
    assert 'tucham_quota_messages{channel="zalo_bot"} 3000.0' in text


async def test_the_doctor_says_how_much_is_used_and_when_few_more_people_fit(
    sqlite_file_url: str, tmp_path: Path
) -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    here = Premises(sqlite_file_url, None, tmp_path, tmp_path, False, zone, {})
    line = ScriptedChannel(name="zalo_bot", capabilities=replace(ABLE, quota=QUOTA))
    channels = {"zalo_bot": line, "telegram": ScriptedChannel()}
    async with opened(sqlite_file_url) as store:
        await store.run(quotas.spend, {("zalo_bot", "1", "2026-11"): 2410})
        (used,) = await of_quotas(here, channels, NOW)
        assert (used.state, "2.410/3.000 tin trong tháng 11/2026" in used.what) == ("warn", True)
        (used,) = await of_quotas(here, channels, NOW + timedelta(days=30))
        assert (used.state, "đã dùng 0/3.000" in used.what) == ("ok", True)
        for number in range(9):
            person = await store.run(people.add_person, f"Người {number}", 1)
            arrival = await store.run(chats.arrive, "zalo_bot", str(number), "private", 1)
            await store.run(chats.bind_chat, arrival.chat.id, person)
        (_used, crowded) = await of_quotas(here, channels, NOW)
        assert (crowded.state, "9 người" in crowded.what) == ("warn", True)
    assert await of_quotas(here, {"telegram": ScriptedChannel()}, NOW) == ()
    assert await of_quotas(replace(here, database_url=f"sqlite:///{tmp_path}/none.db"), channels, NOW) == ()
