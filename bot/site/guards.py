"""What stands before every address: limits, who is signed in, what they may do, whether the form is one of ours."""

from __future__ import annotations

import hmac
import logging
import math
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.conversation.access import Action, may
from bot.conversation.session import Person
from bot.site.forms import WRITES, form_text
from bot.site.limits import Buckets, address_of
from bot.site.origins import Origins
from bot.site.route import OpenRoute, Route, Visitor
from bot.site.sessions import PASSAGE, Cookies, Passage, Visitors
from storage.errors import StoreUnavailable

log = logging.getLogger(__name__)

SIGN_IN = "/vao"
AWAY_S = 5
"""So long a browser is asked to wait while the database is out."""
KINDS = {401: "signed_out", 403: "forbidden", 404: "missing", 405: "missing", 413: "too_long", 429: "many", 503: "away"}

Problem = Callable[[web.Request, int, str, int], web.Response]
"""Makes the page for a status, the kind of words that stand on it, and how many seconds to wait (0: not said)."""


class FormStale(web.HTTPForbidden):
    """A form that is not, or no longer, one of ours."""


class TooMany(web.HTTPTooManyRequests):
    """Too much in too short a time; `wait` in seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__(headers={"Retry-After": str(max(math.ceil(wait), 1))})


@dataclass(frozen=True, slots=True)
class Limits:
    """The buckets of one site."""

    address: Buckets
    stranger: Buckets
    person: Buckets
    writes: Buckets


@dataclass(frozen=True, slots=True)
class Guard:
    """Wraps the answer of a route: what it lets through is checked, what goes wrong is a page in words."""

    visitors: Visitors
    cookies: Cookies
    origins: Origins
    limits: Limits
    headers: Mapping[str, str]
    problem: Problem
    trusted_proxies: int = 0

    def wrapped(self, route: Route | OpenRoute) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The same answer behind everything that must be checked before it."""

        async def answer(request: web.Request) -> web.StreamResponse:
            address = address_of(request, self.trusted_proxies)
            passage = Passage(address, self.origins.same(request), headers=dict(self.headers))
            request[PASSAGE] = passage
            response = await self._settled(route, request)
            if not response.prepared:
                self._finish(response, passage)
            return response

        return answer

    async def _settled(self, route: Route | OpenRoute, request: web.Request) -> web.StreamResponse:
        try:
            return await self._pass(route, request)
        except web.HTTPException as error:
            if error.status >= 400:
                return self._told(request, error)
            return web.Response(status=error.status, headers={"Location": error.headers.get("Location", "/")})
        except StoreUnavailable:
            return self._told(request, web.HTTPServiceUnavailable())
        except ConnectionError:  # the browser hung up: there is nobody to tell, and nothing to log
            return web.Response(status=503)
        except Exception as error:  # noqa: BLE001 - the one place that wraps a page: a bug must be an apology, in words
            log.error("a page failed: %s %s: %s", route.method, route.path, _place(error))  # noqa: TRY400
            return self._told(request, web.HTTPInternalServerError())

    def _told(self, request: web.Request, error: web.HTTPException) -> web.Response:
        kind = "stale" if isinstance(error, FormStale) else KINDS.get(error.status, "unreadable")
        kind = "apology" if error.status >= 500 and error.status != 503 else kind
        retry = error.headers.get("Retry-After", str(AWAY_S) if error.status == 503 else "")
        try:
            page = self.problem(request, error.status, kind, int(retry or "0"))
        except Exception as second:  # noqa: BLE001 - where even the apology fails, an empty page says the same
            log.error("a problem's page failed: %s", _place(second))  # noqa: TRY400
            page = web.Response(status=error.status)
        if retry:
            page.headers["Retry-After"] = retry
        if error.status == 401:
            page.headers["WWW-Authenticate"] = "Session"
        return page

    def _finish(self, response: web.StreamResponse, passage: Passage) -> None:
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        if passage.new_visit:
            self.cookies.put(response, self.cookies.visit, passage.visit)

    async def _pass(self, route: Route | OpenRoute, request: web.Request) -> web.StreamResponse:
        _wait(self.limits.address.take(request[PASSAGE].address))
        writes = request.method in WRITES
        if writes and not request[PASSAGE].same_origin:
            raise FormStale
        if isinstance(route, OpenRoute):
            if writes:
                _wait(self.limits.stranger.take(request[PASSAGE].address))
                refused = await route.admit(request) if route.admit else None
                return await self._with_form(route, request) if refused is None else refused
            return await route.handle(request)
        visitor = await self._let_in(route, request, writes)
        return await self._with_form(route, request, visitor) if writes else await route.handle(request, visitor)

    async def _let_in(self, route: Route, request: web.Request, writes: bool) -> Visitor:
        """Whoever is signed in and may do this; HTTPException for everybody else."""
        visitor = await self.visitors.of(request)
        if visitor is None:
            _wait(self.limits.stranger.take(request[PASSAGE].address))
            if writes or "X-Part" in request.headers or "text/html" not in request.headers.get("Accept", "text/html"):
                raise web.HTTPUnauthorized
            raise web.HTTPSeeOther(SIGN_IN)
        _wait(self.limits.person.take(visitor.person.id))
        if writes:
            _wait(self.limits.writes.take(visitor.person.id))
        if route.unit_of is None:
            if not may_somewhere(visitor.person, route.action):
                raise web.HTTPForbidden
            return visitor
        unit = await route.unit_of(request)
        if unit is None:
            raise web.HTTPNotFound
        if not may(visitor.person, route.action, unit):
            raise web.HTTPForbidden
        return visitor

    async def _with_form(
        self, route: Route | OpenRoute, request: web.Request, visitor: Visitor | None = None
    ) -> web.StreamResponse:
        """Read the form, no further than its limit, and answer it when it is one of ours."""
        if (request.content_length or 0) > route.body_limit:
            raise web.HTTPRequestEntityTooLarge(route.body_limit)
        limited = request.clone(client_max_size=route.body_limit)
        try:
            form = await _form(limited)
            await self.visitors.of(limited)
            if not _equal(form_text(form, "csrf"), self.visitors.csrf(limited)):
                raise FormStale
            if isinstance(route, OpenRoute):
                return await route.handle(limited)
            assert visitor is not None  # noqa: S101 - a Route is only reached by somebody who was let in
            return await route.handle(limited, visitor)
        finally:
            await _let_go(limited)


def may_somewhere(person: Person, action: Action) -> bool:
    """Whether the person may do this at all: for a unit of theirs, or whatever the unit."""
    return may(person, action) or any(may(person, action, role.unit) for role in person.roles)


def _wait(seconds: float) -> None:
    if seconds > 0:
        raise TooMany(seconds)


async def _form(request: web.Request) -> Mapping[str, Any]:
    try:
        return await request.post()
    except (ValueError, LookupError):  # not a form, or in letters nobody knows
        raise web.HTTPBadRequest from None


async def _let_go(request: web.Request) -> None:
    """Close the files of a form; those of a copy of a request are nobody else's to close."""
    post = request._post  # asking for it again would read what was refused
    for part in post.values() if post else ():
        if isinstance(part, web.FileField):
            part.file.close()


def _equal(shown: str, expected: str) -> bool:
    return hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), expected.encode())


def _place(error: BaseException) -> str:
    """What happened and where, without the exception's text: that may quote what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join([type(error).__name__, *(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(frames))])
