"""Just enough HTTP/1.1 on bare asyncio for a platform that is never the slower side: a server, and webhook posts."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Request:
    """One request, whole. `reply` sends the JSON that answers it and may be called later."""

    path: str
    content_type: str
    body: bytes
    reply: Callable[[bytes], None]


Serve = Callable[[Request], None]


def _headers(head: bytes) -> tuple[str, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first, {name.lower(): value.strip() for name, _, value in pairs}


class ServerConnection(asyncio.Protocol):
    """One client's connection; requests without a Content-Length are no business of a Bot API client's."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._buffer = bytearray()
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """Whatever is answered from now on goes nowhere."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Serve every request that is whole by now."""
        self._buffer += data
        while (end := self._buffer.find(_END)) >= 0:
            first, headers = _headers(bytes(self._buffer[:end]))
            if "chunked" in headers.get("transfer-encoding", ""):
                raise NotImplementedError("the bench's platform reads no chunked bodies")
            stop = end + len(_END) + int(headers.get("content-length", "0"))
            if len(self._buffer) < stop:
                return
            body = bytes(self._buffer[end + len(_END) : stop])
            del self._buffer[:stop]
            path = first.split(" ")[1]
            self._serve(Request(path, headers.get("content-type", ""), body, self._reply))

    def _reply(self, body: bytes) -> None:
        if self._transport is not None:
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self._transport.write(head.encode() + body)


class _PostConnection(asyncio.Protocol):
    """One connection to the webhook; `free` is called with it whenever its post was answered."""

    def __init__(self, free: Callable[[_PostConnection], None]) -> None:
        self._free = free
        self._buffer = bytearray()
        self.transport: asyncio.WriteTransport | None = None
        self.refused = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        self.transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(_END)
        if end < 0:
            return
        first, headers = _headers(bytes(self._buffer[:end]))
        stop = end + len(_END) + int(headers.get("content-length", "0"))
        if len(self._buffer) < stop:
            return
        del self._buffer[:stop]
        self.refused += " 200 " not in first
        self._free(self)


@dataclass(slots=True)
class Posts:
    """Posts updates to a webhook over `most` kept connections; what is beyond them waits its turn, as with Telegram."""

    port: int
    path: str
    secret: str
    most: int = 40
    _idle: list[_PostConnection] = field(default_factory=list)
    _all: list[_PostConnection] = field(default_factory=list)
    _waiting: deque[bytes] = field(default_factory=deque)

    @property
    def refused(self) -> int:
        """How many posts were not answered with 200."""
        return sum(connection.refused for connection in self._all)

    async def open(self, within: float) -> None:
        """Connect as soon as somebody listens; TimeoutError when nobody does."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(within):
            while len(self._all) < self.most:
                try:
                    _, made = await loop.create_connection(lambda: _PostConnection(self._free), "127.0.0.1", self.port)
                except OSError:
                    await asyncio.sleep(0.01)
                    continue
                self._all.append(made)
                self._free(made)

    def post(self, body: bytes) -> None:
        """Bring one update."""
        self._waiting.append(body)
        if self._idle:
            self._free(self._idle.pop())

    def close(self) -> None:
        """Hang up."""
        for connection in self._all:
            if connection.transport is not None:
                connection.transport.abort()

    def _free(self, connection: _PostConnection) -> None:
        if not self._waiting:
            self._idle.append(connection)
            return
        if connection.transport is None:
            raise ConnectionError("the webhook hung up on the bench")
        body = self._waiting.popleft()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {self.secret}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection.transport.write(head.encode() + body)
