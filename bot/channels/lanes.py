"""Lanes: what comes from one chat is taken in order, chats side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


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
