"""The fake Zalo Bot Platform on loopback, as strict as its documents and as odd as it was measured."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

from aiohttp import web
from fake_bot_api.pulse import Pulse
from fake_zalo_bot.calls import ApiError, carry_out, read_params
from fake_zalo_bot.faults import CUT, DONE, REFUSALS, Fault, FaultKind, Faults
from fake_zalo_bot.people import Person
from fake_zalo_bot.push import Pusher

HOST = "127.0.0.1"
PAGE = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"
TOKEN = "12345689:fake-token.of-the_zalo-bot"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the bot's: how it was answered (0: not at all)."""

    method: str
    params: dict[str, Any]
    code: int


class FakeZaloBot:
    """An async context manager; inside it `base_url` answers as bot-api.zaloplatforms.com would.

    `by_status` False: refusals come under HTTP 200. `shape`: how a webhook's body looks. `longest_poll`: for how many
    seconds a poll is held at most. With `strict` leaving it without an error raises AssertionError when the bot did
    what no correct bot does: see `violations`. What was handed out once never comes again.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        by_status: bool = True,
        shape: Literal["A", "B"] = "A",
        longest_poll: float = 0.3,
        quota: int | None = None,
        redelivers: bool = True,
        strict: bool = True,
        seed: int = 0,
    ) -> None:
        self.token = token
        self.account = "bot.VDKyGxQvc"
        self.by_status = by_status
        self.shape = shape
        self.longest_poll = longest_poll
        self.quota = quota
        self.redelivers = redelivers
        self.strict = strict
        self.picture_field = "photo"
        self.faults = Faults()
        self.people: dict[str, Person] = {}
        self.pictures: dict[str, bytes] = {}
        self.fetched: list[str] = []
        self.events: deque[dict[str, Any]] = deque()
        self.webhook: dict[str, str] = {}
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.outgoing = 0
        self.sent_this_month = 0
        self.polling = 0
        self.left_polls = 0
        self.port = 0
        self.pulse = Pulse()
        self.pusher = Pusher(self)
        self._dice = random.Random(seed)
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    @property
    def base_url(self) -> str:
        """What the bot is given instead of https://bot-api.zaloplatforms.com."""
        return f"http://{HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/pictures/{name}.jpg", self._serve_picture)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen()
        self.port = int(self._runner.addresses[0][1])
        self.pusher.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.pusher.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        if kind is None and self.strict and self.violations:
            raise AssertionError("the bot broke the rules of the platform:\n" + "\n".join(self.violations[:20]))

    def person(self, name: str = "Nguyễn Thị Lan", *, started: bool = False) -> Person:
        """A new person; `started` when they wrote to the bot some day."""
        made = Person(self, name, started=started)
        self.people[made.id] = made
        return made

    def bring(self, event: dict[str, Any]) -> None:
        """Hand an event to the bot, by poll or by webhook; also one of a kind that nobody knows."""
        self.events.append(event)
        self.pulse.beat()

    def push_to(self, url: str, secret: str) -> None:
        """Deliver by webhook from now on, as setWebhook would (which takes no loopback address)."""
        self.webhook = {"url": url, "secret_token": secret}
        self.pulse.beat()

    def new_month(self) -> None:
        """The quota is as fresh as on the first of a month."""
        self.sent_this_month = 0

    def now_ms(self) -> int:
        """Milliseconds, as the platform counts."""
        return time.time_ns() // 1_000_000

    def of(self, method: str) -> list[Call]:
        """The calls of a method."""
        return [call for call in self.calls if call.method == method]

    async def until(self, look: Callable[[], Any], within: float = 10.0, what: str = "") -> Any:
        """Wait until `look` finds something true after some call; raise SilenceError."""
        tail = [(call.method, call.code) for call in self.calls[-8:]]
        return await self.pulse.until(look, within, lambda: f"{what}; last calls: {tail}")

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Refuse every connection inside the block and cut those that are open."""
        assert self._site is not None
        assert self._runner is not None
        await self._site.stop()
        if self._runner.server is not None:
            await self._runner.server.shutdown(0.01)
        try:
            yield
        finally:
            await self._listen()

    async def _listen(self) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, HOST, self.port, reuse_address=True)
        await self._site.start()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return self._refused(401, "Unauthorized")
        fault = self.faults.draw(method, self._dice)
        params: dict[str, Any] = {}
        response, code = None, 0
        try:
            params = dict(await read_params(request))
            if fault is None or fault.kind in DONE:
                result = await carry_out(self, method, params)
                response, code = web.json_response({"ok": True, "result": result}), 200
        except ApiError as error:
            if error.malformed:
                self.violations.append(f"{method}: {error.description}")
            response, code = self._refused(error.code, error.description), error.code
        if fault is not None:
            response, code = await self._struck(request, response, fault, code)
        self.calls.append(Call(method, params, code))
        self.pulse.beat()
        return response or web.Response(status=500)

    def _refused(self, code: int, description: str) -> web.Response:
        body = {"ok": False, "description": description, "error_code": code}
        return web.json_response(body, status=code if self.by_status else 200)

    async def _struck(
        self, request: web.Request, done: web.Response | None, fault: Fault, code: int
    ) -> tuple[web.Response, int]:
        if fault.kind in CUT:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(), 0
        if fault.kind in REFUSALS:
            code, description = REFUSALS[fault.kind]
            return self._refused(code, description), code
        if fault.kind is FaultKind.HTML_PAGE:
            return web.Response(status=502, text=PAGE, content_type="text/html"), 502
        if fault.kind is FaultKind.REDIRECT:
            return web.Response(status=307, headers={"Location": str(request.rel_url)}), 307
        assert done is not None
        if fault.kind is FaultKind.DO_THEN_TRUNCATE:
            return web.Response(text=json.dumps(json.loads(done.text or ""))[:-7], content_type="application/json"), 200
        await asyncio.sleep(fault.seconds)
        return done, code

    async def _serve_picture(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a picture that somebody sent; faults go by the name of "picture"."""
        name, fault = request.match_info["name"], self.faults.draw("picture", self._dice)
        self.fetched.append(name)
        if fault is not None and fault.kind is not FaultKind.SLOW:
            return (await self._struck(request, web.Response(), fault, 0))[0]
        if fault is not None:
            await asyncio.sleep(fault.seconds)
        content = self.pictures.get(name)
        return web.Response(status=404) if content is None else web.Response(body=content, content_type="image/jpeg")
