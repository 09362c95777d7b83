"""The long poll: what is handed out is never brought again, so it is taken before the next one is asked for."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass

from bot.channels.contract import Answer
from bot.channels.zalo_bot.failures import NO_ENTRY
from bot.channels.zalo_bot.reception import Reception
from bot.channels.zalo_bot.wire import BotApi, Refused, Unanswered

log = logging.getLogger(__name__)
AT_ONCE_S = 0.1
"""A quiet poll that ends as soon was not held: the next one must wait, or it would be asked without end."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, all in seconds: for updates, between tries, before another try with a token that is refused,
    and at the end. A poll is let end, so `poll` is also how long stopping may take."""

    poll: float = 5.0
    first: float = 0.5
    longest: float = 30.0
    refused: float = 60.0
    drain: float = 7.5


class Polling:
    """One poll after the other until stopped, one update at a time."""

    def __init__(self, api: BotApi, reception: Reception, patience: Patience) -> None:
        self._api = api
        self._reception = reception
        self._patience = patience
        self._stopping = asyncio.Event()
        self._tries = 0
        self._contact = time.monotonic()

    async def run(self) -> None:
        """Receive until `stop`, then let the poll end and take what it brought."""
        serving = asyncio.create_task(self._serve())
        stopped = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not serving.done():
                await asyncio.wait({serving}, timeout=self._patience.drain)
            if not serving.done():
                log.error("receiving stopped before the last poll was taken in; what it brought is lost")
        finally:
            for part in (serving, stopped):
                part.cancel()
            ends = await asyncio.gather(serving, stopped, return_exceptions=True)
        if isinstance(ends[0], Exception):
            raise ends[0]

    def stop(self) -> None:
        """Begin no other poll."""
        self._stopping.set()

    def unheard_s(self) -> float:
        """For how many seconds the platform has not answered a poll."""
        return time.monotonic() - self._contact

    async def _serve(self) -> None:
        while not self._stopping.is_set():
            asked_at = time.monotonic()
            try:
                raw = await self._api.get_updates(self._patience.poll)
            except (Refused, Unanswered) as error:
                await self._endure(error)
                continue
            self._contact = time.monotonic()
            self._tries = 0
            if raw is not None:
                await self._admit(raw)
            elif self._contact - asked_at < min(AT_ONCE_S, self._patience.poll / 2):
                await self._pause(self._patience.first)

    async def _admit(self, raw: object) -> None:
        """Take an update in, again and again until it is stored: nobody else has it."""
        while await self._reception.admit(raw) is not Answer.TAKEN:
            await self._pause()
            if self._stopping.is_set():  # then no pause lasts any more; how long there is to try is the drain
                await asyncio.sleep(self._patience.first)
        self._tries = 0

    async def _endure(self, error: Refused | Unanswered) -> None:
        """Wait out an error of the poll, longer each time; a refused token is asked about once a minute."""
        if isinstance(error, Refused) and error.code == NO_ENTRY:
            log.error("getUpdates refused: the platform does not know the token")
            await self._pause(self._patience.refused)
        else:
            log.warning("getUpdates failed: %s", error)
            await self._pause()

    async def _pause(self, seconds: float | None = None) -> None:
        if seconds is None:
            seconds = min(self._patience.first * 2**self._tries, self._patience.longest)
            self._tries = min(self._tries + 1, 20)
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
