"""The long poll: an update is confirmed to the platform only after it was taken."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.contract import Answer
from bot.channels.telegram.decoding import ALLOWED_UPDATES, lane_of
from bot.channels.telegram.reception import Reception
from bot.channels.telegram.wire import BotApi, Refused, Unanswered

log = logging.getLogger(__name__)

CONFLICT = 409
LOOK_SECONDS = 0.3
"""How often new updates are looked for while only slow chats are left: the platform no longer holds the poll then."""


class ReceiveFailed(Exception):
    """Updates cannot be received at all; a person has to change something (the text says what)."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, all in seconds: for updates, between tries, before giving up on a refusal, at the end, and for
    a chat before the others are served without it."""

    poll: int = 30
    first: float = 0.5
    longest: float = 30.0
    refused: float = 60.0
    drain: float = 10.0
    slow: float = 1.0


class Polling:
    """One poll after the other until stopped. Chats are served side by side (at most `parallel`), each in order."""

    def __init__(self, api: BotApi, reception: Reception, patience: Patience, parallel: int) -> None:
        self._api = api
        self._reception = reception
        self._patience = patience
        self._room = asyncio.Semaphore(parallel)
        self._offset: int | None = None
        self._lanes: dict[str, asyncio.Task[bool]] = {}
        self._batch: list[int] = []
        self._taken: set[int] = set()
        self._stopping = asyncio.Event()
        self._fetching: asyncio.Task[list[dict[str, Any]]] | None = None
        self._tries = 0
        self._refused_since: float | None = None
        self._contact = time.monotonic()

    async def run(self) -> None:
        """Receive until `stop`, then finish what was taken in. Raises ReceiveFailed when refused for good."""
        serving = asyncio.create_task(self._serve())
        stopped = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not serving.done():
                await asyncio.wait({serving}, timeout=self._patience.drain)
            if not serving.done():
                log.error("receiving stopped before everything was taken; the platform brings the rest again")
        finally:
            parts = (serving, stopped, *self._lanes.values())
            for part in parts:
                part.cancel()
            ends = await asyncio.gather(*parts, return_exceptions=True)
        if isinstance(ends[0], Exception):
            raise ends[0]

    def stop(self) -> None:
        """End the poll that is under way and begin no other."""
        self._stopping.set()
        if self._fetching is not None:
            self._fetching.cancel()

    def unheard_s(self) -> float:
        """For how many seconds the platform has not answered a poll; a quiet one is answered every half minute."""
        return time.monotonic() - self._contact

    async def _serve(self) -> None:
        while not self._stopping.is_set():
            rows = await self._next_rows()
            if rows is None:
                continue
            if await self._admit(rows):
                self._tries = 0
            else:
                await self._pause()
        if self._lanes:
            await asyncio.wait(self._lanes.values())
            self._settle()
        await self._confirm()

    async def _next_rows(self) -> list[dict[str, Any]] | None:
        """Fetch what waits; None when there is nothing to go on with (an error, or the stop)."""
        self._fetching = asyncio.create_task(self._fetch())
        try:
            rows = await self._fetching
        except asyncio.CancelledError:
            if not self._stopping.is_set():
                raise
            return None
        except (Refused, Unanswered) as error:
            await self._endure(error)
            return None
        self._refused_since = None
        self._contact = time.monotonic()
        if not rows:
            self._offset = None  # confirmed already; after a quiet week the next id is a random one
            self._tries = 0
        return rows

    async def _fetch(self) -> list[dict[str, Any]]:
        params: dict[str, Any] = {"timeout": self._patience.poll, "allowed_updates": ALLOWED_UPDATES}
        if self._offset is not None:
            params["offset"] = self._offset
        rows = await self._api.call("getUpdates", params, seconds=self._patience.poll + 15)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Unanswered("getUpdates gave no list", may_have_arrived=True)
        return rows

    async def _admit(self, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Take a batch in; False when something could not be taken. A chat that takes long, because a file is fetched,
        goes on by itself while the others are served; what stands in the batch once more is not taken twice."""
        lanes: dict[str, list[Mapping[str, Any]]] = {}
        for row in rows:
            lane = lane_of(row)
            if _number(row) not in self._taken and lane not in self._lanes:
                lanes.setdefault(lane, []).append(row)
        started = {lane: asyncio.create_task(self._admit_lane(lane_rows)) for lane, lane_rows in lanes.items()}
        self._lanes |= started
        self._batch = [number for row in rows if (number := _number(row)) is not None]
        if started:
            await asyncio.wait(started.values(), timeout=self._patience.slow)
        elif self._lanes:
            await asyncio.wait(self._lanes.values(), timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        return self._settle() and bool(self._batch)

    def _settle(self) -> bool:
        """Move the offset past every update before the first that is not taken; False when a lane gave up."""
        ended = [lane for lane, task in self._lanes.items() if task.done()]
        results = [self._lanes.pop(lane).result() for lane in ended]
        left = [number for number in self._batch if number not in self._taken]
        if self._batch:
            self._offset = min(left) if left else max(self._batch) + 1
            self._taken.intersection_update(self._batch if left else ())
        return all(results)

    async def _admit_lane(self, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Take one chat's updates in order; False at the first that could not be taken."""
        async with self._room:
            for row in rows:
                if await self._reception.admit(row) is not Answer.TAKEN:
                    return False
                if (number := _number(row)) is not None:
                    self._taken.add(number)
        return True

    async def _endure(self, error: Refused | Unanswered) -> None:
        """Wait out an error of the poll; raise ReceiveFailed for a refusal that does not end."""
        if not isinstance(error, Refused):
            self._refused_since = None
            log.warning("getUpdates failed: %s", error)
            await self._pause()
        elif error.retry_after is not None:
            log.warning("getUpdates throttled for %s s", error.retry_after)
            await self._pause(error.retry_after)
        elif error.code == CONFLICT and "webhook" in error.said:
            log.warning("a webhook stood in the way of polling and is deleted; what waits is kept")
            await self._delete_webhook()
        else:
            now = time.monotonic()
            self._refused_since = self._refused_since or now
            log.error("getUpdates refused: %s", _advice(error))
            if now - self._refused_since >= self._patience.refused:
                raise ReceiveFailed(_advice(error))
            await self._pause()

    async def _delete_webhook(self) -> None:
        """Whoever set the mode to polling wants no webhook; nothing that waits is dropped."""
        try:
            await self._api.call("deleteWebhook", {"drop_pending_updates": False})
        except (Refused, Unanswered) as error:
            log.error("the webhook could not be deleted: %s", error)  # noqa: TRY400
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

    async def _confirm(self) -> None:
        """Tell the platform what was taken last, so that it is not brought once more after a restart."""
        if self._offset is None:
            return
        params = {"offset": self._offset, "timeout": 0, "limit": 1, "allowed_updates": ALLOWED_UPDATES}
        try:
            await self._api.call("getUpdates", params, seconds=2.0)
        except (Refused, Unanswered) as error:
            log.info("the last updates are not confirmed and will be recognised when they come again: %s", error)


def _number(row: Mapping[str, Any]) -> int | None:
    number = row.get("update_id")
    return number if isinstance(number, int) else None


def _advice(error: Refused) -> str:
    if error.code == CONFLICT:
        return "another program polls with the same token: only one may"
    if error.code in {401, 404}:
        return "Telegram does not know the token"
    return str(error)
