"""The poll: one at a time, none left before it ends, and what was handed out once is never lost by us.

Checked against: a poll cancelled at the stop, the next poll begun before the update was taken, an update given up when
the store is away, no pause after a refused token or a poll that is not held: each failed here.
"""

from __future__ import annotations

import asyncio

import pytest
from channel_benches.desk import Desk, receiving
from fake_zalo_bot.faults import FaultKind
from fake_zalo_bot.server import FakeZaloBot

from bot.channels.contract import Answer
from bot.channels.zalo_bot import Patience, ZaloBotChannel
from bot.conversation.events import Incoming, Typed, Unreadable


async def test_what_people_send_comes_in_order(platform: FakeZaloBot, channel: ZaloBotChannel) -> None:
    lan, minh = platform.person(), platform.person("Minh")
    async with receiving(channel, Desk()) as desk:
        lan.write("1")
        minh.write("có")
        lan.send_document()
        lan.send_document(with_message=False)
        lan.send_voice()
        lan.write("2")
        events = await desk.until(5)
    assert events == [Typed("1"), Typed("có"), Unreadable("unsupported"), Unreadable("voice"), Typed("2")]
    assert desk.poison == []
    assert platform.left_polls == 0


async def test_an_event_that_nobody_knows_stops_nobody(platform: FakeZaloBot, channel: ZaloBotChannel) -> None:
    platform.bring({"event_name": "message.telepathy.received", "message": {"thought": "?"}})
    platform.bring({"event_name": "message.text.received", "message": {"text": "85,5", "chat": []}})
    platform.person().write("ok")
    async with receiving(channel, Desk()) as desk:
        assert await desk.until(1) == [Typed("ok")]
    ((key, error, raw),) = desk.poison
    assert key.startswith("sha256:")
    assert error.startswith("ValidationError: chat")
    assert "85,5" in raw
    assert "85,5" not in error


async def test_nothing_is_lost_while_the_store_is_away_for_a_moment(
    platform: FakeZaloBot, channel: ZaloBotChannel
) -> None:
    refusals = {"2": 3}
    asked: list[int] = []

    async def sometimes(incoming: Incoming) -> Answer:
        asked.append(len(platform.of("getUpdates")))
        text = incoming.event.text if isinstance(incoming.event, Typed) else ""
        refusals[text] = refusals.get(text, 0) - 1
        return Answer.TAKEN if refusals[text] < 0 else Answer.UNAVAILABLE

    lan = platform.person()
    for number in (1, 2, 3):
        lan.write(str(number))
    async with receiving(channel, Desk(sometimes)) as desk:
        assert await desk.until(3) == [Typed("1"), Typed("2"), Typed("3")]
    assert asked == [1, 2, 2, 2, 2, 3]  # no poll while one of them waits


async def test_poison_that_cannot_be_stored_is_not_given_up_either(
    platform: FakeZaloBot, channel: ZaloBotChannel
) -> None:
    desk = Desk(poison_answer=Answer.UNAVAILABLE)
    platform.bring({"event_name": 7})
    platform.person().write("ok")
    async with receiving(channel, desk):
        await asyncio.sleep(0.1)
        assert (desk.poison, desk.taken) == ([], [])
        desk.poison_answer = Answer.TAKEN
        await desk.until(1)
    assert len(desk.poison) == 1


async def test_the_stop_lets_the_poll_end_and_takes_what_it_brings(
    platform: FakeZaloBot, channel: ZaloBotChannel
) -> None:
    lan, desk = platform.person(), Desk()
    platform.longest_poll = 0.5
    async with receiving(channel, desk):
        await asyncio.sleep(0.05)
        assert platform.polling == 1
        stopping = asyncio.create_task(channel.stop())
        await asyncio.sleep(0.02)
        lan.write("vừa kịp")
        await stopping
    assert desk.events == [Typed("vừa kịp")]
    assert platform.left_polls == 0
    assert not platform.events


async def test_the_stop_does_not_wait_for_a_store_that_stays_away(
    platform: FakeZaloBot, channel: ZaloBotChannel, caplog: pytest.LogCaptureFixture
) -> None:
    async def never(_incoming: Incoming) -> Answer:
        return Answer.UNAVAILABLE

    channel.patience = Patience(poll=1, first=0.02, drain=0.1)
    platform.person().write("bí mật")
    async with asyncio.timeout(2), receiving(channel, Desk(never)):
        await platform.until(lambda: platform.of("getUpdates"))
    assert "is lost" in caplog.text
    assert "bí mật" not in caplog.text


@pytest.mark.parametrize(
    "kind", [FaultKind.BROKEN, FaultKind.DROP_BEFORE, FaultKind.HTML_PAGE, FaultKind.TOO_MANY, FaultKind.REDIRECT]
)
async def test_a_poll_that_fails_is_made_again(
    platform: FakeZaloBot, channel: ZaloBotChannel, kind: FaultKind, caplog: pytest.LogCaptureFixture
) -> None:
    platform.faults.put("getUpdates", kind, times=3)
    platform.person().write("ok")
    async with receiving(channel, Desk()) as desk:
        await desk.until(1)
        assert await channel.unheard_s() < 0.1
    assert platform.token.partition(":")[2] not in caplog.text


async def test_a_refused_token_is_no_hot_loop(platform: FakeZaloBot, channel: ZaloBotChannel) -> None:
    stranger = ZaloBotChannel("12345689:nobody", api_base=platform.base_url)
    stranger.patience = Patience(first=0.001, refused=0.2, drain=1.0)
    polls = 0
    platform.faults.put("getUpdates", FaultKind.NO_ENTRY, times=1000)
    channel.patience = stranger.patience
    async with receiving(channel, Desk()):
        await asyncio.sleep(0.5)
        polls = len(platform.of("getUpdates"))
        assert await channel.unheard_s() > 0.4
    assert 2 <= polls <= 4
    async with receiving(stranger, Desk()):
        await asyncio.sleep(0.02)
    await stranger.close()


async def test_a_poll_that_is_not_held_is_no_hot_loop(platform: FakeZaloBot, channel: ZaloBotChannel) -> None:
    platform.longest_poll = 0.0
    channel.patience = Patience(poll=1, first=0.1, drain=1.0)
    async with receiving(channel, Desk()):
        await asyncio.sleep(0.35)
    assert 2 <= len(platform.of("getUpdates")) <= 5


async def test_receiving_asks_for_nothing_but_updates(platform: FakeZaloBot, channel: ZaloBotChannel) -> None:
    async with receiving(channel, Desk()):
        await platform.until(lambda: len(platform.calls) >= 2)
    assert {call.method for call in platform.calls} == {"getUpdates"}


async def test_before_and_after_receiving_nothing_is_missed(platform: FakeZaloBot, channel: ZaloBotChannel) -> None:
    assert await channel.unheard_s() == 0.0
    await channel.stop()
    async with asyncio.timeout(1):
        await channel.receive(Desk().take, Desk().keep_poison)
    assert platform.calls == []
