"""What happens to one raw update, however it came: acknowledge the press, decode, take, keep what is poison."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from bot.channels.aside import Aside, digest_key, summary
from bot.channels.contract import Answer, Capabilities, KeepPoison, Take
from bot.channels.telegram.decoding import Decoded, decode
from bot.channels.telegram.fetching import Fetching
from bot.conversation.events import Incoming

log = logging.getLogger(__name__)


class Reception:
    """Takes updates in for one bot. `can` is what the channel can do; `acknowledge` is started for each press, before
    the work; without `fetching` no file is taken."""

    def __init__(
        self,
        channel: str,
        bot: str,
        can: Capabilities,
        bot_name: Callable[[], str | None],
        acknowledge: Callable[[str], None],
        take: Take,
        keep_poison: KeepPoison,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._channel = channel
        self._bot = bot
        self._can = can
        self._bot_name = bot_name
        self._acknowledge = acknowledge
        self._take = take
        self.aside = Aside(channel, bot, keep_poison)
        self.fetching: Fetching | None = None

    async def admit(self, raw: Mapping[str, Any]) -> Answer:
        """Take one update in; a bug anywhere on the way sets the update aside and never raises."""
        try:
            answer = await self._admit(raw)
        except Exception as error:  # noqa: BLE001 - the one place that wraps what becomes of an update
            log.error("update kept as poison: %s", summary(error))  # noqa: TRY400 - its text may name people
            answer = await self.aside.keep(_key(raw), summary(error), json.dumps(raw))
        self.counts[answer] += 1
        return answer

    async def _admit(self, raw: Mapping[str, Any]) -> Answer:
        decoded: Decoded = decode(raw, channel=self._channel, bot=self._bot, bot_name=self._bot_name(), can=self._can)
        if decoded.callback_id is not None:
            self._acknowledge(decoded.callback_id)
        if decoded.incoming is None:
            self.counts["ignored"] += 1
            return Answer.TAKEN
        incoming: Incoming | None = decoded.incoming
        if decoded.attached is not None and self.fetching is not None:
            incoming = await self.fetching.brought(decoded.incoming, decoded.attached)
        return Answer.UNAVAILABLE if incoming is None else await self._take(incoming)


def _key(raw: Mapping[str, Any]) -> str:
    number = raw.get("update_id")
    return str(number) if isinstance(number, int) else digest_key(raw)
