"""Files that lie at an address out in the internet: fetched from there and from nowhere nearer."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

AT_ONCE = 3
# 64:ff9b::/96 leads to any IPv4 address, also to one that is our own network's
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class Unfetched(Exception):
    """The file was not to be had; the text is safe to log. `for_good`: another try would end the same way."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


class Outside:
    """Fetches by https from public addresses, without following redirects. `trusted`: plain http and any address are
    all right, as when the platform itself is reached so. `seconds` are for one file, its turn included."""

    def __init__(self, *, trusted: bool, seconds: float) -> None:
        self._trusted = trusted
        self._seconds = seconds
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._session: ClientSession | None = None

    async def fetch(self, address: str, most: int) -> bytes | None:
        """The bytes; None when there are more than `most`. Raises Unfetched."""
        url = self._allowed(address)
        try:
            async with asyncio.timeout(self._seconds), self._turn:
                return await self._bytes(url, most)
        except TimeoutError:
            raise Unfetched("TimeoutError") from None

    def _allowed(self, address: str) -> URL:
        try:
            url = URL(address)
            public = url.scheme == "https" and url.port == 443 and is_public(url.host or "", names_too=True)
        except ValueError:
            raise Unfetched("no address", for_good=True) from None
        trusted = self._trusted and url.scheme == "http"
        if not url.host or url.user or url.password or not (public or trusted):
            raise Unfetched("an address that is not asked", for_good=True)
        return url

    async def _bytes(self, url: URL, most: int) -> bytes | None:
        try:
            if self._session is None:
                connector = TCPConnector(resolver=None if self._trusted else PublicOnly())
                self._session = ClientSession(connector=connector, timeout=ClientTimeout(total=self._seconds))
            async with self._session.get(url, allow_redirects=False) as response:
                if response.status != 200:
                    raise Unfetched(f"HTTP {response.status}")
                body = bytearray()
                async for chunk in response.content.iter_chunked(64 * 1024):
                    body += chunk
                    if len(body) > most:
                        return None
                return bytes(body)
        except (TimeoutError, ClientError, OSError) as error:
            # the class name only: the address leads to what somebody sent
            raise Unfetched(type(error).__name__) from None

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


class PublicOnly(AbstractResolver):
    """Finds only addresses out in the internet: no name, however it changes, leads into our own network."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The public ones among a name's addresses. Raises OSError when there are none."""
        found = [one for one in await self._inner.resolve(host, port, family) if is_public(one["host"])]
        if not found:
            raise OSError("the name leads to no public address")
        return found

    async def close(self) -> None:
        """Nothing is held."""


def is_public(host: str, *, names_too: bool = False) -> bool:
    """Whether a numeric address is out in the internet; a name is what `names_too` says."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return names_too
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast
