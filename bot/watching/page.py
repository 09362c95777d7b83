"""/metrics, closed unless somebody opened it: with a token from anywhere, without one only to this machine itself."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

from aiohttp import web

METRICS = "/metrics"
PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
"""What a proxy says of whom it asks for: then the machine next to us is not the one that asks."""


class MetricsPage:
    """Answers the one address. `write` makes the text.

    Without a token it answers only where nobody else can be meant: no proxy is declared, no public address points
    here, the request comes from loopback and no proxy has left a mark on it. Otherwise it is as if it were not there.
    """

    def __init__(
        self, write: Callable[[], Awaitable[bytes]], token: str = "", *, public_url: str = "", trusted_proxies: int = 0
    ) -> None:
        self._write = write
        self._token = token
        self._at_home = not token and not trusted_proxies and (not public_url or is_here(urlsplit(public_url).hostname))

    def routes(self) -> Iterable[web.RouteDef]:
        """The address; none when it is open to nobody, so that it looks like any other that is not there."""
        return [web.get(METRICS, self.answer)] if self._token or self._at_home else []

    async def answer(self, request: web.Request) -> web.Response:
        """401 without the token where there is one, 404 to whoever is not this machine where there is none."""
        if self._token and not self._knows_token(request):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"})
        if not self._token and not self._is_near(request):
            return web.Response(status=404, headers={"Cache-Control": "no-store"})
        from prometheus_client.exposition import CONTENT_TYPE_LATEST  # only who is asked pays for the client library

        headers = {
            "Content-Type": CONTENT_TYPE_LATEST,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=await self._write(), headers=headers)

    def _knows_token(self, request: web.Request) -> bool:
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        same = hmac.compare_digest(shown.strip().encode("utf-8", "surrogateescape"), self._token.encode())
        return same and scheme.lower() == "bearer"

    def _is_near(self, request: web.Request) -> bool:
        # The name asked for must be this machine's own: a page elsewhere may give itself a name that leads here.
        return (
            self._at_home
            and is_here(request.remote)
            and is_here(urlsplit(f"//{request.host}").hostname)
            and not any(name in request.headers for name in PASSED_ON)
        )


def is_here(host: str | None) -> bool:
    """Whether a name or address is this very machine's."""
    if host == "localhost":
        return True
    try:
        found = ipaddress.ip_address(host or "")
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback
