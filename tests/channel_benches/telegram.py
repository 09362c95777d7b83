"""Telegram in front of the strict fake Bot API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import MappingProxyType

from channel_benches.bench import Bench
from fake_bot_api.faults import FaultKind
from fake_bot_api.server import FakeBotApi

from bot.channels.contract import Channel
from bot.channels.telegram import Patience, TelegramChannel


class TelegramBench(Bench):
    """See Bench."""

    lacks: Mapping[str, str] = MappingProxyType({"controls": "an app shows text, it obeys no control sequence"})

    def __init__(self, api: FakeBotApi, channel: TelegramChannel) -> None:
        self.channel: Channel = channel
        self.secrets: tuple[str, ...] = (api.token, api.token.partition(":")[2])
        self._api = api
        self._person = api.user()
        self._person.chat.started = True
        self.address = str(self._person.id)

    def write(self, text: str) -> None:
        """The person writes."""
        self._person.send(text)

    def bring_rubbish(self) -> None:
        """The platform brings something that cannot be read."""
        self._api.push_raw({"message": {"text": "x", "chat": []}})

    def throttle(self) -> None:
        """The platform refuses the next message for now."""
        self._api.faults.put("sendMessage", FaultKind.TOO_MANY, seconds=3)

    def block(self) -> None:
        """The person blocks the channel."""
        self._person.block()

    def lose_the_answer(self) -> None:
        """The next message arrives, the answer to it does not."""
        self._api.faults.put("sendMessage", FaultKind.DO_THEN_DROP)

    def outage(self) -> AbstractAsyncContextManager[None]:
        """Inside, nobody listens at the platform's address."""
        return self._api.outage()

    def misbehave(self) -> int:
        """Put down every fault the platform knows for the next sends; return how many."""
        for kind in FaultKind:
            self._api.faults.put("sendMessage", kind, seconds=0.01)
        return len(FaultKind)

    def shown(self) -> list[str]:
        """What stands in the person's chat, as plain text."""
        return [message.text for message in self._person.chat.from_bot()]


@asynccontextmanager
async def telegram_bench() -> AsyncIterator[TelegramBench]:
    """A channel that polls."""
    async with FakeBotApi() as api:
        channel = TelegramChannel(api.token, api_base=api.base_url, bot_name=api.username)
        channel.patience = Patience(poll=5, first=0.02, drain=1.0)
        try:
            yield TelegramBench(api, channel)
        finally:
            await channel.stop()
            await channel.close()
