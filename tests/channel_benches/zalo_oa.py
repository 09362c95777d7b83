"""A Zalo Official Account in front of the strict fake of its platform."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from aiohttp import web
from channel_benches.bench import Bench
from fake_bot_api.faults import FaultKind
from fake_zalo_oa.keeping import MemoryShelf, MemoryVault, utcnow
from fake_zalo_oa.server import APP_SECRET, HOST, SECRET_KEY, SEND, FakeZaloOa

from bot.channels.contract import Channel
from bot.channels.zalo_oa import Patience, ZaloOaChannel
from bot.channels.zalo_oa.tokens import Tokens
from bot.channels.zalo_oa.webhook import PATH

QUICK = Patience(answer=0.3, first=0.02, longest=0.1, drain=1.0, tries=3)


class ZaloOaBench(Bench):
    """See Bench."""

    def __init__(self, platform: FakeZaloOa, channel: ZaloOaChannel) -> None:
        self.channel: Channel = channel
        self.secrets: tuple[str, ...] = (APP_SECRET, SECRET_KEY, platform.grants.access, platform.grants.refresh)
        self._platform = platform
        self._person = platform.person()
        self.address = self._person.id

    def write(self, text: str) -> None:
        """The person writes."""
        self._person.write(text)

    def bring_rubbish(self) -> None:
        """The platform brings something that cannot be read."""
        self._platform.emit("user_send_text", self.address, message={"text": []}, sender={"id": self.address})

    def throttle(self) -> None:
        """The platform refuses the next message for now."""
        self._platform.faults.put(SEND, FaultKind.TOO_MANY)

    def block(self) -> None:
        """The person follows the account no more."""
        self._person.unfollow()

    def lose_the_answer(self) -> None:
        """The next message arrives, the answer to it does not."""
        self._platform.faults.put(SEND, FaultKind.DO_THEN_DROP)

    def outage(self) -> AbstractAsyncContextManager[None]:
        """Inside, nobody listens at the platform's address."""
        return self._platform.outage()

    def misbehave(self) -> int:
        """Put down every fault the platform knows for the next sends; return how many."""
        for kind in FaultKind:
            self._platform.faults.put(SEND, kind, seconds=0.01)
        return len(FaultKind)

    def shown(self) -> list[str]:
        """What stands in the person's chat, as plain text."""
        return [message.text for message in self._person.chat]


def authorised(platform: FakeZaloOa) -> MemoryVault:
    """A vault with the tokens of an account that was authorised just now."""
    vault = MemoryVault()
    vault.put(Tokens.from_answer(platform.grants.give(), round(utcnow().timestamp() * 1000) - 120_000))
    return vault


@asynccontextmanager
async def serving(platform: FakeZaloOa, channel: ZaloOaChannel) -> AsyncIterator[None]:
    """Our web server, and the platform that knows its address."""
    app = web.Application()
    app.add_routes(channel.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0).start()
        platform.pusher.url = f"http://{HOST}:{runner.addresses[0][1]}{PATH}"
        yield
    finally:
        platform.pusher.url = ""
        await runner.cleanup()


@asynccontextmanager
async def zalo_oa_bench() -> AsyncIterator[ZaloOaBench]:
    """A channel whose account was authorised."""
    with tempfile.TemporaryDirectory() as folder:
        async with FakeZaloOa() as platform:
            channel = ZaloOaChannel(
                platform.account,
                vault=authorised(platform),
                shelf=MemoryShelf(),
                journal=Path(folder),
                clock=utcnow,
            )
            channel.patience = QUICK
            try:
                async with serving(platform, channel):
                    yield ZaloOaBench(platform, channel)
            finally:
                await channel.stop()
                await channel.close()
