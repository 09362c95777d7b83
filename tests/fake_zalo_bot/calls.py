"""The methods of the fake platform: what each wants, what it does, what it refuses and in which words."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web
from fake_zalo_bot.people import Message, Person, opaque

if TYPE_CHECKING:
    from fake_zalo_bot.server import FakeZaloBot

MOST_UNITS = 2000
Params = Mapping[str, Any]


class ApiError(Exception):
    """A refusal. `malformed` ones only a bug in the bot can cause."""

    def __init__(self, code: int, description: str, *, malformed: bool = False) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.malformed = malformed


def malformed(description: str) -> ApiError:
    return ApiError(400, f"Bad Request: {description}", malformed=True)


async def read_params(request: web.Request) -> Params:
    """Query, form or JSON, as the platform takes them."""
    params: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            raise malformed("the body is no JSON") from None
        if not isinstance(body, dict):
            raise malformed("the body must be an object")
        return params | body
    return params | dict(await request.post())


async def carry_out(platform: FakeZaloBot, method: str, params: Params) -> Any:
    """Do what is asked; the result. Raises ApiError."""
    call = METHODS.get(method)
    if call is None:
        raise ApiError(400, "Bad Request: wrong API name", malformed=True)
    return await call(platform, params)


async def _get_me(platform: FakeZaloBot, _params: Params) -> Any:
    return {
        "id": platform.token.partition(":")[0],
        "account_name": platform.account,
        "account_type": "BASIC",
        "can_join_groups": False,
    }


async def _get_updates(platform: FakeZaloBot, params: Params) -> Any:
    try:
        seconds = int(params.get("timeout", 30))
    except (TypeError, ValueError):
        raise malformed("timeout must be a number") from None
    if platform.webhook:
        raise ApiError(400, "Bad Request: a webhook is set")
    if platform.polling:
        platform.violations.append("two polls at the same time")
    platform.polling += 1
    try:
        async with asyncio.timeout(min(seconds, platform.longest_poll)):
            await platform.pulse.until(lambda: platform.events, None)
            # From here on it is gone, whatever becomes of the answer.
            return platform.events.popleft()
    except TimeoutError:
        raise ApiError(408, "Request timeout") from None
    except asyncio.CancelledError:
        platform.left_polls += 1
        raise
    finally:
        platform.polling -= 1


async def _set_webhook(platform: FakeZaloBot, params: Params) -> Any:
    url, secret = _text(params, "url"), _text(params, "secret_token")
    if not url.startswith("https://"):
        raise malformed("url must be public HTTPS")
    if not 8 <= len(secret) <= 256:
        raise malformed("secret_token must be of 8 to 256 characters")
    platform.webhook = {"url": url, "secret_token": secret}
    return {"url": url, "updated_at": platform.now_ms()}


async def _delete_webhook(platform: FakeZaloBot, _params: Params) -> Any:
    platform.webhook = {}
    return {"url": "", "updated_at": platform.now_ms()}


async def _get_webhook_info(platform: FakeZaloBot, _params: Params) -> Any:
    if not platform.webhook:
        raise ApiError(404, "Not Found")
    return {"url": platform.webhook["url"], "updated_at": platform.now_ms()}


async def _send_message(platform: FakeZaloBot, params: Params) -> Any:
    text = _text(params, "text")
    _measured(text)
    if unknown := set(params) - {"chat_id", "text", "parse_mode", "text_styles"}:
        raise malformed(f"unknown parameters {sorted(unknown)}")
    return _deliver(platform, params, Message(opaque("message"), text))


def _measured(text: str) -> None:
    units = len(text.encode("utf-16-le")) // 2
    if not text.strip() or units > MOST_UNITS:
        raise malformed(f"a text of {units} UTF-16 units: 1 to {MOST_UNITS} are allowed")


def _deliver(platform: FakeZaloBot, params: Params, message: Message) -> Any:
    person = _recipient(platform, params)
    if platform.quota is not None and platform.sent_this_month >= platform.quota:
        raise ApiError(429, "Quota exceeded")
    platform.sent_this_month += 1
    platform.outgoing += 1
    person.messages.append(message)
    return {"message_id": message.id, "date": platform.now_ms()}


def _recipient(platform: FakeZaloBot, params: Params) -> Person:
    person = platform.people.get(_text(params, "chat_id"))
    if person is None or not person.started:
        raise ApiError(400, "Bad Request: chat not found")
    if person.blocked:
        raise ApiError(400, "Bad Request: user has blocked the bot")
    return person


def _text(params: Params, name: str) -> str:
    value = params.get(name)
    if not isinstance(value, str) or not value:
        raise malformed(f"{name} must be a string")
    return value


METHODS: Mapping[str, Callable[[FakeZaloBot, Params], Awaitable[Any]]] = {
    "getMe": _get_me,
    "getUpdates": _get_updates,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _get_webhook_info,
    "sendMessage": _send_message,
}
