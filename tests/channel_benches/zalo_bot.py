"""The Zalo Bot Platform in front of its strict fake."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from channel_benches.bench import Bench
from fake_zalo_bot.faults import FaultKind
from fake_zalo_bot.server import FakeZaloBot

from bot.channels.contract import Channel
from bot.channels.zalo_bot import Patience, ZaloBotChannel


class ZaloBotBench(Bench):
    """See Bench."""

    def __init__(self, platform: FakeZaloBot, channel: ZaloBotChannel) -> None:
        self.channel: Channel = channel
        self.secrets: tuple[str, ...] = (platform.token, platform.token.partition(":")[2])
        self._platform = platform
        self._person = platform.person(started=True)
        self.address = self._person.id

    def write(self, text: str) -> None:
        """The person writes."""
        self._person.write(text)

    def bring_rubbish(self) -> None:
        """The platform brings something that cannot be read."""
        self._platform.bring({"event_name": "message.text.received", "message": {"text": "x", "chat": []}})

    def throttle(self) -> None:
        """The platform refuses the next message for now."""
        self._platform.faults.put("sendMessage", FaultKind.TOO_MANY)

    def block(self) -> None:
        """The person blocks the channel."""
        self._person.block()

    def lose_the_answer(self) -> None:
        """The next message arrives, the answer to it does not."""
        self._platform.faults.put("sendMessage", FaultKind.DO_THEN_DROP)

    def outage(self) -> AbstractAsyncContextManager[None]:
        """Inside, nobody listens at the platform's address."""
        return self._platform.outage()

    def misbehave(self) -> int:
        """Put down every fault the platform knows for the next sends; return how many. The one that makes the channel
        keep still comes last."""
        kinds = sorted(FaultKind, key=lambda kind: kind is FaultKind.TOO_MANY)
        for kind in kinds:
            self._platform.faults.put("sendMessage", kind, seconds=0.01)
        return len(kinds)

    def shown(self) -> list[str]:
        """What stands in the person's chat."""
        return self._person.said


@asynccontextmanager
async def _opened(*, by_status: bool) -> AsyncIterator[ZaloBotBench]:
    """A channel that polls."""
    async with FakeZaloBot(by_status=by_status, longest_poll=0.12) as platform:
        channel = ZaloBotChannel(platform.token, api_base=platform.base_url)
        channel.patience = Patience(poll=1, first=0.02, drain=1.0)
        try:
            yield ZaloBotBench(platform, channel)
        finally:
            await channel.stop()
            await channel.close()


zalo_bot_bench: Callable[[], AbstractAsyncContextManager[ZaloBotBench]] = partial(_opened, by_status=True)
zalo_bot_under_200_bench: Callable[[], AbstractAsyncContextManager[ZaloBotBench]] = partial(_opened, by_status=False)
"""The same where refusals come under HTTP 200."""
