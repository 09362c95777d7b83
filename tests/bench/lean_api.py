"""A Bot API without rules: it takes everything, remembers nothing but what officers see, and costs next to nothing."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from bench.http_wire import Posts, Request, ServerConnection

TOKEN = "4242424242:AAbench-token-of-the-lean-platform"
ME = {"id": 4242424242, "is_bot": True, "first_name": "Bench", "username": "bench_bot", "can_join_groups": True}
DATE = 1_767_000_000
"""When everything is written here."""
Json = dict[str, Any]
Show = Callable[[Json], None]
"""Handed each message that was sent or changed, as Telegram would describe it."""


def dumps(value: object) -> bytes:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class LeanApi:
    """The platform of one round. Updates are fetched by polling, or posted when `posts` is set."""

    def __init__(self, show: Show) -> None:
        self.calls: Counter[str] = Counter()
        self.posts: Posts | None = None
        self._show = show
        self._server: asyncio.Server | None = None
        self._pending: list[tuple[int, bytes]] = []
        self._poll: Callable[[bytes], None] | None = None
        self._update_id = 700_000_000
        self._message_id = 1000
        self._unknown: set[str] = set()

    async def open(self) -> str:
        """Listen on loopback; return the base address."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: ServerConnection(self._serve), "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Stop listening; connections go with their clients."""
        if self.posts is not None:
            self.posts.close()
        if self._server is not None:
            self._server.close()

    def bring(self, kind: str, content: Json) -> None:
        """Let one update happen."""
        self._update_id += 1
        body = dumps({"update_id": self._update_id, kind: content})
        if self.posts is not None:
            self.posts.post(body)
            return
        self._pending.append((self._update_id, body))
        if self._poll is not None and len(self._pending) == 1:
            # what else happens in this turn of the loop goes out together
            asyncio.get_running_loop().call_soon(self._deliver)

    def next_message_id(self) -> int:
        """A new number for a message, whoever writes it."""
        self._message_id += 1
        return self._message_id

    def _serve(self, request: Request) -> None:
        method = request.path.rpartition("/")[2]
        params = _params(request)
        if method == "getUpdates":
            self._fetch(params, request.reply)
            return
        self.calls[method] += 1
        request.reply(b'{"ok":true,"result":' + self._result(method, params) + b"}")

    def _result(self, method: str, params: Json) -> bytes:
        if method == "getMe":
            return dumps(ME)
        if method not in ("sendMessage", "editMessageText"):
            return b"true"
        chat = {"id": int(params["chat_id"]), "type": "private", "first_name": "Officer"}
        number = int(params["message_id"]) if method == "editMessageText" else self.next_message_id()
        message: Json = {
            "message_id": number,
            "from": ME,
            "chat": chat,
            "date": DATE,
            "text": params["text"],
        }
        if params.get("reply_markup"):
            message["reply_markup"] = params["reply_markup"]
        if method == "editMessageText":
            message["edit_date"] = message["date"]
        result = dumps(message)
        # the officer acts once the bot has its answer on the way, as on the real platform
        asyncio.get_running_loop().call_soon(self._show, message)
        return result

    def _fetch(self, params: Json, reply: Callable[[bytes], None]) -> None:
        offset = int(params.get("offset") or 0)
        self._pending = [(number, body) for number, body in self._pending if number >= offset]
        self._poll = reply
        if self._pending or not int(params.get("timeout") or 0):
            self._deliver()

    def _deliver(self) -> None:
        if self._poll is not None:
            reply, self._poll = self._poll, None
            reply(b'{"ok":true,"result":[' + b",".join(body for _, body in self._pending[:100]) + b"]}")


def _params(request: Request) -> Json:
    if not request.body:
        return {}
    if request.content_type.startswith("application/json"):
        found: Json = json.loads(request.body)
        return found
    if request.content_type.startswith("application/x-www-form-urlencoded"):
        pairs = dict(parse_qsl(request.body.decode()))
    else:
        pairs = _parts(request)
    return {name: json.loads(value) if value[:1] in "{[" and name != "text" else value for name, value in pairs.items()}


def _parts(request: Request) -> dict[str, str]:
    """The fields of multipart/form-data, files left out of the question."""
    mark = b"--" + request.content_type.partition("boundary=")[2].strip('"').encode()
    fields = {}
    for part in request.body.split(mark)[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        name = head.partition(b'name="')[2].partition(b'"')[0]
        fields[name.decode()] = value.removesuffix(b"\r\n").decode()
    return fields
