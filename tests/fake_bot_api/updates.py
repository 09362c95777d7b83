"""The platform's queue of updates: an offset confirms, what is not confirmed comes again."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from fake_bot_api.errors import TWO_POLLERS, ApiError
from fake_bot_api.pulse import Pulse, SilenceError

Json = dict[str, Any]
OPT_IN = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(slots=True)
class Update:
    """One update; `handed` counts how often the bot has been given it."""

    id: int
    body: Json
    chat_id: int | None = None
    handed: int = 0

    @property
    def json(self) -> Json:
        """The update as the Bot API writes it."""
        return {"update_id": self.id, **self.body}


@dataclass(slots=True)
class UpdateQueue:
    """Updates in the order of their delivery."""

    next_id: int = 100_001
    allowed: frozenset[str] = frozenset()
    pending: list[Update] = field(default_factory=list)
    all: dict[int, Update] = field(default_factory=dict)
    latest: dict[int, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    conflicts: int = 0
    changed: Pulse = field(default_factory=Pulse)
    _poller: asyncio.Task[Any] | None = None
    _ousted: set[asyncio.Task[Any]] = field(default_factory=set)

    def push(self, body: Json, chat_id: int | None = None, update_id: int | None = None) -> int:
        """Queue an update and return its id; kinds the bot did not ask for are dropped."""
        number = self.next_id if update_id is None else update_id
        self.next_id = max(self.next_id, number) + 1
        kind = next(iter(body), "")
        wanted = kind in self.allowed if self.allowed else kind not in OPT_IN
        if not wanted:
            return number
        self.put_back([Update(number, body, chat_id)])
        return number

    def put_back(self, updates: Iterable[Update]) -> None:
        """Queue updates at the end, known ids included: the platform brings them again."""
        for update in updates:
            self.all[update.id] = update
            self.pending.append(update)
        self.changed.beat()

    def redeliver(self, *ids: int) -> None:
        """Bring updates again, confirmed or not."""
        self.put_back(self.all[number] for number in ids)

    def reorder(self, order: Iterable[int]) -> None:
        """Put the pending updates into another order, given as positions."""
        self.pending = [self.pending[position] for position in order]

    def allow(self, kinds: Iterable[str]) -> None:
        """Remember which kinds the bot asked for; an empty list is the default set."""
        self.allowed = frozenset(kinds)

    def hand(self, update: Update) -> Json:
        """Note that the bot is given an update."""
        update.handed += 1
        if update.chat_id is not None:
            self.latest[update.chat_id] = update.id
        return update.json

    def confirm(self, offset: int) -> None:
        """Forget every update below the offset that the bot has seen; skipping unseen ones is a violation."""
        unseen = [u.id for u in self.pending if u.id < offset and not u.handed]
        newest = max((u.id for u in self.all.values() if u.handed), default=0) if unseen else 0
        if unseen and offset > newest + 1:
            self.violations.append(f"offset {offset} skips updates that were never handed out: {unseen[:5]}")
        self.pending = [u for u in self.pending if u.id >= offset or not u.handed]

    async def poll(self, offset: int | None, limit: int, seconds: float) -> list[Json]:
        """What getUpdates answers; an older poll that still waits ends with 409."""
        me = asyncio.current_task()
        if self._poller is not None:
            self.conflicts += 1
            self._ousted.add(self._poller)
            self.changed.beat()
        self._poller = me
        try:
            return await self._wait(offset, limit, seconds)
        finally:
            self._ousted.discard(me)
            if self._poller is me:
                self._poller = None

    async def _wait(self, offset: int | None, limit: int, seconds: float) -> list[Json]:
        if offset is not None and offset < 0:
            self.violations.append(f"a negative offset ({offset}) throws updates away")
            self.pending = self.pending[offset:]
        elif offset:
            self.confirm(offset)
        me = asyncio.current_task()
        try:
            await self.changed.until(lambda: self.pending or me in self._ousted, seconds)
        except SilenceError:
            return []
        if me in self._ousted:
            raise ApiError(409, TWO_POLLERS)
        return [self.hand(update) for update in self.pending[:limit]]
