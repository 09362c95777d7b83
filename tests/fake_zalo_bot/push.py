"""Webhook delivery of the fake platform: one event after the other, with the secret, again until 2xx."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from fake_zalo_bot.server import FakeZaloBot

SECRET_HEADER = "X-Bot-Api-Secret-Token"
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.3


class Pusher:
    """Pushes while a webhook is set. `statuses` lists what each push was answered, None where nobody answered."""

    def __init__(self, platform: FakeZaloBot) -> None:
        self.statuses: list[int | None] = []
        self._platform = platform
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch for a webhook and for events."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End all deliveries."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        platform, pause = self._platform, FIRST_PAUSE
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
            while True:
                await platform.pulse.until(lambda: platform.webhook and platform.events, None)
                event = platform.events[0]
                status = await self._push(session, event)
                self.statuses.append(status)
                well = status is not None and 200 <= status < 300
                if well or not platform.redelivers:
                    platform.events.remove(event)
                    pause = FIRST_PAUSE
                else:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)
                platform.pulse.beat()

    async def _push(self, session: aiohttp.ClientSession, event: dict[str, Any]) -> int | None:
        hook = self._platform.webhook
        body = {"ok": True, "result": event} if self._platform.shape == "A" else event
        headers = {SECRET_HEADER: hook["secret_token"]}
        try:
            async with session.post(hook["url"], json=body, headers=headers) as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            return None
