"""A vault and a shelf in memory, and a desk that takes everything in: what a channel is handed in a test."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from bot.channels.contract import Answer
from bot.channels.keeping import Away
from bot.channels.zalo_oa.tokens import Tokens
from bot.conversation.events import Incoming, PersonEvent
from bot.evidence.kept import FileRefused, Kept


def utcnow() -> datetime:
    """The moment."""
    return datetime.now(UTC)  # noqa: TID251 - what the composition root hands in


class MemoryVault:
    """Credentials in memory. `away` makes it fail, `held_by` says who renews."""

    def __init__(self, owner: str = "me", shared: MemoryVault | None = None) -> None:
        self._of = shared or self
        self.body: str | None = None
        self.held_by = ""
        self.away = False
        self.saved = 0
        self._owner = owner

    @property
    def tokens(self) -> Tokens:
        """What stands there."""
        assert self._of.body is not None
        return Tokens.from_json(self._of.body)

    def put(self, tokens: Tokens) -> None:
        """Put something there by hand."""
        self._of.body = tokens.to_json()

    async def load(self) -> str | None:
        self._check()
        return self._of.body

    async def swap(self, before: str | None, body: str) -> bool:
        self._check()
        if self._of.body != before:
            return False
        self._of.body = body
        self._of.saved += 1
        return True

    async def hold(self, seconds: float) -> bool:
        assert seconds > 0
        self._check()
        if self._of.held_by not in {"", self._owner}:
            return False
        self._of.held_by = self._owner
        return True

    async def release(self) -> None:
        self._check()
        if self._of.held_by == self._owner:
            self._of.held_by = ""

    def _check(self) -> None:
        if self._of.away:
            raise Away("the test")


class MemoryShelf:
    """Waiting updates in memory. `away` makes it fail."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {}
        self.away = False

    async def hold(self, key: str, raw: str) -> None:
        self._check()
        self.rows.setdefault(key, raw)

    async def held(self) -> tuple[tuple[str, str], ...]:
        self._check()
        return tuple(self.rows.items())

    async def let_go(self, key: str) -> None:
        self._check()
        self.rows.pop(key, None)

    def _check(self) -> None:
        if self.away:
            raise Away("the test")


class Desk:
    """Takes everything in and remembers it; a key it knows has no second effect."""

    def __init__(self) -> None:
        self.taken: list[Incoming] = []
        self.poison: list[tuple[str, str]] = []
        self.repeated: list[str] = []
        self.answer = Answer.TAKEN
        self.pause = 0.0
        self.changed = asyncio.Event()

    @property
    def events(self) -> list[object]:
        """What was done."""
        return [incoming.event for incoming in self.taken]

    async def take(self, incoming: Incoming) -> Answer:
        """Take one update in."""
        await asyncio.sleep(self.pause)
        if self.answer is Answer.TAKEN:
            known = {one.update_key for one in self.taken}
            (self.repeated.append(incoming.update_key) if incoming.update_key in known else self.taken.append(incoming))
            self.changed.set()
        return self.answer

    async def keep_poison(self, _channel: str, _bot: str, key: str, error: str, _raw: str) -> Answer:
        """Set one aside."""
        self.poison.append((key, error))
        self.changed.set()
        return self.answer

    async def until(self, look: Callable[[], bool]) -> None:
        """Wait until something is true."""
        async with asyncio.timeout(5):
            while not look():  # noqa: ASYNC110 - at many different things
                await asyncio.sleep(0.005)

    async def wait_for(self, *events: PersonEvent) -> None:
        """Wait until exactly these were taken in, in this order."""
        await self.until(lambda: len(self.taken) >= len(events))
        assert self.events == list(events)


class Files:
    """Keeps what is sent by name; refuses what begins with "bad"."""

    def __init__(self, *, expected: bool = True) -> None:
        self.kept: list[tuple[str, bytes]] = []
        self.expected = expected

    async def expects(self, _channel: str, _address: str) -> bool:
        return self.expected

    async def keep(self, name: str, data: bytes) -> Kept:
        if data.startswith(b"bad"):
            raise FileRefused("not_allowed")
        self.kept.append((name, data))
        return Kept(f"digest-{len(self.kept)}", name or "tep.jpg", "image/jpeg", len(data))
