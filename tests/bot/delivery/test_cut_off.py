"""A channel that is cut off: told after ten minutes where that is still possible, its notices moved, nothing doubled.

Checked against: throttling counted as an outage; the alarm sent through the very channel it is about; a moved notice
left queued in the old chat (it came twice when the channel returned).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from many_channels.desk import FAST, Desk, cut, desk

from bot.channels.contract import Failure, SendFailed
from bot.conversation.events import Incoming
from bot.conversation.office_events import AlarmRaised, Broadcast
from bot.delivery.outages import QUIET_S, Outages
from bot.watching.alarms import Alarms, Ward
from bot.watching.symptoms import Reading
from storage import mailings
from storage.condition import figures

CUT_OFF_S = 600.0
THROTTLED = SendFailed(Failure.RETRY, "429", after=5, hold_all=True, throttled=True)
NO_ENTRY = SendFailed(Failure.RETRY, "401", after=60, hold_all=True)
NOBODY_KNOWS = SendFailed(Failure.UNCERTAIN, "TimeoutError")


@dataclass
class Hours:
    """A clock that stands still until it is put on."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def failing(seconds: float, *failures: SendFailed, step: float = 60.0) -> tuple[Outages, Hours]:
    """A channel that failed so all the time, once a minute."""
    clock = Hours()
    outages = Outages(CUT_OFF_S, clock)
    while clock.now <= seconds:
        for failure in failures:
            outages.failed("telegram", failure)
        clock.now += step
    clock.now = seconds
    return outages, clock


@pytest.mark.parametrize("failure", [cut(), NO_ENTRY])
@pytest.mark.parametrize(("seconds", "is_cut"), [(540.0, False), (600.0, True), (3600.0, True)])
def test_a_channel_is_cut_off_after_ten_minutes_of_nothing_but_sure_failures(
    failure: SendFailed, seconds: float, is_cut: bool
) -> None:
    outages, _clock = failing(seconds, failure)
    assert outages.down() == (frozenset({"telegram"}) if is_cut else frozenset())
    assert outages.lasting_s("telegram") == seconds


def test_throttling_and_whatever_else_the_platform_answers_is_no_outage_and_ends_one() -> None:
    for answer in (THROTTLED, SendFailed(Failure.REJECTED, "400"), SendFailed(Failure.UNREACHABLE, "403")):
        assert not failing(3600, answer)[0].down()
        outages, _clock = failing(3600, cut())
        outages.failed("telegram", answer)
        assert (outages.down(), outages.lasting_s("telegram")) == (frozenset(), 0.0)


def test_a_success_ends_it_and_the_ten_minutes_begin_anew() -> None:
    outages, clock = failing(3600, cut())
    outages.reached("telegram")
    outages.failed("telegram", cut())
    clock.now += 599
    outages.failed("telegram", cut())
    assert not outages.down()
    clock.now += 1
    assert outages.down()


def test_where_nobody_knows_nothing_is_known_of_the_channel() -> None:
    assert not failing(3600, NOBODY_KNOWS)[0].down()
    assert failing(3600, cut(), NOBODY_KNOWS)[0].down()


def test_what_failed_long_ago_says_nothing_unless_it_was_cut_off() -> None:
    outages, clock = failing(60, cut())
    clock.now += QUIET_S + 1
    outages.failed("telegram", cut())
    assert outages.lasting_s("telegram") == 0
    outages, clock = failing(600, cut())
    assert outages.down()
    clock.now += QUIET_S + 1
    assert not outages.down()
    outages.failed("telegram", cut())
    assert outages.down()


# ---- the whole of it


@pytest.fixture
async def office(sqlite_file_url: str) -> AsyncIterator[Desk]:
    """Two officers and an admin, all on Telegram; ten minutes are three tenths of a second here."""
    async with desk(sqlite_file_url, "zalo_oa", limits=replace(FAST, cut_off_s=0.3)) as made:
        await made.joins("Hà", "admin")
        await made.joins("An")
        await made.joins("Bình", unit="SYT")
        async with made.running():
            await made.until_quiet()
        yield made


