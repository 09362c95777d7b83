"""How a platform's monthly quota is spent: what is counted, when admins are warned, who goes without first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.channels.contract import Channel, Quota

WARN_AT, WARN_AGAIN_AT = 80, 95
"""Percent of the quota at which admins are told: with a fifth left there is time to act, with a twentieth little."""
NO_MANY_AT = 90
"""From here on what goes out to many takes another way: the last tenth is for what concerns one person."""
NO_NOTICES_AT = 97
"""From here on every notice does: what is left is for those who write to us, and for what is on its way already."""
CROWDED_AT = 90
"""Percent of the people a bot may write to at which the doctor says so."""
DROPPED = "quota"
"""The error a notice ends with that was not sent for the quota's sake."""


@dataclass(frozen=True, slots=True)
class Used:
    """How much of a quota a bot has used in a month, and how many people have a chat there."""

    channel: str
    month: str
    """YYYY-MM where the service lives."""
    sent: int
    quota: Quota
    people: int = 0

    @property
    def left(self) -> int:
        """How many messages are left."""
        return max(0, self.quota.messages - self.sent)

    @property
    def percent(self) -> int:
        """How much is used, in whole percent, rounded down."""
        return 100 * self.sent // max(self.quota.messages, 1)

    @property
    def crowded(self) -> bool:
        """Whether few more people can be written to at all."""
        return self.quota.people is not None and 100 * self.people >= CROWDED_AT * self.quota.people

    def allows(self, *, many: bool) -> bool:
        """Whether a notice may go there: one of something that goes out to many, or any other."""
        return 100 * self.sent < (NO_MANY_AT if many else NO_NOTICES_AT) * self.quota.messages


def month_of(at: datetime, zone: tzinfo) -> str:
    """The calendar month of a moment where the service lives."""
    return f"{at.astimezone(zone):%Y-%m}"


def counted(channels: Mapping[str, Channel]) -> dict[str, tuple[str, Quota]]:
    """The channels whose platform counts messages: the bot and its quota."""
    return {
        name: (channel.bot, channel.capabilities.quota)
        for name, channel in channels.items()
        if channel.capabilities.quota is not None
    }
