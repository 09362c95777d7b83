"""The channel for a Zalo Official Account."""

from bot.channels.zalo_oa.channel import RETURN_PATH, Account, ZaloOaChannel
from bot.channels.zalo_oa.fetching import Patience
from bot.channels.zalo_oa.sending import carries

__all__ = ["RETURN_PATH", "Account", "Patience", "ZaloOaChannel", "carries"]
