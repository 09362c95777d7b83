"""One call to the Bot API: JSON out, the bare `result` back, and the two ways in which a call can end badly."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError, FormData
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError
from yarl import URL

from bot.channels.spelling import spell, unspell
from bot.channels.telegram.library import PRODUCTION, AiohttpSession, TelegramAPIServer

CALL_SECONDS = 30.0
CONNECT_SECONDS = 10.0
UPLOAD_SECONDS = 40.0
"""For a call with a file in it; less than a claimed row's lease."""
_JSON = {"Content-Type": "application/json"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")
# whatever fails while the connection is being made: not a byte of the request has left
_BEFORE_WRITING = (ClientConnectorError, ConnectionTimeoutError, ProxyError, ProxyConnectionError, ProxyTimeoutError)


class Refused(Exception):
    """The Bot API understood the call and said no. `said` is its description without token and without quoted text."""

    def __init__(self, code: int, said: str, *, retry_after: float | None = None, moved_to: str | None = None) -> None:
        super().__init__(f"{code} {said}")
        self.code = code
        self.said = said
        self.retry_after = retry_after
        self.moved_to = moved_to


class Unanswered(Exception):
    """No answer that can be understood. `may_have_arrived` is False when the request surely never left."""

    def __init__(self, reason: str, *, may_have_arrived: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_have_arrived = may_have_arrived


class BotApi:
    """The Bot API under one token. Connections are made on the first call and kept; nothing raised names the token."""

    def __init__(
        self, token: str, api_base: str | None = None, proxy: str | None = None, seconds: float = CALL_SECONDS
    ) -> None:
        if not re.fullmatch(r"\d+:\S+", token):
            raise ValueError("the Telegram token does not look like 123456:ABC-DEF")
        self.bot_id = token.partition(":")[0]
        self._token = token
        self._seconds = seconds
        self._server = TelegramAPIServer.from_base(api_base) if api_base else PRODUCTION
        self._http = AiohttpSession(proxy=proxy)
        self._session: ClientSession | None = None
        self.dated: tuple[str, float] | None = None
        self._urls: dict[str, URL] = {}
        self._timeouts: dict[float, ClientTimeout] = {}

    def __repr__(self) -> str:
        return f"BotApi(bot_id={self.bot_id})"

    async def call(self, method: str, params: Mapping[str, Any], *, seconds: float | None = None) -> Any:
        """Call a method and return its `result` as it came.

        Raises Refused for an explicit no and Unanswered for everything else; `seconds` bounds the whole call.
        """
        body = spell(params)
        return self._result(*await self._post(method, body, seconds or self._seconds, _JSON))

    async def upload(self, method: str, params: Mapping[str, Any], part: str, path: Path, name: str, media: str) -> Any:
        """The same with a file in the request, as `part`. Raises OSError when the file cannot be opened, too."""
        form = FormData(quote_fields=False)  # the platform reads names as they are, not percent-encoded
        for key, value in params.items():
            form.add_field(key, value if isinstance(value, str) else spell(value).decode())
        file = await asyncio.to_thread(path.open, "rb")
        with file:
            form.add_field(part, file, filename=_CONTROL.sub(" ", name), content_type=media)
            return self._result(*await self._post(method, form, UPLOAD_SECONDS))

    def _result(self, status: int, content: bytes) -> Any:
        try:
            answer = unspell(content)
            if answer["ok"] is True and status < 300:
                return answer["result"]
        except (ValueError, KeyError, TypeError, RecursionError):
            answer = None
        if answer is None or status >= 500:
            raise Unanswered(f"HTTP {status}, not an answer of the Bot API", may_have_arrived=True)
        raise self._refusal(status, answer)

    async def _post(
        self, method: str, body: bytes | FormData, seconds: float, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        if method not in self._urls:
            # Parsed once: parsing it for each call takes a quarter of the call's time.
            self._urls[method] = URL(self._server.api_url(token=self._token, method=method))
        timeout = self._timeouts.get(seconds)
        if timeout is None:
            timeout = self._timeouts[seconds] = ClientTimeout(total=seconds, sock_connect=min(seconds, CONNECT_SECONDS))
        try:
            if self._session is None:
                self._session = await self._http.create_session()
            async with self._session.post(
                self._urls[method], data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                self.dated = response.headers.get("Date", ""), time.monotonic()
                return response.status, await response.read()
        except _BEFORE_WRITING as error:
            raise Unanswered(type(error).__name__, may_have_arrived=False) from None
        except (TimeoutError, ClientError, OSError) as error:
            # the class name only: several of these texts carry the address, and with it the token
            raise Unanswered(type(error).__name__, may_have_arrived=True) from None

    async def download(self, path: str, most: int, seconds: float) -> bytes | None:
        """The bytes of a file that getFile named; None when there are more than `most`. Raises Refused, Unanswered."""
        timeout = ClientTimeout(total=seconds, sock_connect=min(seconds, CONNECT_SECONDS))
        url = self._server.file_url(self._token, path)
        try:
            if self._session is None:
                self._session = await self._http.create_session()
            async with self._session.get(url, timeout=timeout, allow_redirects=False) as response:
                if 400 <= response.status < 500:
                    raise Refused(response.status, "the file is not there")
                if response.status != 200:
                    raise Unanswered(f"HTTP {response.status}, not a file", may_have_arrived=True)
                body = bytearray()
                async for chunk in response.content.iter_chunked(64 * 1024):
                    body += chunk
                    if len(body) > most:
                        return None
                return bytes(body)
        except (TimeoutError, ClientError, OSError) as error:
            # see above: an error of a download carries the address, and with it the token
            raise Unanswered(type(error).__name__, may_have_arrived=True) from None

    def _refusal(self, status: int, answer: Mapping[str, Any]) -> Refused:
        parameters = answer.get("parameters")
        told = parameters if isinstance(parameters, dict) else {}
        wait, moved = told.get("retry_after"), told.get("migrate_to_chat_id")
        code = answer.get("error_code")
        return Refused(
            code if isinstance(code, int) else status,
            self.redact(str(answer.get("description", ""))),
            retry_after=float(wait) if isinstance(wait, int | float) else None,
            moved_to=None if moved is None else str(moved),
        )

    def redact(self, description: str) -> str:
        """Keep what a description says, drop the token and whatever it quotes of the message."""
        kept = ": ".join(description.split(": ")[:2])
        return _TOKEN.sub("[token]", kept.replace(self._token, "[token]"))[:200]

    async def close(self) -> None:
        """Let go of the connections; a later call would make new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None
