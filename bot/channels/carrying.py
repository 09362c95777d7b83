"""Whether a channel can carry a file: some carry none, some only a few types up to a size."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from bot.channels.contract import Channel


@runtime_checkable
class Choosy(Protocol):
    """A channel that carries some files and not others."""

    def carries(self, media: str, size: int) -> bool:
        """Whether a file of this type and so many bytes can go with a message."""
        ...


def carries(channel: Channel, media: str, size: int) -> bool:
    """Whether the file can go with a message through the channel; where not, a link to it does."""
    if not channel.capabilities.files_out:
        return False
    return channel.carries(media, size) if isinstance(channel, Choosy) else True
