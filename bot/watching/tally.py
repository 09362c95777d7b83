"""What is counted while the service works: plain numbers of one event loop, made into metrics only when asked for.

A turn costs two additions and one look into a short list here; the client library's own counters lock and cost more.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Mapping

from bot.channels.carrying import carries
from bot.channels.contract import Channel, Failure, KeepPoison, Outgoing, SendFailed, Sent, Take
from bot.intake.answer import Answer

EDGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds, the upper edges of the histogram of turns; one more place holds what took longer."""
SENT = "sent"
BUG = "bug"
FAILURES = 3
"""So many failures in a row are more than bad luck."""
FORGIVEN_S = 300.0
"""Whatever is sent again is sent again sooner: when nothing was tried for so long, nothing says that it would fail."""


class Tally:
    """One per process."""

    def __init__(self) -> None:
        self.turns = [0] * (len(EDGES) + 1)
        self.seconds = 0.0
        self.updates = dict.fromkeys((str(answer) for answer in Answer), 0)
        self.channels: dict[str, CountedChannel] = {}

    def turn(self, answer: str, seconds: float) -> None:
        """An update was taken in, or could not be, and so long it took."""
        self.turns[bisect_left(EDGES, seconds)] += 1
        self.seconds += seconds
        self.updates[answer] += 1

    def counted(self, channels: Mapping[str, Channel]) -> dict[str, Channel]:
        """The same channels; what is sent through them is counted from now on."""
        self.channels = {name: CountedChannel(channel) for name, channel in channels.items()}
        return dict(self.channels)


class CountedChannel:
    """A channel whose sends are counted by outcome; it remembers how long all of them have failed for its own sake.

    A person who blocked the channel, or a message that is refused, says that the platform was reached.
    """

    def __init__(self, channel: Channel, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = channel.name
        self.bot = channel.bot
        self.capabilities = channel.capabilities
        self.outcomes = dict.fromkeys((SENT, *(str(failure) for failure in Failure), BUG), 0)
        self._channel = channel
        self._clock = clock
        self._failures = 0
        self._first = self._last = 0.0

    def failing_s(self) -> float:
        """For how many seconds one send after the other has failed, up to a moment ago; 0 when all is well."""
        if self._failures < FAILURES or self._clock() - self._last > FORGIVEN_S:
            return 0.0
        return self._last - self._first

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send, and note what became of it. Raises SendFailed."""
        try:
            sent = await self._channel.send(outgoing)
        except SendFailed as failed:
            self.outcomes[failed.failure] += 1
            self._note(reached=failed.failure not in (Failure.RETRY, Failure.UNCERTAIN))
            raise
        except Exception:
            self.outcomes[BUG] += 1
            raise
        self.outcomes[SENT] += 1
        self._failures = 0
        return sent

    def _note(self, *, reached: bool) -> None:
        if reached:
            self._failures = 0
            return
        self._last = self._clock()
        if not self._failures:
            self._first = self._last
        self._failures += 1

    async def receive(self, take: Take, keep_poison: KeepPoison) -> None:
        """As the channel does."""
        await self._channel.receive(take, keep_poison)

    async def stop(self) -> None:
        """As the channel does."""
        await self._channel.stop()

    async def close(self) -> None:
        """As the channel does."""
        await self._channel.close()

    def carries(self, media: str, size: int) -> bool:
        """As the channel does."""
        return carries(self._channel, media, size)

    def link(self, code: str) -> str | None:
        """As the channel does."""
        return self._channel.link(code)
