"""A desk that takes in what a channel brings, and the block inside which the channel brings it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.channels.contract import Answer, Channel
from bot.conversation.events import Event, Incoming


@dataclass
class Desk:
    """Takes what comes and writes it down, each key once; `decide` may answer otherwise, wait or fail."""

    decide: Callable[[Incoming], Awaitable[Answer]] | None = None
    taken: list[Incoming] = field(default_factory=list)
    poison: list[tuple[str, str, str]] = field(default_factory=list)
    poison_answer: Answer = Answer.TAKEN

    async def take(self, incoming: Incoming) -> Answer:
        """Take one in."""
        answer = Answer.TAKEN if self.decide is None else await self.decide(incoming)
        if answer is Answer.TAKEN and incoming.update_key not in {one.update_key for one in self.taken}:
            self.taken.append(incoming)
        return answer

    async def keep_poison(self, _channel: str, _bot: str, key: str, error: str, raw: str) -> Answer:
        """Set one aside."""
        if self.poison_answer is Answer.TAKEN:
            self.poison.append((key, error, raw))
        return self.poison_answer

    @property
    def events(self) -> list[Event]:
        """What was taken, in order."""
        return [incoming.event for incoming in self.taken]

    async def until(self, count: int) -> list[Event]:
        """Wait until so many were taken."""
        async with asyncio.timeout(5):
            while len(self.taken) < count:  # noqa: ASYNC110 - looks at a list that has no event
                await asyncio.sleep(0.005)
        return self.events


@asynccontextmanager
async def receiving(channel: Channel, desk: Desk) -> AsyncIterator[Desk]:
    """Inside, the channel receives; leaving it stops the channel."""
    task = asyncio.create_task(channel.receive(desk.take, desk.keep_poison))
    await asyncio.sleep(0)
    try:
        yield desk
    finally:
        await channel.stop()
        await task
