"""What happens to one raw update, however it came: acknowledge the press, decode, take, keep what is poison."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.channels.contract import Answer, KeepPoison, Take
from bot.channels.telegram.decoding import Decoded, decode
from bot.channels.telegram.fetching import Fetching
from bot.conversation.events import Incoming

T = TypeVar("T")
log = logging.getLogger(__name__)


class Reception:
    """Takes updates in for one bot. `acknowledge` is started for each press, before the work; without `fetching` no
    file is taken."""

    def __init__(
        self,
        channel: str,
        bot: str,
        bot_name: Callable[[], str | None],
        acknowledge: Callable[[str], None],
        take: Take,
        keep_poison: KeepPoison,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._channel = channel
        self._bot = bot
        self._bot_name = bot_name
        self._acknowledge = acknowledge
        self._take = take
        self._keep_poison = keep_poison
        self.fetching: Fetching | None = None

    async def admit(self, raw: Mapping[str, Any]) -> Answer:
        """Take one update in; a bug anywhere on the way sets the update aside and never raises."""
        try:
            answer = await self._admit(raw)
        except Exception as error:  # noqa: BLE001 - the one place that wraps what becomes of an update
            log.error("update kept as poison: %s", summary(error))  # noqa: TRY400 - its text may name people
            answer = await self.keep(_key(raw), summary(error), json.dumps(raw))
        self.counts[answer] += 1
        return answer

    async def _admit(self, raw: Mapping[str, Any]) -> Answer:
        decoded: Decoded = decode(raw, channel=self._channel, bot=self._bot, bot_name=self._bot_name())
        if decoded.callback_id is not None:
            self._acknowledge(decoded.callback_id)
        if decoded.incoming is None:
            self.counts["ignored"] += 1
            return Answer.TAKEN
        incoming: Incoming | None = decoded.incoming
        if decoded.attached is not None and self.fetching is not None:
            incoming = await self.fetching.brought(decoded.incoming, decoded.attached)
        return Answer.UNAVAILABLE if incoming is None else await self._take(incoming)

    async def keep(self, key: str, error: str, text: str) -> Answer:
        """Set an update aside; UNAVAILABLE when even that cannot be stored."""
        try:
            return await self._keep_poison(self._channel, self._bot, key, error, text)
        except Exception as failure:  # noqa: BLE001 - then the platform must bring it again
            log.error("poison could not be stored: %s", summary(failure))  # noqa: TRY400
            return Answer.UNAVAILABLE

    async def keep_body(self, body: bytes, error: Exception) -> Answer:
        """Set aside a body that is not even an update."""
        text = body.decode("utf-8", "backslashreplace").replace("\x00", "\\x00")
        key = f"sha256:{hashlib.sha256(body).hexdigest()}"
        return await self.keep(key, summary(error), text)


def summary(error: BaseException) -> str:
    """Name an error without anything of what a person wrote."""
    if isinstance(error, ValidationError):
        places = error.errors(include_input=False, include_url=False, include_context=False)[:3]
        told = "; ".join(f"{'.'.join(map(str, place['loc']))}: {place['type']}" for place in places)
        return f"ValidationError: {told}"
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place


def _key(raw: Mapping[str, Any]) -> str:
    number = raw.get("update_id")
    if isinstance(number, int):
        return str(number)
    return f"sha256:{hashlib.sha256(json.dumps(raw).encode()).hexdigest()}"


class Lanes:
    """One at a time for each key, in the order of asking, and at most `limit` at once; a key is forgotten when idle."""

    def __init__(self, limit: int) -> None:
        self._room = asyncio.Semaphore(limit)
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    def __len__(self) -> int:
        return len(self._locks)

    async def run(self, key: str, work: Callable[[], Awaitable[T]]) -> T:
        """Await `work()` when it is this one's turn."""
        lock, users = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, users + 1)
        try:
            async with lock, self._room:
                return await work()
        finally:
            lock, users = self._locks[key]
            if users == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, users - 1)
