"""Rows that somebody else must hear of: collected, told together, told again later when that failed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

log = logging.getLogger(__name__)

Tell: TypeAlias = Callable[[tuple[int, ...]], Awaitable[None]]
"""Hears the ids of rows; an error means that they must be told again."""


class Telling:
    """What waits to be told; `tell` hears each row once, unless it raises."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._waiting: list[int] = []
        self._task: asyncio.Task[None] | None = None

    def note(self, ids: Iterable[int]) -> None:
        """Let these rows wait to be told."""
        self._waiting += ids

    def begin(self) -> None:
        """Tell what waits, without waiting for it."""
        if self._waiting and self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._beside())

    async def now(self) -> None:
        """Tell what waits, and see what is being told already to its end; what could not be told waits on."""
        if self._task is not None:
            await asyncio.shield(self._task)
        await self._tell_all()

    async def _beside(self) -> None:
        try:
            await self._tell_all()
        finally:
            self._task = None

    async def _tell_all(self) -> None:
        told, self._waiting = tuple(self._waiting), []
        try:
            if told:
                await self._tell(told)
        except Exception as error:  # noqa: BLE001 - they are told again with the next sweep
            log.error("rows could not be told of: %s", type(error).__name__)  # noqa: TRY400
            self._waiting += told
