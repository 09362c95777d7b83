"""One call to the OpenAPI of Official Accounts: JSON out, its `data` back, and the two ways in which it ends badly."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError, FormData

from bot.channels.spelling import unspell

CALL_SECONDS = 30.0
CONNECT_SECONDS = 10.0
UPLOAD_SECONDS = 40.0
"""For a call with a file in it; less than a claimed row's lease."""
Upload = Literal["file", "image", "gif"]
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# whatever fails while the connection is being made: not a byte of the request has left
_BEFORE_WRITING = (ClientConnectorError, ConnectionTimeoutError)


class Refused(Exception):
    """The platform understood the call and said no; `code` is its own, `said` its words without any token."""

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


class OpenApi:
    """The OpenAPI at one address. It keeps no token: each call is handed one, and nothing raised names it."""

    def __init__(self, api_base: str, seconds: float = CALL_SECONDS) -> None:
        self._base = api_base.rstrip("/")
        self._seconds = seconds
        self._session: ClientSession | None = None

    def __repr__(self) -> str:
        return "OpenApi()"

    async def message(self, token: str, address: str, message: Mapping[str, Any]) -> str | None:
        """Send a message of consultation; its id, if the platform tells one. Raises Refused, Unanswered."""
        body = {"recipient": {"user_id": address}, "message": message}
        data = await self._call("POST", "/v3.0/oa/message/cs", token, body=body)
        return _text(data, "message_id")

    async def upload(self, token: str, kind: Upload, path: Path, name: str, media: str) -> str:
        """Bring a file; what messages name it by. Raises Refused, Unanswered, and OSError when it cannot be opened."""
        form = FormData(quote_fields=False)  # names as they are, not percent-encoded
        file = await asyncio.to_thread(path.open, "rb")
        with file:
            form.add_field("file", file, filename=_CONTROL.sub(" ", name), content_type=media)
            data = await self._call("POST", f"/v2.0/oa/upload/{kind}", token, form=form)
        named = _text(data, "token" if kind == "file" else "attachment_id")
        if named is None:
            raise Unanswered("the upload named no file", may_have_arrived=False)
        return named

    async def name(self, token: str) -> str:
        """What the Official Account is called. Raises Refused, Unanswered."""
        return _text(await self._call("GET", "/v2.0/oa/getoa", token), "name") or ""

    async def _call(
        self, method: str, path: str, token: str, *, body: Mapping[str, Any] | None = None, form: FormData | None = None
    ) -> Any:
        status, content = await self._answer(method, path, token, body, form)
        try:
            answer = unspell(content)
            code = answer["error"]
            if code == 0 and status < 300:
                return answer.get("data")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            code = None
        if status == 429:
            raise Refused(-32, "HTTP 429")
        if not isinstance(code, int) or code == 0 or status >= 500:
            raise Unanswered(f"HTTP {status}, not an answer of the platform", may_have_arrived=True)
        raise Refused(code, str(answer.get("message", "")).replace(token, "[token]")[:120])

    async def _answer(
        self, method: str, path: str, token: str, body: Mapping[str, Any] | None, form: FormData | None
    ) -> tuple[int, bytes]:
        seconds = self._seconds if form is None else UPLOAD_SECONDS
        timeout = ClientTimeout(total=seconds, sock_connect=min(seconds, CONNECT_SECONDS))
        try:
            if self._session is None:
                self._session = ClientSession()
            async with self._session.request(
                method,
                self._base + path,
                json=body,
                data=form,
                headers={"access_token": token},
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return response.status, await response.read()
        except _BEFORE_WRITING as error:
            raise Unanswered(type(error).__name__, may_have_arrived=False) from None
        except (TimeoutError, ClientError, OSError, ValueError) as error:
            # the class name only: a header that cannot be sent stands in the text of its error
            raise Unanswered(type(error).__name__, may_have_arrived=not isinstance(error, ValueError)) from None

    async def close(self) -> None:
        """Let go of the connections; a later call would make new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _text(data: Any, name: str) -> str | None:
    found = data.get(name) if isinstance(data, dict) else None
    return str(found) if isinstance(found, str | int) and found != "" else None
