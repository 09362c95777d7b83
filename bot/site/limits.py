"""How often: token buckets per person and per address, and a lock on addresses that guess codes."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

REMEMBERED = 20_000
"""How many people or addresses are kept in mind; whoever was here longest ago is forgotten first."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and so many a second in the long run."""

    burst: int
    per_second: float


@dataclass(frozen=True, slots=True)
class Rates:
    """What the site allows. A whole province may come from one address, so that addresses are given much."""

    address: Rate = Rate(600, 60)
    stranger: Rate = Rate(180, 6)
    """Requests from one address without a session."""
    person: Rate = Rate(120, 10)
    writes: Rate = Rate(40, 4)
    """Forms that one person sends."""


class Buckets:
    """One token bucket per key."""

    def __init__(self, rate: Rate, clock: Callable[[], datetime]) -> None:
        self._rate = rate
        self._clock = clock
        self._left: OrderedDict[Hashable, tuple[float, datetime]] = OrderedDict()

    def take(self, key: Hashable) -> float:
        """Take one; how many seconds to wait before the next try, 0 when it was granted."""
        now = self._clock()
        left, at = self._left.pop(key, (float(self._rate.burst), now))
        gained = max((now - at).total_seconds(), 0.0) * self._rate.per_second
        left = min(left + gained, float(self._rate.burst))
        granted = left >= 1
        self._left[key] = (left - 1 if granted else left, now)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return 0.0 if granted else (1 - left) / self._rate.per_second


class Guesses:
    """Wrong codes per address: the fifth within a quarter of an hour locks the address for a quarter of an hour."""

    TRIES = 5
    LOCK = timedelta(minutes=15)

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._missed: OrderedDict[str, tuple[int, datetime]] = OrderedDict()

    def locked(self, address: str) -> timedelta | None:
        """How long the address stays locked, None when it is not."""
        count, until = self._missed.get(address, (0, self._clock()))
        left = until - self._clock()
        return left if count >= self.TRIES and left > timedelta(0) else None

    def miss(self, address: str) -> None:
        """Note a wrong code."""
        now = self._clock()
        count, until = self._missed.pop(address, (0, now))
        count = count + 1 if until > now else 1
        # The quarter of an hour runs from the first wrong code; the last one starts it anew.
        self._missed[address] = (count, now + self.LOCK if count in (1, self.TRIES) else until)
        if len(self._missed) > REMEMBERED:
            self._missed.popitem(last=False)


def address_of(request: web.Request, trusted_proxies: int) -> str:
    """Where a request comes from, as so many proxies of ours saw it; of IPv6 the network, which is one household."""
    told = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",") if trusted_proxies else []
    way = [*(one.strip() for one in told if one.strip()), request.remote or ""]
    shown = way[max(len(way) - 1 - trusted_proxies, 0)]
    try:
        found = ipaddress.ip_address(shown)
    except ValueError:
        return request.remote or ""
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
