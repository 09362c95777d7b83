"""Webhook delivery: updates pushed with the secret, in order within a chat, again until 2xx."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import aiohttp
from fake_bot_api.requests import Params

if TYPE_CHECKING:
    from fake_bot_api.updates import Update
    from fake_bot_api.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5  # seconds; the real platform waits longer, tests should not

Call = Callable[[str, Params], Awaitable[Any]]


class Pusher:
    """Pushes pending updates while a webhook is set. `tries` lists (update id, status or None when unreachable)."""

    def __init__(self, world: "World", call: Call) -> None:
        self.tries: list[tuple[int, int | None]] = []
        self._world = world
        self._call = call
        self._watcher: asyncio.Task[None] | None = None
        self._lines: dict[int | None, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Begin to watch for a webhook and for updates to push."""
        self._watcher = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """End all deliveries."""
        tasks = [task for task in (self._watcher, *self._lines.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
            while True:
                for chat_id in await self._world.updates.changed.until(self._idle_chats, None):
                    self._lines[chat_id] = asyncio.create_task(self._serve(session, chat_id))

    def _idle_chats(self) -> list[int | None]:
        room = int(self._world.webhook.get("connections") or 0) - len(self._lines)
        if room <= 0:
            return []
        waiting = dict.fromkeys(u.chat_id for u in self._world.updates.pending if u.chat_id not in self._lines)
        return list(waiting)[:room]

    async def _serve(self, session: aiohttp.ClientSession, chat_id: int | None) -> None:
        pause = FIRST_PAUSE
        queue = self._world.updates
        while self._world.webhook and (mine := next((u for u in queue.pending if u.chat_id == chat_id), None)):
            status = await self._push(session, mine)
            self.tries.append((mine.id, status))
            if status is not None and 200 <= status < 300:
                queue.pending = [update for update in queue.pending if update is not mine]
                pause = FIRST_PAUSE
            else:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            self._world.pulse.beat()
        del self._lines[chat_id]
        queue.changed.beat()

    async def _push(self, session: aiohttp.ClientSession, update: "Update") -> int | None:
        hook = self._world.webhook
        headers = {SECRET_HEADER: hook["secret_token"]} if hook["secret_token"] else {}
        body = self._world.updates.hand(update)
        try:
            async with session.post(hook["url"], json=body, headers=headers) as response:
                answer = await response.read()
        except (aiohttp.ClientError, TimeoutError):
            return None
        if response.status == 200:
            await self._obey(answer)
        return response.status

    async def _obey(self, answer: bytes) -> None:
        """Carry out a call that stands in the answer to a push."""
        try:
            call = json.loads(answer)
        except ValueError:
            return
        if isinstance(call, dict) and isinstance(call.get("method"), str):
            method = call.pop("method")
            await self._call(method, Params(call))
