"""Small calls that nobody waits for: kept from being forgotten, never from being counted."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Errands:
    """Tasks running beside the work. What is started past `limit` is dropped: all of them are best effort."""

    def __init__(self, limit: int = 500) -> None:
        self._limit = limit
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def start(self, errand: Coroutine[Any, Any, None]) -> None:
        """Run the errand in the background; it must deal with its own errors."""
        if len(self._tasks) >= self._limit:
            errand.close()
            return
        task = asyncio.get_running_loop().create_task(errand)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float) -> None:
        """Wait for what is under way, at most `seconds`; cancel the rest."""
        left = set(self._tasks)
        if left:
            _, left = await asyncio.wait(left, timeout=seconds)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
