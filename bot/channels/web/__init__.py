"""The officer's web chat: a channel that nothing is sent through, because people come and look."""

from bot.channels.web.channel import WebChannel

__all__ = ["WebChannel"]
