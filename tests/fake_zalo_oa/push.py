"""Webhook delivery: signed, one person's events in order, again only when the connection failed, two seconds each."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from io import BytesIO

import aiohttp
from fake_zalo_oa.world import Json, World

from bot.channels.zalo_oa.signing import signature

LIMIT_S = 2.0
PAUSES_S = (0.02, 0.05, 0.1, 0.2, 0.3)  # the platform waits half a minute to an hour; tests should not


@dataclass(frozen=True, slots=True)
class Try:
    """One try to bring an event: the status, or None when the connection failed."""

    event_name: str
    status: int | None
    seconds: float
    repeated: int


class Pusher:
    """Brings events while `url` is set. What is answered with anything but 200 is lost, as is what never connects."""

    def __init__(self, world: World, secret_key: str) -> None:
        self.url = ""
        self.tries: list[Try] = []
        self.lost: list[Json] = []
        self.patient = True
        self._world = world
        self._secret_key = secret_key
        self._lines: dict[str, asyncio.Queue[bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    def put(self, who: str, body: Json) -> None:
        """Bring an event as soon as the ones of this person before it are through."""
        if who not in self._lines:
            self._lines[who] = asyncio.Queue()
            self._tasks.add(asyncio.create_task(self._serve(self._lines[who])))
        self._lines[who].put_nowait(json.dumps(body, ensure_ascii=False).encode())

    async def settled(self) -> None:
        """Wait until everything was brought, or is lost."""
        async with asyncio.timeout(5):
            for line in self._lines.values():
                await line.join()

    async def stop(self) -> None:
        """End all deliveries."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def post(self, body: bytes, **headers: str) -> int | None:
        """Post once with these headers; the status, None when the connection failed."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2 * LIMIT_S))
        try:
            async with self._session.post(self.url, data=BytesIO(body), headers=headers) as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None

    def signed(self, body: bytes) -> str:
        """The header's value for a body."""
        timestamp = str(json.loads(body).get("timestamp", "")) if body else ""
        return f"mac={signature(self._world.app_id, body, timestamp, self._secret_key)}"

    async def _serve(self, line: asyncio.Queue[bytes]) -> None:
        while True:
            body = await line.get()
            try:
                await self._bring(body)
            finally:
                line.task_done()

    async def _bring(self, body: bytes) -> None:
        name = json.loads(body)["event_name"]
        tried = 0
        while not self.url:  # noqa: ASYNC110 - switched on later: what came before waits
            await asyncio.sleep(0.01)
        while True:
            begun = time.monotonic()
            headers = {"X-ZEvent-Signature": self.signed(body)} | ({"num_retry": str(tried)} if tried else {})
            status = await self.post(body, **headers)
            seconds = time.monotonic() - begun
            self.tries.append(Try(name, status, seconds, tried))
            if status == 200:
                if seconds > LIMIT_S:
                    self._world.violations.append(f"{name} was answered after {seconds:.1f} s")
                return
            if status is not None:
                self._world.violations.append(f"{name} was answered with {status}")
                break
            if not self.patient and tried >= len(PAUSES_S):
                break
            await asyncio.sleep(PAUSES_S[min(tried, len(PAUSES_S) - 1)])
            tried += 1
        self.lost.append(json.loads(body))
