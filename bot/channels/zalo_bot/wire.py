"""One call to the Zalo Bot API: JSON out, a typed result back, and the two ways in which a call can end badly."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError
from yarl import URL

from bot.channels.spelling import spell, unspell

CALL_SECONDS = 30.0
CONNECT_SECONDS = 10.0
NOTHING_NEW = 408
NO_WEBHOOK = 404
_TOKEN = re.compile(r"[0-9]+:[^\s/?#%\\]+", re.ASCII)
_LIKE_A_TOKEN = re.compile(r"[0-9]{5,}(?::|%3A)\S{6,}", re.ASCII | re.IGNORECASE)
_JSON = {"Content-Type": "application/json"}
# whatever fails while the connection is being made: not a byte of the request has left
_BEFORE_WRITING = (ClientConnectorError, ConnectionTimeoutError)


class Refused(Exception):
    """The platform understood the call and said no. `said` is its description without token and quoted text."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"{code} {said}")
        self.code = code
        self.said = said


class Unanswered(Exception):
    """No answer that can be understood. `may_have_arrived` is False when the request surely never left."""

    def __init__(self, reason: str, *, may_have_arrived: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_have_arrived = may_have_arrived


@dataclass(frozen=True, slots=True)
class Me:
    """The bot as the platform knows it; `account` is like "bot.VDKyGxQvc"."""

    id: str
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class WebhookInfo:
    """The webhook that is set; `updated_at` in milliseconds since 1970, None where it is not told."""

    url: str
    updated_at: int | None


class BotApi:
    """The API under one token. Connections are made on the first call and kept; nothing raised names the token, which
    is a part of every address. Every method raises Refused for an explicit no and Unanswered for everything else."""

    def __init__(self, token: str, api_base: str, seconds: float = CALL_SECONDS) -> None:
        if not _TOKEN.fullmatch(token):
            raise ValueError("the Zalo Bot token does not look like 12345689:abc-xyz")
        self.bot_id, _, self._secret = token.partition(":")
        self._token = token
        self._base = api_base.rstrip("/")
        self._seconds = seconds
        self._session: ClientSession | None = None
        self.dated: tuple[str, float] | None = None

    def __repr__(self) -> str:
        return f"BotApi(bot_id={self.bot_id})"

    async def get_me(self) -> Me:
        """Ask who the bot is."""
        told = _mapping(await self._call("getMe", {}), "getMe")
        account = str(told.get("account_name") or "")
        return Me(str(told.get("id") or self.bot_id), account, str(told.get("display_name") or account))

    async def get_updates(self, seconds: float) -> object | None:
        """The next update as it came, waiting at most so many seconds; None when there is none. What was handed out
        is never brought again, so a call must not be left before it ends."""
        try:
            # The platform counts in whole seconds.
            params = {"timeout": max(1, round(seconds))}
            return await self._call("getUpdates", params, seconds=seconds + self._seconds / 2)
        except Refused as refused:
            if refused.code == NOTHING_NEW:
                return None
            raise

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates posted to an https address from now on, with this secret (8-256 characters) in the header."""
        await self._call("setWebhook", {"url": url, "secret_token": secret})

    async def delete_webhook(self) -> None:
        """Have updates kept for getUpdates from now on; nothing to do where there is no webhook."""
        try:
            await self._call("deleteWebhook", {})
        except Refused as refused:
            if refused.code != NO_WEBHOOK:
                raise

    async def get_webhook_info(self) -> WebhookInfo | None:
        """The webhook that is set, or None."""
        try:
            told = _mapping(await self._call("getWebhookInfo", {}), "getWebhookInfo")
        except Refused as refused:
            if refused.code == NO_WEBHOOK:
                return None
            raise
        url, at = told.get("url"), told.get("updated_at")
        return WebhookInfo(str(url), at if isinstance(at, int) else None) if url else None

    async def send_message(self, chat_id: str, text: str) -> str | None:
        """Send a plain text of 1-2000 characters; the message's id."""
        return _message_id(await self._call("sendMessage", {"chat_id": chat_id, "text": text}))

    async def _call(self, method: str, params: Mapping[str, Any], *, seconds: float | None = None) -> object:
        """Call a method; its `result`, None where the answer has none."""
        body = spell(params)
        status, content = await self._post(method, body, seconds or self._seconds)
        try:
            answer = unspell(content)
        except (ValueError, RecursionError):
            answer = None
        if isinstance(answer, dict) and answer.get("ok") is True and status < 300:
            return answer.get("result")
        if not isinstance(answer, dict) or answer.get("ok") is not False:
            raise Unanswered(f"HTTP {status}, not an answer of the Zalo Bot API", may_have_arrived=True)
        raise Refused(_code(answer, status), self.redact(str(answer.get("description", ""))))

    async def _post(self, method: str, body: bytes, seconds: float) -> tuple[int, bytes]:
        timeout = ClientTimeout(total=seconds, sock_connect=min(seconds, CONNECT_SECONDS))
        try:
            if self._session is None:
                self._session = ClientSession()
            async with self._session.post(
                URL(f"{self._base}/bot{self._token}/{method}"),
                data=body,
                headers=_JSON,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                self.dated = response.headers.get("Date", ""), time.monotonic()
                return response.status, await response.read()
        except _BEFORE_WRITING as error:
            raise Unanswered(type(error).__name__, may_have_arrived=False) from None
        except (TimeoutError, ClientError, OSError) as error:
            # the class name only: several of these texts carry the address, and with it the token
            raise Unanswered(type(error).__name__, may_have_arrived=True) from None

    def redact(self, description: str) -> str:
        """Keep what a description says, drop the token and whatever it quotes of the message."""
        kept = ": ".join(description.split(": ")[:2])
        for secret in (self._token, quote(self._token, safe=""), self._secret):
            kept = kept.replace(secret, "[token]")
        return _LIKE_A_TOKEN.sub("[token]", kept)[:200]

    async def close(self) -> None:
        """Let go of the connections; a later call would make new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _code(answer: Mapping[str, Any], status: int) -> int:
    """The code of a refusal: in the answer, whatever HTTP says; 0 where neither names one."""
    told = answer.get("error_code")
    if isinstance(told, str) and told.isdecimal():
        return int(told)
    if isinstance(told, int):
        return told
    return status if status >= 400 else 0


def _mapping(result: object, method: str) -> Mapping[str, Any]:
    if not isinstance(result, dict):
        raise Unanswered(f"{method} gave no object", may_have_arrived=True)
    return result


def _message_id(result: object) -> str | None:
    found = result.get("message_id") if isinstance(result, dict) else None
    return None if found is None else str(found)
