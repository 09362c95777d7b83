"""The site itself: addresses are guarded and pages made here, the same way for every part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from aiohttp import web

from bot.intake.take import Intake
from bot.site.assets import Assets
from bot.site.forms import new_key
from bot.site.guards import Guard, Limits
from bot.site.headers import safe_headers
from bot.site.limits import Buckets, Guesses, Rates
from bot.site.live import Live
from bot.site.origins import Origins
from bot.site.route import OpenRoute, Route, Visitor
from bot.site.sessions import PASSAGE, Cookies, Visitors
from messages.render import Renderer
from storage.store import Store

Style = Literal["door", "chat", "board", "office", "sending"]
PACKED_FROM = 1400
"""Bytes; what fits into one packet is sent as it is."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a template knows, as `site`, of the page it stands on. Each `key` is a new one, for each form its own."""

    css: str
    js: str
    icon: str
    path: str
    public_url: str
    now: datetime
    person_name: str
    roles: tuple[str, ...]
    secret: Callable[[], str]

    @property
    def csrf(self) -> str:
        """What shows that a form is ours."""
        return self.secret()

    @property
    def key(self) -> str:
        """The update key of one form."""
        return new_key()


class Site:
    """What every part of the site is built on."""

    def __init__(
        self,
        *,
        store: Store,
        intake: Intake,
        renderer: Renderer,
        public_url: str,
        clock: Callable[[], datetime],
        live: Live,
        trusted_proxies: int = 0,
    ) -> None:
        """`clock` gives aware UTC; so many `trusted_proxies` of ours stand before us and say who comes."""
        self.store = store
        self.intake = intake
        self.clock = clock
        self.live = live
        self.public_url = public_url
        origins = Origins(public_url)
        self.cookies = Cookies(origins.https)
        self.visitors = Visitors(store, self.cookies, clock)
        self.guesses = Guesses(clock)
        self.assets = Assets()
        self._renderer = renderer
        allowed = Rates()
        self._guard = Guard(
            visitors=self.visitors,
            cookies=self.cookies,
            origins=origins,
            limits=Limits(
                *(Buckets(one, clock) for one in (allowed.address, allowed.stranger, allowed.person, allowed.writes))
            ),
            headers=safe_headers(origins.https),
            problem=self._problem,
            trusted_proxies=trusted_proxies,
        )

    def guarded(self, routes: Iterable[Route | OpenRoute]) -> list[web.RouteDef]:
        """The addresses as aiohttp takes them, each behind the guard. A GET answers HEAD, too."""
        return [
            web.get(route.path, self._guard.wrapped(route))
            if route.method == "GET"
            else web.route(route.method, route.path, self._guard.wrapped(route))
            for route in routes
        ]

    async def visitor(self, request: web.Request) -> Visitor | None:
        """Who is signed in, for addresses that anybody may open."""
        return await self.visitors.of(request)

    def page(
        self,
        request: web.Request,
        template: str,
        data: Mapping[str, object],
        *,
        status: int = 200,
        visitor: Visitor | None = None,
        style: Style = "chat",
    ) -> web.Response:
        """The page pages/TEMPLATE.j2 with `data` and `site` (see Around); MessageBroken when it cannot be made."""
        seen = visitor or request[PASSAGE].visitor
        script = f"{style}.js"
        around = Around(
            css=self.assets.address(f"{style}.css"),
            js=self.assets.address(script) if self.assets.has(script) else "",
            icon=self.assets.address("icon.svg"),
            path=request.path,
            public_url=self.public_url,
            now=self.clock(),
            person_name=seen.person.name if seen else "",
            roles=tuple(sorted({role.name for role in seen.person.roles})) if seen else (),
            secret=lambda: self.visitors.csrf(request),
        )
        text = self._renderer.page(template, {**data, "site": around})
        response = web.Response(text=text, status=status, content_type="text/html", charset="utf-8")
        if len(text) > PACKED_FROM:
            response.enable_compression()
        return response

    def _problem(self, request: web.Request, status: int, kind: str, wait: int) -> web.Response:
        data = {"kind": kind, "minutes": -(-wait // 60) if wait > 60 else 0}
        return self.page(request, "problem", data, status=status, style="door")
