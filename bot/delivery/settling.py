"""Stores what became of sent rows: collected for a moment, written together, kept until they are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from storage import chats, outbox, quotas
from storage.errors import StoreFailed, StoreUnavailable
from storage.rows import Settled
from storage.store import Store

log = logging.getLogger(__name__)
UNAVAILABLE_S = 1.0


@dataclass(frozen=True, slots=True)
class PutBack:
    """A row that goes back to the queue, to be claimed again from `at` (epoch ms)."""

    id: int
    at: int
    error: str | None = None
    postponed: bool = False
    """Not due before then: what else waits for the chat goes out meanwhile."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written together."""

    settled: list[Settled] = field(default_factory=list)
    put_back: list[PutBack] = field(default_factory=list)
    blocked: dict[int, int] = field(default_factory=dict)
    undelivered: list[int] = field(default_factory=list)
    """Those of the settled that are notices which surely did not arrive."""
    spent: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """Messages of a quota, by channel, bot and month."""

    def __bool__(self) -> bool:
        return bool(self.settled or self.put_back or self.blocked or self.spent)

    def __iter__(self) -> Iterator[Batch]:
        """Each outcome as a batch of its own."""
        for settled in self.settled:
            yield Batch(settled=[settled], undelivered=[settled.id] if settled.id in self.undelivered else [])
        yield from (Batch(put_back=[one]) for one in self.put_back)
        yield from (Batch(blocked={chat: at}) for chat, at in self.blocked.items())
        yield from (Batch(spent={of: parts}) for of, parts in self.spent.items())


class Settling:
    """Writes outcomes every `seconds`; `written` is called after each commit."""

    def __init__(self, store: Store, owner: str, seconds: float, written: Callable[[Batch], None]) -> None:
        self._store = store
        self._owner = owner
        self._seconds = seconds
        self._written = written
        self._batch = Batch()
        self._writing: asyncio.Task[None] | None = None

    def settle(self, settled: Settled, *, undelivered: bool = False) -> None:
        """A row has ended; `undelivered` says that it is a notice which surely did not arrive."""
        self._batch.settled.append(settled)
        if undelivered:
            self._batch.undelivered.append(settled.id)
        self._begin()

    def put_back(self, row_id: int, at: int, error: str | None = None) -> None:
        """A row was surely not sent, or may be repeated: it can be claimed again from `at` (epoch ms)."""
        self._batch.put_back.append(PutBack(row_id, at, error))
        self._begin()

    def postpone(self, row_id: int, at: int) -> None:
        """A row is not to be sent before `at` (epoch ms)."""
        self._batch.put_back.append(PutBack(row_id, at, postponed=True))
        self._begin()

    def block(self, chat_id: int, at: int) -> None:
        """The chat cannot be written to since `at` (epoch ms)."""
        self._batch.blocked[chat_id] = at
        self._begin()

    def spend(self, of: tuple[str, str, str], parts: int) -> None:
        """So many messages of a quota, of (channel, bot, month), are gone."""
        self._batch.spent[of] = self._batch.spent.get(of, 0) + parts
        self._begin()

    async def finish(self) -> None:
        """Wait until everything noted so far is written."""
        while self._writing is not None:
            await asyncio.shield(self._writing)

    def _begin(self) -> None:
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_all())

    async def _write_all(self) -> None:
        try:
            while self._batch:
                await asyncio.sleep(self._seconds)
                batch, self._batch = self._batch, Batch()
                await self._write(batch)
        finally:
            self._writing = None

    async def _write(self, batch: Batch) -> None:
        while True:
            try:
                lost = await self._store.run(_write, self._owner, batch)
                break
            except StoreUnavailable:
                log.warning("the database takes no outcomes: %s wait", len(batch.settled) + len(batch.put_back))
                await asyncio.sleep(UNAVAILABLE_S)
            except StoreFailed:
                raise  # the process ends
            except Exception as error:  # noqa: BLE001 - one outcome nobody can store must not take the others along
                await self._write_apart(batch, error)
                return
        if lost:
            log.warning("outcomes of rows that are not ours any more: %s", lost)
        self._written(batch)

    async def _write_apart(self, batch: Batch, error: Exception) -> None:
        """Write each outcome by itself; the one that is to blame is left to the end of its row's lease."""
        parts = tuple(batch)
        if len(parts) == 1:
            log.error("an outcome of row %s cannot be stored: %s", _row_of(batch), type(error).__name__)
            return
        for part in parts:
            await self._write(part)


def _row_of(batch: Batch) -> int | None:
    """The row a batch of one outcome is about; None for a chat's or a quota's."""
    ids = [one.id for one in batch.settled] + [back.id for back in batch.put_back]
    return ids[0] if ids else None


def _write(conn: Connection, owner: str, batch: Batch) -> Sequence[int]:
    """The unit of work; returns the rows that were not this owner's any more."""
    for chat_id in sorted(batch.blocked):
        chats.set_blocked(conn, chat_id, batch.blocked[chat_id])
    lost = [b.id for b in batch.put_back if not _put_back(conn, owner, b)]
    if batch.settled:
        lost += outbox.settle(conn, batch.settled)
    quotas.spend(conn, batch.spent)
    return lost


def _put_back(conn: Connection, owner: str, one: PutBack) -> bool:
    if one.postponed:
        return outbox.postpone(conn, one.id, owner, one.at)
    return outbox.retry(conn, one.id, owner, one.at, one.error)
