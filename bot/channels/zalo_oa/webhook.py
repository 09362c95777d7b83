"""The webhook: what the platform signed is stored, and only then confirmed; what cannot be is never answered at all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.channels.contract import Answer
from bot.channels.hook import read_body
from bot.channels.spelling import unspell
from bot.channels.zalo_oa.decoding import timestamp_of
from bot.channels.zalo_oa.fetching import Patience
from bot.channels.zalo_oa.reception import Reception
from bot.channels.zalo_oa.signing import HEADER, is_signed

log = logging.getLogger(__name__)
PATH = "/zalo-oa/webhook"


@dataclass(frozen=True, slots=True, repr=False)
class Seal:
    """What the platform's signature is made with."""

    app_id: str
    secret_key: str

    def fits(self, shown: str, body: bytes, timestamp: str) -> bool:
        """Whether the platform signed this body."""
        return is_signed(shown, self.app_id, body, timestamp, self.secret_key)


class Webhook:
    """Answers the platform's posts while it is open.

    The platform waits two seconds, takes any answer but 200 for an end, and brings an event again only when the
    connection failed. So an event that is not stored in time finds its connection cut, and goes on being stored: when
    it comes again it is known.
    """

    def __init__(self, seal: Seal, patience: Callable[[], Patience]) -> None:
        self._seal = seal
        self._patience = patience
        self._reception: Reception | None = None
        self._work: set[asyncio.Task[Answer]] = set()

    async def run(self, reception: Reception, stopping: asyncio.Event) -> None:
        """Be open until `stopping`, then let what is under way finish."""
        self._reception = reception
        await stopping.wait()
        self._reception = None
        if self._work:
            _, left = await asyncio.wait(self._work, timeout=self._patience().drain)
            if left:
                log.warning("receiving stopped before every event was stored; none of them was confirmed")

    async def answer(self, request: web.Request) -> web.Response:
        """200 for what is stored, 401 for what the platform did not sign, 413 for too much; else no answer."""
        begun = asyncio.get_running_loop().time()
        reception = self._reception
        if reception is None:
            return cut(request)
        try:
            async with asyncio.timeout(self._patience().answer):
                body = await read_body(request)
        except (TimeoutError, OSError):
            return cut(request)
        if body is None:
            return web.Response(status=413)
        raw, error = _read(body)
        if not self._seal.fits(request.headers.get(HEADER, ""), body, timestamp_of(raw)):
            return web.Response(status=401)
        if not body.strip():
            return web.Response(status=200)  # a probe of the platform's
        work = asyncio.create_task(reception.admit(raw) if error is None else reception.aside.keep_body(body, error))
        self._work.add(work)
        work.add_done_callback(self._work.discard)
        left = self._patience().answer - (asyncio.get_running_loop().time() - begun)
        await asyncio.wait({work}, timeout=max(left, 0.05))
        stored = work.done() and not work.cancelled() and work.result() is Answer.TAKEN
        return web.Response(status=200) if stored else cut(request)


def _read(body: bytes) -> tuple[Mapping[str, Any], Exception | None]:
    """The event, or why it is none."""
    try:
        raw = unspell(body)
    except (ValueError, RecursionError) as error:
        return {}, error
    if isinstance(raw, dict):
        return raw, None
    return {}, TypeError("an event is an object")


def cut(request: web.Request) -> web.Response:
    """End the connection; what is returned here goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=503)
