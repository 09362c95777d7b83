"""The first view on a phone with a thin line: how much is sent, to whom, and when there is something to read."""

import os
from dataclasses import dataclass, field
from typing import Any

import pytest
from browsing.officer import is_question
from browsing.place import Place, Someone

pytestmark = pytest.mark.asyncio(loop_scope="session")
MOST_BYTES, MOST_REQUESTS = 60 * 1024, 4
THIN = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
"""A fast 3G line (newer Chromium tools call the same a slow 4G one): 1.6 Mbit/s down, 150 ms there and back."""
FIRST_PAINT = """() => new Promise((done) => new PerformanceObserver((list) => list.getEntries().forEach(
  (one) => { if (one.name === 'first-contentful-paint') done(one.startTime); }
)).observe({ type: 'paint', buffered: true }))"""
FAST_MS = 1000
TRIES = 1 if os.environ.get("CI") == "true" else 2


@dataclass
class Scale:
    """Counts what comes in over the line, headers included. No slots: the browser's driver notes things on it."""

    total: int = 0
    urls: list[str] = field(default_factory=list)

    def asked(self, event: dict[str, Any]) -> None:
        """A request goes out."""
        self.urls.append(str(event["request"]["url"]))

    def came(self, event: dict[str, Any]) -> None:
        """An answer is complete."""
        self.total += int(event["encodedDataLength"])


async def first_view(place: Place, person: Someone, path: str) -> tuple[Scale, float]:
    """Open a page in a browser that has seen nothing of us but its session; returns what came, and when (ms)."""
    fresh = await place.someone(storage_state=await person.context.storage_state())
    session, scale = await fresh.context.new_cdp_session(fresh.page), Scale()
    session.on("Network.requestWillBeSent", scale.asked)
    session.on("Network.loadingFinished", scale.came)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", THIN)
    await fresh.page.goto(path)
    painted = float(await fresh.page.evaluate(FIRST_PAINT))
    await fresh.page.close()  # its live line would slow the next one
    return scale, painted


async def test_a_first_view_is_light_and_soon_there(place: Place) -> None:
    """Caught when seeded: styles of a hundred kilobytes.

    The time is real time. On a machine that does other things as well, as CI does, it says little, so there only what
    does not depend on the machine is checked: bytes and requests. At a desk the better of two tries counts.
    """
    stranger, officer = await place.someone(), await place.officer("SDL", 71)
    await officer.walk(is_question)
    reviewer = await place.reviewer()
    views = ((stranger, place.invite("SDL")), (place.people[1], "/chat"), (reviewer, "/bang"))
    for person, path in views:
        times = []
        for _ in range(TRIES):
            scale, painted = await first_view(place, person, path)
            assert scale.total <= MOST_BYTES, (path, scale)
            assert len([url for url in scale.urls if "/live" not in url]) <= MOST_REQUESTS, (path, scale.urls)
            assert all(url.startswith(place.home) for url in scale.urls), scale.urls
            times.append(painted)
            if painted <= FAST_MS:
                break
        assert min(times) <= FAST_MS or os.environ.get("CI") == "true", (path, times)
