"""What happens to one raw event, however it came: decode, fetch its picture, take, set aside what is poison."""

from __future__ import annotations

import json
import logging
from collections import Counter

from bot.channels.aside import Aside, digest_key, summary
from bot.channels.contract import Answer, Capabilities, KeepPoison, Take
from bot.channels.zalo_bot.decoding import decode
from bot.channels.zalo_bot.fetching import Fetching
from bot.conversation.events import Incoming

log = logging.getLogger(__name__)


class Reception:
    """Takes events in for one bot. `can` is what the channel can do; without `fetching` no picture is taken; `counts`
    tells what became of them."""

    def __init__(
        self,
        channel: str,
        bot: str,
        can: Capabilities,
        take: Take,
        keep_poison: KeepPoison,
        fetching: Fetching | None = None,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.aside = Aside(channel, bot, keep_poison)
        self._channel = channel
        self._bot = bot
        self._can = can
        self._take = take
        self._fetching = fetching

    async def admit(self, raw: object) -> Answer:
        """Take one event in; a bug anywhere on the way sets it aside and never raises."""
        try:
            answer = await self._admit(raw)
        except Exception as error:  # noqa: BLE001 - the one place that wraps what becomes of an event
            log.error("update kept as poison: %s", summary(error))  # noqa: TRY400 - its text may name people
            answer = await self.aside.keep(digest_key(raw), summary(error), json.dumps(raw))
        self.counts[answer] += 1
        return answer

    async def _admit(self, raw: object) -> Answer:
        decoded = decode(raw, channel=self._channel, bot=self._bot, can=self._can)
        if decoded.incoming is None:
            self.counts["ignored"] += 1
            return Answer.TAKEN
        incoming: Incoming | None = decoded.incoming
        if decoded.picture is not None and self._fetching is not None:
            incoming = await self._fetching.brought(decoded.incoming, decoded.picture)
        return Answer.UNAVAILABLE if incoming is None else await self._take(incoming)
