"""Replies of one chat go out one after the other, chats side by side; a chat's line is gone when it is empty."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping

from bot.delivery.attempts import Attempts, Job
from bot.delivery.settling import Settling
from storage.rows import Settled

log = logging.getLogger(__name__)


class Lines:
    """Lines of claimed rows. `room` bounds how many messages of each channel are on their way at once."""

    def __init__(
        self,
        attempts: Attempts,
        settling: Settling,
        room: Mapping[str, asyncio.Semaphore],
        clock: Callable[[], int],
    ) -> None:
        self._attempts = attempts
        self._settling = settling
        self._room = room
        self._clock = clock
        self._lines: dict[int, deque[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._lines)

    def waiting(self, channel: str) -> int:
        """How many rows of a channel stand in line or are on their way."""
        return sum(job.row.channel == channel for line in self._lines.values() for job in line)

    def add(self, job: Job) -> None:
        """Put a row at the end of its chat's line."""
        line = self._lines.get(job.row.chat_id)
        if line is not None:
            line.append(job)
            return
        self._lines[job.row.chat_id] = line = deque([job])
        task = asyncio.get_running_loop().create_task(self._serve(job.row.chat_id, line))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def finish(self, seconds: float) -> None:
        """Let the lines run empty, at most `seconds`; then stop them and give back what was not begun."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _serve(self, chat_id: int, line: deque[Job]) -> None:
        try:
            while line:
                async with self._room[line[0].row.channel]:
                    seconds = await self._attempts.attempt(line[0])
                if seconds is None:
                    line.popleft()
                else:
                    self._give_back(line, seconds)
        finally:
            del self._lines[chat_id]
            self._give_back(deque(job for job in line if not job.begun), 0.0)

    def _give_back(self, line: deque[Job], seconds: float) -> None:
        """Return the head and what stands behind it to the queue; of several cards only the newest still matters."""
        if not line:
            return
        at = self._clock() + round(seconds * 1000)
        newest = max((job.row.id for job in line if job.row.kind == "card"), default=0)
        for job in line:
            if job.row.kind == "card" and job.row.id < newest:
                self._settling.settle(Settled(job.row.id, job.row.owner or "", "replaced", self._clock()))
            else:
                self._settling.put_back(job.row.id, at)
        line.clear()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a line broke: %s", type(error).__name__)
