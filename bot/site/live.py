"""The live line: whoever looks at a page hears that it changed; one look at the database serves everybody who waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web
from sqlalchemy import Connection

from bot.intake.moments import to_ms
from bot.site.sessions import PASSAGE, hash_token
from storage import pulse, sessions
from storage.errors import StoreError
from storage.store import Store

log = logging.getLogger(__name__)

BOARD = "board"
CHAT = "chat:"
MAILING = "mailing:"
LINES_EACH = 4
"""Streams of one session at once: browsers allow themselves six connections to a host."""
LINES_ALL = 2000
PAUSE_S = 0.1
"""At least so long between two looks, however much happens."""


@dataclass(slots=True, eq=False)
class Line:
    """One open stream: what it is about, what its page knows, and what there is."""

    topic: str
    session_id: int
    token_hash: str
    request: web.Request
    sent: int = 0
    latest: int = 0
    over: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def gone(self) -> bool:
        """Whether the browser hung up."""
        return self.request.transport is None or self.request.transport.is_closing()

    def hear(self, version: int) -> None:
        """There is a newer version."""
        if version > self.latest:
            self.latest = version
            self.woken.set()

    def end(self) -> None:
        """Nothing more is to be sent."""
        self.over = True
        self.woken.set()


class Live:
    """All open streams. Topics are "chat:ID", "mailing:ID" and "board"."""

    def __init__(self, store: Store, clock: Callable[[], datetime], *, every: float = 1.5, beat: float = 20.0) -> None:
        """`every` so many seconds the database is looked at while somebody waits; a comment goes out each `beat`."""
        self._store = store
        self._clock = clock
        self._every = every
        self._beat = beat
        self._lines: set[Line] = set()
        self._wanted = asyncio.Event()
        self._closing = False

    def __len__(self) -> int:
        return len(self._lines)

    def changed(self, chat_ids: Iterable[int] = ()) -> None:
        """Something was committed in this process: look now, if anybody waits for it. The board waits for anything."""
        topics = {f"{CHAT}{one}" for one in chat_ids} | {BOARD}
        if any(line.topic in topics for line in self._lines):
            self._wanted.set()

    def end(self, session_ids: Iterable[int]) -> None:
        """These sessions are over, and so are their streams."""
        ended = frozenset(session_ids)
        for line in self._lines:
            if line.session_id in ended:
                line.end()

    def close(self) -> None:
        """End every stream at once and open no more: the service stops."""
        self._closing = True
        for line in self._lines:
            line.end()

    async def run(self) -> None:
        """Look at the database while somebody waits, until cancelled; then every stream ends."""
        try:
            while True:
                await self._until_wanted()
                await self._look()
                await asyncio.sleep(PAUSE_S)
        finally:
            self.close()

    async def version(self, topic: str) -> int:
        """What a page shows that is rendered now; it only ever grows."""
        return await self._store.read(_version, topic)

    async def stream(self, request: web.Request, topic: str) -> web.StreamResponse:
        """Tell the page when it changed (`event: changed`, its data and id the version), until the session ends.

        A page says with `?since=VERSION` what it shows; who does not ask for an event stream is told the version.
        """
        passage = request[PASSAGE]
        if passage.visitor is None or not passage.same_origin:
            raise web.HTTPForbidden
        if "text/event-stream" not in request.headers.get("Accept", ""):
            return web.json_response({"version": await self.version(topic)})
        line = Line(topic, passage.visitor.session_id, hash_token(passage.raw), request)
        self._admit(line)
        try:
            return await self._serve(line, passage.headers)
        finally:
            self._lines.discard(line)

    def _admit(self, line: Line) -> None:
        if self._closing or len(self._lines) >= LINES_ALL:
            raise web.HTTPServiceUnavailable
        same = [one for one in self._lines if one.session_id == line.session_id and not one.gone]
        if len(same) >= LINES_EACH:
            raise web.HTTPTooManyRequests
        self._lines.add(line)

    async def _serve(self, line: Line, headers: dict[str, str]) -> web.StreamResponse:
        current = await self.version(line.topic)
        known = line.request.headers.get("Last-Event-ID") or line.request.query.get("since", "")
        line.sent = int(known) if known.isascii() and known.isdigit() and len(known) < 19 else current
        line.hear(current)
        response = web.StreamResponse(
            headers=headers | {"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
        )
        try:
            await response.prepare(line.request)
            await response.write(b"retry: 3000\n\n")
            await self._tell(line, response)
        except ConnectionError:  # they closed the page
            pass
        return response

    async def _tell(self, line: Line, response: web.StreamResponse) -> None:
        while not (self._closing or line.gone):
            line.woken.clear()
            if line.over:
                await response.write(b"event: ended\ndata: 0\n\n")
                return
            if line.latest > line.sent:
                line.sent = line.latest
                await response.write(f"event: changed\nid: {line.sent}\ndata: {line.sent}\n\n".encode())
            try:
                async with asyncio.timeout(self._beat):
                    await line.woken.wait()
            except TimeoutError:
                await response.write(b": still here\n\n")
                line.over = await self._is_over(line)

    async def _is_over(self, line: Line) -> bool:
        """Whether the session ended where this process did not hear of it: its time, or another process."""
        try:
            found = await self._store.read(sessions.find_session, line.token_hash, to_ms(self._clock()))
        except StoreError:
            return False
        return found is None

    async def _until_wanted(self) -> None:
        """Until something was committed here, or it is time to look for what others committed."""
        try:
            async with asyncio.timeout(self._every):
                await self._wanted.wait()
        except TimeoutError:
            pass
        self._wanted.clear()

    async def _look(self) -> None:
        topics = {line.topic for line in self._lines}
        if not topics:
            return
        try:
            found = await self._store.read(_look, topics)
        except StoreError:
            log.warning("the live line could not look, the database is out")
            return
        for line in tuple(self._lines):
            line.hear(found.get(line.topic, 0))


def mailing_topic(mailing_id: int) -> str:
    """The topic of something that goes to many."""
    return f"{MAILING}{mailing_id}"


def _look(conn: Connection, topics: Iterable[str]) -> dict[str, int]:
    chats, mailings = _numbered(topics, CHAT), _numbered(topics, MAILING)
    found = {chats[chat_id]: version for chat_id, version in pulse.pulses(conn, tuple(chats))}
    if mailings or BOARD in topics:
        found[BOARD] = pulse.pulse(conn)
    return found | {topic: found[BOARD] + pulse.settled(conn, one) for one, topic in mailings.items()}


def _numbered(topics: Iterable[str], prefix: str) -> dict[int, str]:
    return {int(topic.removeprefix(prefix)): topic for topic in topics if topic.startswith(prefix)}


def _version(conn: Connection, topic: str) -> int:
    return _look(conn, (topic,)).get(topic, 0)
