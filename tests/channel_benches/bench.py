"""What the channel contract needs of a channel's platform; a new channel joins with one bench of this shape."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from channel_benches.mail import mail_bench
from channel_benches.telegram import telegram_bench
from channel_benches.zalo_bot import zalo_bot_bench, zalo_bot_under_200_bench
from channel_benches.zalo_oa import zalo_oa_bench

from bot.channels.contract import Channel


class Bench(Protocol):
    """One channel in front of a fake of its platform, with one person it may write to."""

    channel: Channel
    address: str
    secrets: tuple[str, ...]
    receives: bool
    """Whether anything can come in."""
    splits: bool
    """Whether a text that is too long goes out in parts."""

    def write(self, text: str) -> None:
        """The person writes."""

    def bring_rubbish(self) -> None:
        """The platform brings something that cannot be read."""

    def throttle(self) -> None:
        """The platform refuses the next message for now."""

    def block(self) -> None:
        """The person blocks the channel."""

    def lose_the_answer(self) -> None:
        """The next message arrives, the answer to it does not."""

    def outage(self) -> AbstractAsyncContextManager[None]:
        """Inside, nobody listens at the platform's address."""
        ...

    def misbehave(self) -> int:
        """Put down every fault the platform knows for the next sends; return how many."""
        ...

    def shown(self) -> list[str]:
        """What stands in the person's chat, as plain text."""
        ...


BENCHES: dict[str, Callable[[], AbstractAsyncContextManager[Bench]]] = {
    "mail": mail_bench,
    "telegram": telegram_bench,
    "zalo_bot": zalo_bot_bench,
    "zalo_bot, refusals under HTTP 200": zalo_bot_under_200_bench,
    "zalo_oa": zalo_oa_bench,
}

__all__ = ["BENCHES", "Bench"]
