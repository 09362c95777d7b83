"""What sending costs of a platform's quota: every message counted, and which notices may still go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo

from bot.channels.contract import Channel
from bot.channels.quotas import Used, counted, month_of
from bot.delivery.settling import Settling
from bot.intake.moments import from_ms
from storage import quotas
from storage.rows import OutboxRow
from storage.store import Store

FRESH_MS = 5_000
"""How long a count may be old: other processes spend of the same quota."""


class Spending:
    """One per sender. Channels without a quota cost nothing, and nothing is asked for them."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Callable[[], int],
        settling: Settling,
        zone: tzinfo = UTC,
    ) -> None:
        self._store = store
        self._quotas = counted(channels)
        self._clock = clock
        self._settling = settling
        self._zone = zone
        self._known: dict[tuple[str, str], tuple[int, int]] = {}

    async def allows(self, row: OutboxRow) -> bool:
        """Whether there is quota left for this notice. StoreUnavailable when that cannot be asked."""
        found = self._quotas.get(row.channel)
        if found is None or row.lane != "notice":
            return True
        bot, quota = found
        month = self._month()
        asked_at, sent = self._known.get((row.channel, month), (None, 0))
        if asked_at is None or self._clock() - asked_at >= FRESH_MS:
            sent = await self._store.read(quotas.used, row.channel, bot, month)
            self._known[row.channel, month] = self._clock(), sent
        return Used(row.channel, month, sent, quota).allows(many=row.late is not None)

    def spent(self, channel: str, parts: int) -> None:
        """So many messages went out, or may have: counted in the transaction that stores what became of them."""
        if channel not in self._quotas:
            return
        month = self._month()
        self._settling.spend((channel, self._quotas[channel][0], month), parts)
        if (channel, month) in self._known:
            asked_at, sent = self._known[channel, month]
            self._known[channel, month] = asked_at, sent + parts

    def _month(self) -> str:
        return month_of(from_ms(self._clock()), self._zone)
