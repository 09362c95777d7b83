"""The Telegram channel; the only package that imports aiogram."""

from bot.channels.telegram.channel import Patience, ReceiveFailed, TelegramChannel, WebhookInfo

__all__ = ["Patience", "ReceiveFailed", "TelegramChannel", "WebhookInfo"]
