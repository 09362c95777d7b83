"""A hook for platforms that post updates to us: only who knows the secret comes in."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

log = logging.getLogger(__name__)
BODY_LIMIT = 2**20
Admit = Callable[[bytes], Awaitable[web.Response]]


class Hook:
    """Answers the platform's posts while it is open; `header` is where the platform repeats the secret."""

    def __init__(self, header: str, secret: str) -> None:
        if not secret:
            raise ValueError("webhook mode needs a secret: without one anybody could bring updates")
        self._header = header
        self._secret = secret.encode()
        self._admit: Admit | None = None
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = asyncio.Event()

    async def run(self, admit: Admit, drain: float) -> None:
        """Be open until `stop`, then let posts under way finish, at most `drain` seconds."""
        self._admit = admit
        await self._stopping.wait()
        self._admit = None
        try:
            async with asyncio.timeout(drain):
                await self._idle.wait()
        except TimeoutError:
            log.warning("receiving stopped before every post was answered; the platform brings the rest again")

    def stop(self) -> None:
        """Answer new posts with 503 from now on."""
        self._stopping.set()

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one post: 401 without the secret, 503 when closed, 413 when too long, else as it was admitted."""
        shown = request.headers.get(self._header, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(shown, self._secret):
            return web.Response(status=401)
        admit = self._admit
        if admit is None or self._stopping.is_set():
            return web.Response(status=503)
        body = await read_body(request)
        if body is None:
            return web.Response(status=413)
        self._under_way += 1
        self._idle.clear()
        try:
            return await admit(body)
        finally:
            self._under_way -= 1
            if self._under_way == 0:
                self._idle.set()


async def read_body(request: web.Request) -> bytes | None:
    """Read a body; None when it is longer than any update, without holding it."""
    if (request.content_length or 0) > BODY_LIMIT:
        return None
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)
