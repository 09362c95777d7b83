"""A channel in memory that does what a test says: the platform's side of the sender."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from bot.channels.contract import Capabilities, Failure, KeepPoison, Outgoing, SendFailed, Sent, Take

ABLE = Capabilities(buttons=True, edits=True, text_limit=4096)
Step = SendFailed | Exception | float
"""A failure to raise, or the seconds a send takes."""


def uncertain() -> SendFailed:
    """Nobody knows whether it arrived."""
    return SendFailed(Failure.UNCERTAIN, "TimeoutError")


def retry(after: float, *, hold_all: bool = False) -> SendFailed:
    """Surely not sent."""
    return SendFailed(Failure.RETRY, "429", after=after, hold_all=hold_all)


@dataclass
class Shown:
    """One message as it reached a chat."""

    at: float
    outgoing: Outgoing
    message_id: str


@dataclass
class ScriptedChannel:
    """`steps[address]` happens to the next sends to that address, one each; afterwards all is well."""

    name: str = "telegram"
    bot: str = "1"
    capabilities: Capabilities = ABLE
    shown: list[Shown] = field(default_factory=list)
    tried: list[Outgoing] = field(default_factory=list)
    steps: dict[str, deque[Step]] = field(default_factory=lambda: defaultdict(deque))
    latency: float = 0.0
    under_way: int = 0
    most: int = 0

    async def send(self, outgoing: Outgoing) -> Sent:
        """Carry out the next step for this address."""
        self.tried.append(outgoing)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            return await self._carry_out(outgoing)
        finally:
            self.under_way -= 1

    async def _carry_out(self, outgoing: Outgoing) -> Sent:
        steps = self.steps[outgoing.address]
        step = steps.popleft() if steps else self.latency
        if isinstance(step, Exception):
            raise step
        await asyncio.sleep(step)
        message_id = outgoing.edit or str(len(self.shown) + 1)
        self.shown.append(Shown(time.monotonic(), outgoing, message_id))
        return Sent(message_id)

    def texts(self, address: str | None = None) -> list[str]:
        """What was shown, in order."""
        return [one.outgoing.html for one in self.shown if address in (None, one.outgoing.address)]

    async def receive(self, take: Take, keep_poison: KeepPoison) -> None:
        """Nothing comes in."""

    async def stop(self) -> None:
        """Nothing to stop."""

    async def close(self) -> None:
        """Nothing to let go of."""

    def link(self, code: str) -> str | None:  # noqa: ARG002
        """Codes are typed."""
        return None
