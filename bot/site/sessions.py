"""Who is signed in: the cookie a browser shows, the digest storage knows it by, and what its forms must carry."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web
from sqlalchemy import Connection

from bot.intake.load import person_of
from bot.intake.moments import to_ms
from bot.site.route import Visitor
from storage import chats, sessions
from storage.errors import StoreError
from storage.rows import Arrival, SessionRow
from storage.store import Store

log = logging.getLogger(__name__)

SEEN_EVERY = timedelta(minutes=1)
TOKEN_LIMIT = 128


def new_token() -> str:
    """What a cookie holds; nobody can guess the next one."""
    return secrets.token_urlsafe(32)


def hash_token(raw: str) -> str:
    """How a session is stored and found: nobody who reads the database can use it."""
    return hashlib.sha256(raw.encode()).hexdigest()


def csrf_of(raw: str) -> str:
    """What the forms of a browser carry, which no other site can know."""
    return hashlib.sha256(f"csrf:{raw}".encode()).hexdigest()


def token_after(raw: str, key: str) -> str:
    """The token of the session that a form opens: fresh for each form, and the same when the form is sent twice,
    so that a second tap on the button does not leave the browser with a token nobody knows."""
    return hashlib.sha256(f"session:{raw}:{key}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Cookies:
    """The two cookies: `session` of people who are signed in, `visit` for the forms of strangers."""

    secure: bool

    @property
    def session(self) -> str:
        """Its name; under https one that no other host and no plain connection can set."""
        return "__Host-tucham" if self.secure else "tucham"

    @property
    def visit(self) -> str:
        """The same for strangers."""
        return f"{self.session}-visit"

    def read(self, request: web.Request, name: str) -> str:
        """What the browser shows under the name; "" for nothing that could be ours."""
        shown = request.cookies.get(name, "")
        return shown if 32 <= len(shown) <= TOKEN_LIMIT and shown.isascii() else ""

    def put(self, response: web.StreamResponse, name: str, raw: str, max_age: int | None = None) -> None:
        """Give the browser a cookie; without `max_age` (seconds) it forgets it when it is closed."""
        # Lax: links in messengers come from elsewhere, and whoever follows one is to be known.
        response.set_cookie(name, raw, max_age=max_age, path="/", secure=self.secure, httponly=True, samesite="Lax")

    def drop(self, response: web.StreamResponse, name: str) -> None:
        """Take a cookie back."""
        response.del_cookie(name, path="/", secure=self.secure, httponly=True, samesite="Lax")


@dataclass(slots=True)
class Passage:
    """What is known about one request on its way through the guard."""

    address: str = ""
    same_origin: bool = True
    raw: str = ""
    """The token of the session, once it was found alive."""
    visit: str = ""
    new_visit: bool = False
    looked: bool = False
    visitor: Visitor | None = None
    headers: dict[str, str] = field(default_factory=dict)


PASSAGE = web.RequestKey("PASSAGE", Passage)


class Visitors:
    """Finds who is signed in, once per request, and notes now and then that they were there."""

    def __init__(self, store: Store, cookies: Cookies, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._cookies = cookies
        self._clock = clock

    async def of(self, request: web.Request) -> Visitor | None:
        """Whoever shows the cookie of a session that lives; StoreUnavailable when that cannot be known."""
        passage = request[PASSAGE]
        if passage.looked:
            return passage.visitor
        raw = self._cookies.read(request, self._cookies.session)
        found = await self.find(raw) if raw else None
        passage.looked = True
        if found is not None:
            passage.raw, passage.visitor = raw, found
        return found

    async def find(self, raw: str) -> Visitor | None:
        """Who this token belongs to."""
        now = self._clock()
        row, arrival = await self._store.read(_find, hash_token(raw), to_ms(now))
        person = person_of(arrival) if arrival else None
        if row is None or arrival is None or person is None:
            return None
        if to_ms(now) - row.seen_at >= to_ms_of(SEEN_EVERY):
            await self._see(row.id, now)
        return Visitor(row.id, arrival.chat, person, csrf_of(raw))

    async def opened(self, raw: str) -> SessionRow | None:
        """The session of this token, if it lives."""
        return await self._store.read(sessions.find_session, hash_token(raw), to_ms(self._clock()))

    def csrf(self, request: web.Request) -> str:
        """What this browser's forms must carry; a stranger who has none yet is given a visit to hang it on."""
        passage = request[PASSAGE]
        return csrf_of(self.root(request)) if passage.visitor is None else passage.visitor.csrf

    def root(self, request: web.Request) -> str:
        """The secret of this browser: of its session, or of its visit, which is begun when there is none."""
        passage = request[PASSAGE]
        if passage.raw:
            return passage.raw
        passage.visit = passage.visit or self._cookies.read(request, self._cookies.visit)
        if not passage.visit:
            passage.visit, passage.new_visit = new_token(), True
        return passage.visit

    async def _see(self, session_id: int, now: datetime) -> None:
        try:
            await self._store.run(sessions.see_session, session_id, to_ms(now))
        except StoreError:  # the page can be shown all the same
            log.warning("a session's use was not noted, the database is out")


def to_ms_of(span: timedelta) -> int:
    """A span in milliseconds, as storage counts."""
    return span // timedelta(milliseconds=1)


def _find(conn: Connection, token_hash: str, at: int) -> tuple[SessionRow | None, Arrival | None]:
    row = sessions.find_session(conn, token_hash, at)
    return row, None if row is None else chats.look(conn, row.channel, row.address)
