"""The webhook: who knows the secret may bring an update, and hears 200 only after it was stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.channels.contract import Answer
from bot.channels.hook import Hook
from bot.channels.lanes import Lanes
from bot.channels.spelling import spell, unspell
from bot.channels.telegram.decoding import ALLOWED_UPDATES, lane_of
from bot.channels.telegram.reception import Reception
from bot.channels.telegram.wire import BotApi

PATH = "/telegram/webhook"
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header


class Webhook:
    """Answers the platform's posts while it is open: one chat in order, chats side by side."""

    def __init__(self, secret: str, parallel: int) -> None:
        self._hook = Hook(_SECRET_HEADER, secret)
        self._lanes = Lanes(parallel)

    async def run(self, reception: Reception, drain: float) -> None:
        """Be open until `stop`, then let posts under way finish, at most `drain` seconds."""
        await self._hook.run(lambda body: self._admit(reception, body), drain)

    def stop(self) -> None:
        """Answer new posts with 503 from now on."""
        self._hook.stop()

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one post: 401 without the secret, 413 when too long, 503 when not stored, else 200."""
        return await self._hook.answer(request)

    async def _admit(self, reception: Reception, body: bytes) -> web.Response:
        try:
            raw = unspell(body)
            if not isinstance(raw, dict):
                raise TypeError("an update is an object")
        except (ValueError, TypeError, RecursionError) as error:
            return _told(await reception.aside.keep_body(body, error))
        return _told(await self._lanes.run(lane_of(raw), lambda: reception.admit(raw)), _pressed(raw))


def _told(answer: Answer, callback_id: str | None = None) -> web.Response:
    """The answer to a post. A press is acknowledged in the same breath, which saves a call."""
    if answer is not Answer.TAKEN:
        return web.Response(status=503)
    if callback_id is None:
        return web.Response(status=200)
    told = spell({"method": "answerCallbackQuery", "callback_query_id": callback_id})
    return web.Response(body=told, content_type="application/json")


def _pressed(raw: Mapping[str, Any]) -> str | None:
    """The id by which a press wants to be acknowledged."""
    press = raw.get("callback_query")
    found = press.get("id") if isinstance(press, dict) else None
    return found if isinstance(found, str) else None


@dataclass(frozen=True, slots=True)
class WebhookInfo:
    """What the platform says about the webhook."""

    url: str
    pending: int
    last_error: str


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
    )
