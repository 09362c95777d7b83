"""Updates come in order, once confirmed never lost, and a bad one stops nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from fake_bot_api.faults import FaultKind
from fake_bot_api.server import FakeBotApi

from bot.channels.contract import Answer, Outgoing, ShownButton
from bot.channels.telegram import Patience, ReceiveFailed, TelegramChannel
from bot.conversation.events import Incoming, Pressed, Typed


@dataclass
class Desk:
    """Takes what comes and writes it down; `decide` may answer otherwise, wait or fail."""

    decide: Callable[[Incoming], Awaitable[Answer]] | None = None
    taken: list[Incoming] = field(default_factory=list)
    poison: list[tuple[str, str, str]] = field(default_factory=list)
    under_way: int = 0
    most: int = 0

    async def take(self, incoming: Incoming) -> Answer:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            answer = Answer.TAKEN if self.decide is None else await self.decide(incoming)
        finally:
            self.under_way -= 1
        if answer is Answer.TAKEN:
            self.taken.append(incoming)
        return answer

    async def keep_poison(self, channel: str, bot: str, key: str, error: str, raw: str) -> Answer:
        assert (channel, bot) == ("telegram", "123456789")
        self.poison.append((key, error, raw))
        return Answer.TAKEN

    def texts(self, address: int | None = None) -> list[str]:
        events = [i.event for i in self.taken if address is None or i.address == str(address)]
        return [event.text for event in events if isinstance(event, Typed)]


@asynccontextmanager
async def receiving(channel: TelegramChannel, desk: Desk) -> AsyncIterator[None]:
    task = asyncio.create_task(channel.receive(desk.take, desk.keep_poison))
    try:
        yield
    finally:
        await channel.stop()
        await task


async def until(look: Callable[[], object], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not look():  # noqa: ASYNC110 - looks at things that have no event
            await asyncio.sleep(0.005)


async def test_a_text_is_taken_and_confirmed(api: FakeBotApi, channel: TelegramChannel) -> None:
    desk, lan = Desk(), api.user()
    async with receiving(channel, desk):
        lan.send("/start ABC")
        await until(lambda: desk.taken)
    assert desk.texts() == ["/start ABC"]
    assert api.updates.pending == []


async def test_a_press_is_acknowledged_before_it_is_taken(api: FakeBotApi, channel: TelegramChannel) -> None:
    lan, gate = api.user(), asyncio.Event()
    lan.chat.started = True

    async def slowly(_incoming: Incoming) -> Answer:
        await gate.wait()
        return Answer.TAKEN

    desk = Desk(slowly)
    await channel.send(Outgoing(str(lan.id), "?", ((ShownButton("Có", "a|1.1|1"),),)))
    async with receiving(channel, desk):
        press = lan.press(lan.chat.live_buttons()[0])
        assert await press.answered() == ""
        assert desk.taken == []
        gate.set()
        await until(lambda: desk.taken)
    assert isinstance(desk.taken[0].event, Pressed)


async def test_a_press_that_is_too_old_is_taken_all_the_same(
    api: FakeBotApi, channel: TelegramChannel, caplog: pytest.LogCaptureFixture
) -> None:
    desk, lan = Desk(), api.user()
    lan.chat.started = True
    api.callback_lifetime = -1
    await channel.send(Outgoing(str(lan.id), "?", ((ShownButton("Có", "a|1.1|1"),),)))
    async with receiving(channel, desk):
        lan.press(lan.chat.live_buttons()[0], inaccessible=True)
        await until(lambda: desk.taken and api.log.refused(400))
    assert "answerCallbackQuery" not in caplog.text


async def test_one_chat_is_served_in_order_and_chats_side_by_side(api: FakeBotApi, channel: TelegramChannel) -> None:
    async def slowly(incoming: Incoming) -> Answer:
        await asyncio.sleep(0.03 if incoming.event == Typed("0") else 0)
        return Answer.TAKEN

    desk, people = Desk(slowly), [api.user() for _ in range(5)]
    for number in range(8):
        for person in people:
            person.send(str(number))
    async with receiving(channel, desk):
        await until(lambda: len(desk.taken) == 40)
    assert all(desk.texts(person.id) == [str(n) for n in range(8)] for person in people)
    assert desk.most == 5


async def test_what_the_database_cannot_take_comes_again_in_order(api: FakeBotApi, channel: TelegramChannel) -> None:
    refusals = {"2": 2}

    async def sometimes(incoming: Incoming) -> Answer:
        text = incoming.event.text if isinstance(incoming.event, Typed) else ""
        if refusals.get(text, 0):
            refusals[text] -= 1
            return Answer.UNAVAILABLE
        return Answer.TAKEN

    desk, lan, minh = Desk(sometimes), api.user(), api.user("Minh")
    for number in (1, 2, 3):
        lan.send(str(number))
    minh.send("m")
    async with receiving(channel, desk):
        await until(lambda: len(desk.texts(lan.id)) == 3)
    assert desk.texts(lan.id) == ["1", "2", "3"]
    assert "m" in desk.texts(minh.id)


async def test_an_update_not_taken_is_never_confirmed(api: FakeBotApi, channel: TelegramChannel) -> None:
    async def never(_incoming: Incoming) -> Answer:
        return Answer.UNAVAILABLE

    lan = api.user()
    number = lan.send("1")
    async with receiving(channel, Desk(never)):
        await until(lambda: api.updates.all[number].handed >= 3)
    assert [update.id for update in api.updates.pending] == [number]


async def test_an_undecodable_update_is_set_aside_and_the_next_is_taken(
    api: FakeBotApi, channel: TelegramChannel
) -> None:
    desk, lan = Desk(), api.user()
    bad = api.push_raw({"message": {"text": "85,5", "chat": {"id": "x"}}})
    api.push_raw({"telepathy": {"thought": "?"}})
    lan.send("ok")
    async with receiving(channel, desk):
        await until(lambda: desk.taken)
    assert desk.texts() == ["ok"]
    ((key, error, raw),) = desk.poison
    assert key == str(bad)
    assert "85,5" in raw
    assert "85,5" not in error
    assert error.startswith("ValidationError: ")
    assert api.updates.pending == []


async def test_a_bug_behind_the_door_is_poison_and_stops_nobody(api: FakeBotApi, channel: TelegramChannel) -> None:
    async def sometimes(incoming: Incoming) -> Answer:
        if incoming.event == Typed("bug"):
            raise KeyError("Nguyễn Thị Lan")
        return Answer.TAKEN

    desk, lan = Desk(sometimes), api.user()
    number = lan.send("bug")
    lan.send("ok")
    async with receiving(channel, desk):
        await until(lambda: desk.taken)
    ((key, error, _raw),) = desk.poison
    assert key == str(number)
    assert error.startswith("KeyError at test_polling.py")
    assert "Lan" not in error


async def test_stopping_waits_for_what_is_under_way_and_confirms_it(api: FakeBotApi, channel: TelegramChannel) -> None:
    begun = asyncio.Event()

    async def slowly(_incoming: Incoming) -> Answer:
        begun.set()
        await asyncio.sleep(0.2)
        return Answer.TAKEN

    desk, lan = Desk(slowly), api.user()
    lan.send("1")
    async with receiving(channel, desk):
        await begun.wait()
    assert desk.texts() == ["1"]
    assert api.updates.pending == []


async def test_stopping_ends_an_idle_poll_at_once(api: FakeBotApi, channel: TelegramChannel) -> None:
    async with asyncio.timeout(1.0):
        async with receiving(channel, Desk()):
            await api.until(lambda: api.log.of("getUpdates"))


async def test_what_takes_too_long_to_stop_is_left_unconfirmed(api: FakeBotApi, channel: TelegramChannel) -> None:
    begun = asyncio.Event()

    async def forever(_incoming: Incoming) -> Answer:
        begun.set()
        await asyncio.sleep(60)
        return Answer.TAKEN

    number = api.user().send("1")
    async with asyncio.timeout(3.0), receiving(channel, Desk(forever)):
        await begun.wait()
    assert [update.id for update in api.updates.pending] == [number]


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DO_THEN_DROP, FaultKind.HTML_PAGE])
async def test_a_poll_that_fails_is_made_again(api: FakeBotApi, channel: TelegramChannel, kind: FaultKind) -> None:
    desk, lan = Desk(), api.user()
    api.faults.put("getUpdates", kind, times=3)
    lan.send("1")
    async with receiving(channel, desk):
        await until(lambda: desk.taken)
    assert api.updates.pending == []


async def test_a_throttled_poll_waits_as_long_as_told(api: FakeBotApi, channel: TelegramChannel) -> None:
    desk, lan = Desk(), api.user()
    api.faults.put("getUpdates", FaultKind.TOO_MANY, seconds=1)
    lan.send("1")
    async with receiving(channel, desk):
        await until(lambda: desk.taken)
    assert not any(act.early for act in api.acts)


async def test_a_webhook_in_the_way_of_polling_is_deleted_and_nothing_that_waits_is_lost(
    api: FakeBotApi, channel: TelegramChannel
) -> None:
    """Seeded bug: without the deletion the poll is refused until it gives up."""
    api.push_to("http://127.0.0.1:1/", "s")
    api.user().send("1")
    desk = Desk()
    async with receiving(channel, desk):
        await until(lambda: len(desk.taken) == 1)
    assert not any(act.params.get("drop_pending_updates") is True for act in api.log.of("deleteWebhook"))


async def test_a_token_nobody_knows_ends_polling_with_advice(api: FakeBotApi) -> None:
    stranger = TelegramChannel("999999999:" + "B" * 35, api_base=api.base_url, bot_name="x")
    stranger.patience = Patience(first=0.01, longest=0.05, refused=0.1)
    with pytest.raises(ReceiveFailed, match="token") as caught:
        await stranger.receive(Desk().take, Desk().keep_poison)
    assert "B" * 35 not in str(caught.value)
    await stranger.close()


async def test_after_a_quiet_time_the_next_id_may_be_lower(api: FakeBotApi, channel: TelegramChannel) -> None:
    channel.patience = Patience(poll=1, first=0.02, drain=1.0)
    desk, lan = Desk(), api.user()
    async with receiving(channel, desk):
        lan.send("1", update_id=900_000)
        await until(lambda: len(desk.taken) == 1)
        polls = len(api.log.of("getUpdates"))
        await until(lambda: len(api.log.of("getUpdates")) >= polls + 2)
        assert "offset" not in api.log.of("getUpdates")[-1].params
        lan.send("2", update_id=500)
        await until(lambda: len(desk.taken) == 2)
    assert api.updates.pending == []


async def test_the_bots_name_is_learnt_on_the_way(api: FakeBotApi) -> None:
    unnamed = TelegramChannel(api.token, api_base=api.base_url)
    async with receiving(unnamed, Desk()):
        await until(lambda: unnamed.link("ABC"))
    await unnamed.close()
