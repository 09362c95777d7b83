"""A browser for tests of the site: it keeps cookies, finds forms on a page, and sends them as browsers do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from http.cookies import SimpleCookie

from aiohttp import ClientSession, DummyCookieJar, FormData, web
from aiohttp.test_utils import TestServer
from talk.stage import Stage, renderer

from bot.channels.web import WebChannel
from bot.site.doors import doors
from bot.site.live import Live
from bot.site.route import OpenRoute, Route
from bot.site.site import Site

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"


@dataclass
class Form:
    """One form of a page: where it goes, and its fields by name (a button's name and value included)."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(known.get("action", "")))
        elif known.get("type") in ("checkbox", "radio") and "checked" not in known:
            return  # what is not ticked is not sent
        elif tag == "input" and self.forms and "name" in known:
            self.forms[-1].fields[known["name"]] = known.get("value", "")
        elif tag == "button" and self.forms and "name" in known:
            self.forms[-1].buttons.append((known["name"], known.get("value", "")))


@dataclass(frozen=True)
class Page:
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    text: str
    set_cookies: SimpleCookie
    body: bytes = b""

    @property
    def location(self) -> str:
        """Where it sends the browser."""
        return self.headers.get("Location", "")

    @property
    def forms(self) -> list[Form]:
        """Its forms, in order."""
        parser = _Forms()
        parser.feed(self.text)
        return parser.forms

    def form(self, action: str) -> Form:
        """The first form that goes there; LookupError names those there are."""
        for one in self.forms:
            if one.action == action:
                return one
        raise LookupError(f"no form to {action!r} among {[one.action for one in self.forms]}")


@dataclass
class Browser:
    """One person's browser at a server on loopback."""

    http: ClientSession
    root: str
    origin: str
    agent: str = PHONE
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, method: str = "GET", **headers: str) -> Page:
        """Open an address, without following it further."""
        return await self._ask(method, path, {"Accept": "text/html"} | _named(headers), None)

    async def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Page:
        """Send fields as a form of the site would; a header of "" is left out."""
        return await self._ask("POST", path, self._ours() | _named(headers), dict(fields))

    async def send(self, page: Page, action: str, **fields: str) -> Page:
        """Fill the page's form that goes to `action`, and send it."""
        return await self.post(action, page.form(action).fields | fields)

    async def choose(self, page: Page, action: str, *more: tuple[str, str], **fields: str) -> Page:
        """The same with fields that stand there several times, as boxes that are ticked do."""
        form = FormData([*(page.form(action).fields | fields).items(), *more])
        return await self._ask("POST", action, self._ours(), form)

    async def upload(self, page: Page, action: str, name: str, data: bytes, *more: tuple[str, bytes]) -> Page:
        """Put a file, or several, into the page's form that goes to `action`, and send it."""
        form = FormData()
        for field_name, value in page.form(action).fields.items():
            if field_name != "file":
                form.add_field(field_name, value)
        for called, content in ((name, data), *more):
            form.add_field("file", content, filename=called, content_type="application/octet-stream")
        return await self._ask("POST", action, self._ours(), form)

    def _ours(self) -> dict[str, str]:
        return {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str], data: dict[str, str] | FormData | None
    ) -> Page:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        told = {"User-Agent": self.agent} | ({"Cookie": cookie} if cookie else {}) | self.headers
        sent = {name: value for name, value in (told | dict(headers)).items() if value}
        async with self.http.request(
            method, self.root + path, headers=sent, data=data, allow_redirects=False
        ) as response:
            for name, morsel in response.cookies.items():
                if morsel.value and morsel["max-age"] != 0:
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)
            body = await response.read()
            text = body.decode("utf-8", "replace")
            return Page(response.status, response.headers.copy(), text, response.cookies, body)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class SiteBench:
    """A site on a stage, served on loopback."""

    stage: Stage
    site: Site
    root: str
    http: ClientSession

    def browser(self) -> Browser:
        """A browser that was never here."""
        return Browser(self.http, self.root, self.site.public_url)

    async def joined(self, code: str, name: str = "Nguyễn Thị Hòa") -> Browser:
        """A browser in which somebody agreed to the invite of this code."""
        browser = self.browser()
        page = await browser.get(f"/moi/{code}")
        entered = await browser.send(page, f"/moi/{code}", name=name)
        assert entered.status == 303, entered.text
        return browser


Routes = Callable[[Site], Iterable[Route | OpenRoute]]


@asynccontextmanager
async def site_on(
    stage: Stage,
    *more: Routes,
    public_url: str = "http://tucham.test",
    trusted_proxies: int = 0,
    every: float = 0.02,
    beat: float = 20.0,
    channel: WebChannel | None = None,
) -> AsyncIterator[SiteBench]:
    """Serve the doors, the chat of a channel if there is one, and whatever addresses are given besides; the stage's
    clock stands still from here on."""
    stage.clock.step = timedelta(0)
    live = Live(stage.store, stage.clock, every=every, beat=beat)
    site = Site(
        store=stage.store,
        intake=stage.intake,
        renderer=renderer(),
        public_url=public_url,
        clock=stage.clock,
        live=live,
        trusted_proxies=trusted_proxies,
    )
    app = web.Application()
    for routes in more:
        app.add_routes(site.guarded(routes(site)))
    if channel is not None:
        channel.serve(site)
        app.add_routes(channel.routes())
    app.add_routes(site.guarded(doors(site)))
    server = TestServer(app)
    await server.start_server(access_log=None)
    http = ClientSession(cookie_jar=DummyCookieJar())
    try:
        yield SiteBench(stage, site, str(server.make_url("/")).rstrip("/"), http)
    finally:
        live.close()
        await http.close()
        await server.close()