async def looked(office: Desk) -> None:
    """The watch looks, as it does each minute."""

    async def read() -> Reading:
        found = await office.store.read(figures)
        unsent = {"telegram": 2000 * office.outages.lasting_s("telegram")}  # as slow as time goes elsewhere
        return Reading(office.clock(), office.clock() - timedelta(days=1), found, unsent=unsent)

    async def take(incoming: Incoming) -> object:
        answer = await office.stage.intake.take(incoming)
        office.sender.wake()
        return answer

    await Alarms(Ward(office.store, read, take, office.clock, lambda: True)).look()  # type: ignore[arg-type]


async def until_cut(office: Desk) -> None:
    for _ in range(300):
        if office.outages.down():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(office.outages.lasting_s("telegram"))


async def moved(office: Desk) -> list[tuple[str, str]]:
    """How every message of the broadcast stands."""
    return [(row.channel, row.state) for row in await office.rows() if row.late]


async def test_the_alarm_comes_where_it_can_and_notices_move_once(office: Desk) -> None:
    ha, an, binh = (office.address(name) for name in ("Hà", "An", "Bình"))
    await office.also("Hà", "zalo_oa")
    await office.also("An", "zalo_oa")
    office.lines["telegram"].broken = cut
    async with office.running():
        assert (await office.stage.office(Broadcast("Mời họp.", "all", 2))).refusal is None
        office.sender.wake()
        await until_cut(office)
        assert office.shown("Mời họp.") == []
        await looked(office)
        while ("zalo_oa", "sent") not in await moved(office):  # what is being tried just now is left alone
            await office.reports.look()
            office.sender.wake()
            await asyncio.sleep(0.02)
        await office.until_quiet(but=["telegram"])
        assert office.shown("Kênh Telegram đã") == [("zalo_oa", ha)]
        assert office.shown("Mời họp.") == [("zalo_oa", an)]
        (mailing,) = await office.store.read(mailings.list_mailings)
        assert await office.store.read(mailings.counts_of, mailing.id) == {"sent": 1, "queued": 1}
        office.lines["telegram"].broken = None
        await office.until_quiet()
        await office.reports.look()
    assert office.outages.down() == frozenset()
    assert sorted(office.shown("Mời họp.")) == sorted([("zalo_oa", an), ("telegram", binh)])
    assert await office.store.read(mailings.counts_of, mailing.id) == {"sent": 2}
    assert {row.last_error for row in await office.rows() if row.state == "failed"} == {"cut off"}
    assert len(office.shown("Kênh Telegram đã")) == 1


async def test_what_is_paused_moves_only_after_it_goes_on(office: Desk) -> None:
    await office.also("An", "zalo_oa")
    office.outages.failed("telegram", cut())
    office.outages.failed("telegram", cut())
    await asyncio.sleep(0.35)
    assert office.outages.down()
    assert (await office.stage.office(Broadcast("Mời họp.", "all", 2))).refusal is None
    (mailing,) = await office.store.read(mailings.list_mailings)
    await office.store.run(mailings.pause, mailing.id)
    await office.reports.look()
    assert await moved(office) == [("telegram", "paused"), ("telegram", "paused")]
    await office.store.run(mailings.resume, mailing.id)
    await office.reports.look()
    assert await office.store.read(mailings.counts_of, mailing.id) == {"queued": 2}
    assert await moved(office) == [("telegram", "failed"), ("telegram", "queued"), ("zalo_oa", "queued")]


async def test_an_alarm_goes_through_a_channel_that_is_down_where_there_is_no_other(office: Desk) -> None:
    office.lines["telegram"].broken = cut
    for _ in range(2):
        office.outages.failed("telegram", cut())
    await asyncio.sleep(0.35)
    assert office.outages.down()
    await office.stage.intake.settle(
        Incoming(
            "clock", "office", "k", "watch", AlarmRaised("lag", "alarm:lag", {"about": "", "rows": 1, "minutes": 6})
        )
    )
    assert [row.channel for row in await office.rows() if row.state == "queued"] == ["telegram"]
