"""The webhook: who knows the secret may bring an update, and hears 200 only after it was stored."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.channels.contract import Answer
from bot.channels.telegram.decoding import ALLOWED_UPDATES, lane_of
from bot.channels.telegram.reception import Lanes, Reception
from bot.channels.telegram.wire import BotApi

log = logging.getLogger(__name__)
PATH = "/telegram/webhook"
BODY_LIMIT = 2**20
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header


class Webhook:
    """Answers the platform's posts while it is open: one chat in order, chats side by side."""

    def __init__(self, secret: str, parallel: int) -> None:
        self._secret = secret.encode()
        self._lanes = Lanes(parallel)
        self._reception: Reception | None = None
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = asyncio.Event()

    async def run(self, reception: Reception, drain: float) -> None:
        """Be open until `stop`, then let posts under way finish, at most `drain` seconds."""
        self._reception = reception
        await self._stopping.wait()
        self._reception = None
        try:
            async with asyncio.timeout(drain):
                await self._idle.wait()
        except TimeoutError:
            log.warning("receiving stopped before every post was answered; the platform brings the rest again")

    def stop(self) -> None:
        """Answer new posts with 503 from now on."""
        self._stopping.set()

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one post: 401 without the secret, 413 when too long, 503 when not stored, else 200."""
        shown = request.headers.get(_SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(shown, self._secret):
            return web.Response(status=401)
        reception = self._reception
        if reception is None or self._stopping.is_set():
            return web.Response(status=503)
        body = await _read(request)
        if body is None:
            return web.Response(status=413)
        self._under_way += 1
        self._idle.clear()
        try:
            return await self._admit(reception, body)
        finally:
            self._under_way -= 1
            if self._under_way == 0:
                self._idle.set()

    async def _admit(self, reception: Reception, body: bytes) -> web.Response:
        try:
            raw = json.loads(body)
            if not isinstance(raw, dict):
                raise TypeError("an update is an object")
        except (ValueError, TypeError, RecursionError) as error:
            return _told(await reception.keep_body(body, error))
        return _told(await self._lanes.run(lane_of(raw), lambda: reception.admit(raw)), _pressed(raw))


def _told(answer: Answer, callback_id: str | None = None) -> web.Response:
    """The answer to a post. A press is acknowledged in the same breath, which saves a call."""
    if answer is not Answer.TAKEN:
        return web.Response(status=503)
    if callback_id is None:
        return web.Response(status=200)
    return web.json_response({"method": "answerCallbackQuery", "callback_query_id": callback_id})


def _pressed(raw: Mapping[str, Any]) -> str | None:
    """The id by which a press wants to be acknowledged."""
    press = raw.get("callback_query")
    found = press.get("id") if isinstance(press, dict) else None
    return found if isinstance(found, str) else None


async def _read(request: web.Request) -> bytes | None:
    """Read the body; None when it is longer than any update, without holding it."""
    if (request.content_length or 0) > BODY_LIMIT:
        return None
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


@dataclass(frozen=True, slots=True)
class WebhookInfo:
    """What the platform says about the webhook; `last_error_at` is in seconds since 1970."""

    url: str
    pending: int
    last_error: str
    last_error_at: int | None


async def register(api: BotApi, public_url: str, secret: str) -> str:
    """Ask the platform to deliver to `public_url`; return the full address. Pending updates are kept."""
    url = public_url.rstrip("/") + PATH
    params = {"url": url, "secret_token": secret, "allowed_updates": ALLOWED_UPDATES, "max_connections": 40}
    await api.call("setWebhook", params)
    return url


async def unregister(api: BotApi) -> None:
    """Ask the platform to keep updates for polling; pending ones are kept."""
    await api.call("deleteWebhook", {})


async def describe(api: BotApi) -> WebhookInfo:
    """Ask the platform how delivery goes."""
    told = await api.call("getWebhookInfo", {})
    return WebhookInfo(
        url=str(told.get("url", "")),
        pending=int(told.get("pending_update_count", 0)),
        last_error=api.redact(str(told.get("last_error_message", ""))),
        last_error_at=told.get("last_error_date"),
    )
