"""What the channel contract needs of a channel's platform; a new channel joins with one bench of this shape."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from types import MappingProxyType

from bot.channels.contract import Channel, Outgoing
from bot.conversation.events import Event


class Bench:
    """One channel in front of a fake of its platform, with one person it may write to."""

    channel: Channel
    address: str
    secrets: tuple[str, ...]
    lacks: Mapping[str, str] = MappingProxyType({})
    """What cannot happen there (receiving, poison, throttle, block, lost answer, outage, controls), each with why."""
    garbled: tuple[Event, ...] = ()
    """What the rubbish that is brought is taken for, where it is not all set aside or refused."""
    splits: bool = True
    """Whether a text that is too long goes out in parts."""
    shapes: bool = True
    """Whether what is not seen but shapes what is (direction, joined emoji) is shown."""

    async def tell(self, outgoing: Outgoing) -> None:
        """Say this to the person, as the service does it there."""
        await self.channel.send(outgoing)

    def write(self, text: str) -> None:
        """The person writes."""
        raise NotImplementedError

    def bring_rubbish(self) -> None:
        """The platform brings something that cannot be read."""
        raise NotImplementedError

    def throttle(self) -> None:
        """The platform refuses the next message for now."""
        raise NotImplementedError

    def block(self) -> None:
        """The person blocks the channel."""
        raise NotImplementedError

    def lose_the_answer(self) -> None:
        """The next message arrives, the answer to it does not."""
        raise NotImplementedError

    def outage(self) -> AbstractAsyncContextManager[None]:
        """Inside, nobody listens at the platform's address."""
        raise NotImplementedError

    def misbehave(self) -> int:
        """Put down every fault the platform knows for the next sends; return how many."""
        raise NotImplementedError

    def shown(self) -> list[str]:
        """What stands in the person's chat, as plain text."""
        raise NotImplementedError


def without_a_platform(why: str) -> Mapping[str, str]:
    """What a channel lacks that has no platform."""
    return dict.fromkeys(("throttle", "block", "lost answer", "outage"), why)
