"""The fake Bot API on loopback: the world of the platform behind an HTTP server."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from fake_bot_api.acts import Act
from fake_bot_api.calls import carry_out
from fake_bot_api.errors import ApiError
from fake_bot_api.faults import CUT, Fault, FaultKind, Faults
from fake_bot_api.limits import Limits
from fake_bot_api.people import Group, User
from fake_bot_api.push import Pusher
from fake_bot_api.requests import Params, read_params
from fake_bot_api.updates import Update
from fake_bot_api.world import World

HOST = "127.0.0.1"
PAGE = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"
TOKEN = "123456789:AAE-fake-token-of-the-black-box-tests"


class FakeBotApi(World):
    """An async context manager; inside it `base_url` answers as api.telegram.org would.

    With `strict` (the default) leaving it without an error raises AssertionError when the bot did what no correct
    bot does: see `violations`.
    """

    def __init__(
        self,
        token: str = TOKEN,
        seed: int = 0,
        faults: Faults | None = None,
        *,
        strict: bool = True,
        limits: Limits | None = None,
        callback_lifetime: float = 15.0,
    ) -> None:
        super().__init__(token, callback_lifetime=callback_lifetime, limits=limits)
        self.faults = faults or Faults()
        self.strict = strict
        self.port = 0
        self.is_down = False
        self.fetched: list[str] = []
        self._dice = random.Random(seed)
        self._pusher = Pusher(self, self._take_call)
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    @property
    def base_url(self) -> str:
        """What the bot is given instead of https://api.telegram.org."""
        return f"http://{HOST}:{self.port}"

    @property
    def acts(self) -> list[Act]:
        """Everything the bot did."""
        return self.log.acts

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self._fetch)
        # a poll whose client is gone must not swallow the next update
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen()
        self.port = int(self._runner.addresses[0][1])
        self._pusher.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pusher.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        if kind is None and self.strict:
            self.check()

    def check(self) -> None:
        """Raise AssertionError when the bot did what no correct bot does."""
        if self.violations:
            raise AssertionError("the bot broke the rules of the platform:\n" + "\n".join(self.violations[:20]))

    def user(self, name: str = "Nguyễn Thị Lan", user_id: int | None = None) -> User:
        """A new person with a private chat that the bot does not know yet."""
        return User(self, name, user_id or 700_000_000 + self.next_number())

    def group(self, title: str = "Sở TTTT", *members: User) -> Group:
        """A new group without the bot; `add_bot` brings it in."""
        return Group(self, title, -(400_000_000 + self.next_number()), list(members))

    def push_raw(self, body: dict[str, Any], chat_id: int | None = None, update_id: int | None = None) -> int:
        """Queue any update, also of a kind that nobody knows or asked for; return its id."""
        number = self.updates.next_id if update_id is None else update_id
        self.updates.next_id = max(self.updates.next_id, number) + 1
        self.updates.put_back([Update(number, body, chat_id)])
        return number

    def push_to(self, url: str, secret: str, connections: int = 40) -> None:
        """Deliver by webhook from now on, as setWebhook would."""
        self.webhook = {"url": url, "secret_token": secret, "connections": connections}
        self.updates.changed.beat()

    async def until(self, look: Callable[[], Any], within: float = 10.0, what: str = "") -> Any:
        """Wait until `look` finds something true after some call; raise SilenceError."""
        return await self.pulse.until(look, within, lambda: f"{what}; last calls: {self._tail()}")

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Refuse every connection inside the block and cut those that are open."""
        assert self._site is not None
        assert self._runner is not None
        self.is_down = True
        await self._site.stop()
        if self._runner.server is not None:
            await self._runner.server.shutdown(0.01)
        try:
            yield
        finally:
            await self._listen()
            self.is_down = False

    @property
    def pushes(self) -> list[tuple[int, int | None]]:
        """Every push by webhook: (update id, status, or None when nobody answered)."""
        return self._pusher.tries

    def _tail(self) -> list[tuple[str, int | None, str]]:
        return [(act.method, act.code, act.description or act.text[:60]) for act in self.acts[-8:]]

    async def _listen(self) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, HOST, self.port, reuse_address=True)
        await self._site.start()

    async def _take_call(self, method: str, params: Params) -> tuple[dict[str, Any], Fault | None]:
        _act, body, fault = await carry_out(self, method, params, self.faults, self._dice)
        return body, fault

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _as_json({"ok": False, "error_code": 401, "description": "Unauthorized"})
        try:
            params = await read_params(request)
        except ApiError as error:
            self.violations.append(f"{request.match_info['method']}: {error.description}")
            return _as_json({"ok": False, "error_code": error.code, "description": error.description})
        body, fault = await self._take_call(request.match_info["method"], params)
        return _as_json(body) if fault is None else await _strike(request, body, fault)

    async def _fetch(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file that getFile named; faults go by the name of "download"."""
        if request.match_info["token"] != self.token:
            return web.Response(status=404)
        named = request.match_info["path"].rpartition("/")[2].removesuffix(".bin")
        document, fault = self.files.get(named), self.faults.draw("download", self._dice)
        self.fetched.append(named)
        if fault is not None and fault.kind in {FaultKind.TOO_MANY, FaultKind.FORBIDDEN}:
            return web.Response(status=429 if fault.kind is FaultKind.TOO_MANY else 403)
        if fault is not None and fault.kind is not FaultKind.SLOW:
            return await _strike(request, {}, fault)
        if fault is not None:
            await asyncio.sleep(fault.seconds)
        return web.Response(status=404) if document is None else web.Response(body=document.content)


def _as_json(body: dict[str, Any]) -> web.Response:
    return web.json_response(body, status=body.get("error_code", 200))


async def _strike(request: web.Request, body: dict[str, Any], fault: Fault) -> web.StreamResponse:
    if fault.kind in CUT:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if fault.kind in {FaultKind.HTML_PAGE, FaultKind.DO_THEN_502}:
        return web.Response(status=502, text=PAGE, content_type="text/html")
    if fault.kind is FaultKind.REDIRECT:
        return web.HTTPTemporaryRedirect(str(request.rel_url))
    if fault.kind is FaultKind.DO_THEN_TRUNCATE:
        return web.Response(text=json.dumps(body)[:-7], content_type="application/json")
    await asyncio.sleep(fault.seconds)
    return _as_json(body)
