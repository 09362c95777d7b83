"""The channel for the Zalo Bot Platform: text out and in, pictures in, no buttons and no markup."""

from bot.channels.zalo_bot.channel import Patience, WebhookInfo, ZaloBotChannel

__all__ = ["Patience", "WebhookInfo", "ZaloBotChannel"]
