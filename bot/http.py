"""The listener: how the service feels (/healthz), and whatever addresses the channels need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

HEALTH = "/healthz"


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the service does its work, and what it says about its parts."""

    well: bool
    parts: Mapping[str, Any]


class ListenFailed(Exception):
    """The address cannot be had: it is taken, or not ours."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(f"{address}: {reason}")
        self.address = address
        self.reason = reason


class Listener:
    """One port. `health` is asked with every request; channels bring their own routes."""

    def __init__(self, address: str, health: Callable[[], Awaitable[Health]], routes: Iterable[web.RouteDef]) -> None:
        self._address = address
        host, _, port = address.rpartition(":")
        self._host = host.strip("[]") or None
        self._port = int(port)
        self._health = health
        app = web.Application()
        app.add_routes([web.get(HEALTH, self._answer), *routes])
        # No access log: it would hold addresses of people and nothing that the channels' own logs lack.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)

    async def start(self) -> None:
        """Listen; ListenFailed when the address cannot be had."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise ListenFailed(self._address, error.strerror or str(error)) from None

    async def close(self) -> None:
        """Stop listening and let requests under way finish."""
        await self._runner.cleanup()

    async def _answer(self, _request: web.Request) -> web.Response:
        health = await self._health()
        return web.json_response(
            {"status": "ok" if health.well else "ill", **health.parts},
            status=200 if health.well else 503,
            headers={"Cache-Control": "no-store"},
        )
