"""E-mail: a channel that only sends, to the official mailboxes of units and of the agency."""

from bot.channels.mail.channel import MailChannel
from bot.channels.mail.line import Patience

__all__ = ["MailChannel", "Patience"]
