"""The fake platform of Zalo Official Accounts on loopback: OAuth, OpenAPI and webhook of one account."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from fake_bot_api.faults import CUT, UNDONE, Fault, FaultKind, Faults
from fake_zalo_oa.messages import deliver, keep
from fake_zalo_oa.oauth import Grants
from fake_zalo_oa.push import Pusher
from fake_zalo_oa.world import ApiError, Json, World

from bot.channels.zalo_oa import Account

HOST = "127.0.0.1"
APP_ID, APP_SECRET, SECRET_KEY = "1234567890123456789", "canary-app-secret-7d1f", "canary-oa-secret-key-9e2b"
PAGE = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"
SEND, OAUTH, UPLOAD, MEDIA = "message", "oauth", "upload", "media"


class FakeZaloOa(World):
    """An async context manager. Leaving it raises AssertionError when the account did what no correct one does: see
    `violations`. `faults` go by the names above; `refusals` are codes the next sends are refused with."""

    def __init__(self, *, strict: bool = True) -> None:
        super().__init__(APP_ID)
        self.grants = Grants(self, APP_SECRET)
        self.pusher = Pusher(self, SECRET_KEY)
        self.faults = Faults()
        self.refusals: list[int] = []
        self.calls: list[str] = []
        self.before_tokens: Callable[[], Awaitable[None]] | None = None
        """Awaited after new tokens were given and before the answer leaves."""
        self.port = 0
        self._strict = strict
        self._dice = random.Random(0)
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    @property
    def account(self) -> Account:
        """What the service is told about the account."""
        return Account(APP_ID, APP_SECRET, SECRET_KEY, self.base_url, self.base_url)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 * 2**20)
        app.router.add_post("/v4/oa/access_token", self._tokens)
        app.router.add_post("/v3.0/oa/message/cs", self._message)
        app.router.add_post("/v2.0/oa/upload/{kind:file|image|gif}", self._upload)
        app.router.add_get("/v2.0/oa/getoa", self._about)
        app.router.add_get("/media/{name}", self._media)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen()
        self.port = int(self._runner.addresses[0][1])
        self.base_url = f"http://{HOST}:{self.port}"
        self.events = self.pusher.put
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.pusher.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        if kind is None and self._strict and self.violations:
            raise AssertionError("the rules of the platform were broken:\n" + "\n".join(self.violations[:20]))

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

    async def _tokens(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}

        async def work() -> Json:
            answer = self.grants.exchange(request.headers.get("secret_key", ""), form)
            if self.before_tokens is not None:
                await self.before_tokens()
            return answer

        return await self._done(request, OAUTH, work)

    async def _message(self, request: web.Request) -> web.StreamResponse:
        body: Any = await request.json()

        async def work() -> Json:
            self._may(request)
            if self.refusals:
                raise ApiError(self.refusals.pop(0), "Refused by the test")
            shown = deliver(self, body)
            told = {"message_id": shown.message_id, "user_id": body["recipient"]["user_id"], "sent_time": "1"}
            return _envelope(told | {"quota": {"quota_type": "reply"}})

        return await self._done(request, SEND, work)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        kind = request.match_info["kind"]
        field: Any = (await request.post()).get("file")

        async def work() -> Json:
            self._may(request)
            if not isinstance(field, web.FileField):
                raise ApiError(-201, "Params is invalid: file")
            named = keep(self, kind, field.filename, field.content_type, field.file.read())
            return _envelope({"token" if kind == "file" else "attachment_id": named})

        return await self._done(request, UPLOAD, work)

    async def _about(self, request: web.Request) -> web.StreamResponse:
        async def work() -> Json:
            self._may(request)
            return _envelope({"oa_id": self.oa_id, "name": "Sở TTTT Quảng Bình"})

        return await self._done(request, "getoa", work)

    async def _media(self, request: web.Request) -> web.StreamResponse:
        fault = self.faults.draw(MEDIA, self._dice)
        self.calls.append(MEDIA)
        if fault is not None and fault.kind is FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
        elif fault is not None:
            return await _strike(request, {}, fault)
        content = self.hosted.get(request.match_info["name"])
        return web.Response(status=404) if content is None else web.Response(body=content)

    def _may(self, request: web.Request) -> None:
        self.grants.check(request.headers.get("access_token"))

    async def _done(self, request: web.Request, name: str, work: Callable[[], Awaitable[Json]]) -> web.StreamResponse:
        """Do what a call asks for, unless a fault comes between; every answer but a fault's has the status 200."""
        self.calls.append(name)
        fault = self.faults.draw(name, self._dice)
        if fault is not None and fault.kind is FaultKind.TOO_MANY:
            return web.json_response({"error": -32, "message": "Exceed the rate limit"})
        if fault is not None and fault.kind is FaultKind.FORBIDDEN:
            return web.json_response({"error": -224, "message": "OA has not purchased a package"})
        body: Json = {}
        if fault is None or fault.kind not in UNDONE:
            try:
                body = await work()
            except ApiError as error:
                return web.json_response({"error": error.code, "message": error.said})
        return web.json_response(body) if fault is None else await _strike(request, body, fault)


def _envelope(data: Json) -> Json:
    return {"error": 0, "message": "Success", "data": data}


async def _strike(request: web.Request, body: Json, fault: Fault) -> web.StreamResponse:
    if fault.kind in CUT:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if fault.kind in {FaultKind.HTML_PAGE, FaultKind.DO_THEN_502}:
        return web.Response(status=502, text=PAGE, content_type="text/html")
    if fault.kind is FaultKind.REDIRECT:
        return web.HTTPTemporaryRedirect(str(request.rel_url))
    if fault.kind is FaultKind.DO_THEN_TRUNCATE:
        return web.Response(text='{"error": 0, "mess', content_type="application/json")
    await asyncio.sleep(fault.seconds)
    return web.json_response(body)
