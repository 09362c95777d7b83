"""The watch joined to a running service: what it counts and reads, whom it tells, and the page Prometheus fetches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.channels.checked import Hearing
from bot.channels.contract import Channel, Take
from bot.channels.quotas import Used, counted, month_of
from bot.house import epoch_ms, utcnow
from bot.premises import premises_of
from bot.settings import Settings
from bot.version import version
from bot.watching.alarms import Alarms, Ward
from bot.watching.disks import disks
from bot.watching.of_quotas import used_now
from bot.watching.page import MetricsPage
from bot.watching.symptoms import DEAF_S, Reading
from bot.watching.tally import Tally
from storage.condition import Figures, figures
from storage.errors import StoreError, StoreUnavailable
from storage.store import Store

if TYPE_CHECKING:
    from bot.watching.metrics import Metrics

log = logging.getLogger(__name__)

FRESH_S = 5.0
"""However often somebody fetches, the database is asked no more often."""
SECONDS = 5.0


def _never(_channel: str) -> float:
    return 0.0


class Watch:
    """One per process. `works` says whether a channel's receiving is alive, `leads` whether this process leads,
    `failing` for how many seconds nothing could be sent through a channel."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        channels: Mapping[str, Channel],
        leads: Callable[[], bool],
        works: Callable[[str], bool],
        failing: Callable[[str], float] = _never,
    ) -> None:
        self.tally = Tally()
        self._settings = settings
        self._premises = premises_of(settings)
        self._store = store
        self._channels = channels
        self._leads = leads
        self._works = works
        self._failing = failing
        self._since = utcnow()
        self._alarms: Alarms | None = None
        self._counts: Metrics | None = None
        self._written = (float("-inf"), b"")

    def counted(self, channels: Mapping[str, Channel]) -> dict[str, Channel]:
        """The same channels to send through, counted."""
        return self.tally.counted(channels)

    def run(self, take: Take) -> Coroutine[Any, Any, None]:
        """Look for alarms, and hand them in through `take`, until cancelled."""
        self._alarms = Alarms(Ward(self._store, self.read, take, utcnow, self._leads))
        return self._alarms.run()

    def routes(self) -> Iterable[web.RouteDef]:
        """The page of the metrics, where it is open to anybody."""
        token = self._settings.metrics_token
        page = MetricsPage(
            self._metrics,
            token.get_secret_value() if token else "",
            public_url=self._settings.public_url,
            trusted_proxies=self._settings.trusted_proxies,
        )
        return page.routes()

    async def read(self) -> Reading:
        """What the alarms look at. StoreUnavailable when the database cannot be asked."""
        found = await self._figures()
        unheard = {name: await one.unheard_s() for name, one in self._channels.items() if isinstance(one, Hearing)}
        return Reading(
            now=utcnow(),
            since=self._since,
            figures=found,
            unheard=unheard,
            unsent={name: self._unsent_s(name) for name in self.tally.channels},
            quotas=await self._used(),
            disks=await asyncio.to_thread(disks, self._premises.folders),
            backs_up=self._premises.backs_up,
        )

    def _unsent_s(self, name: str) -> float:
        counted = self.tally.channels.get(name)
        return max(self._failing(name), 0.0 if counted is None else counted.failing_s())

    async def _used(self) -> tuple[Used, ...]:
        """How much of each quota is gone this month; nothing is asked where no platform counts."""
        counted_by = counted(self._channels)
        if not counted_by:
            return ()
        return await self._store.read(used_now, counted_by, month_of(utcnow(), self._settings.zone))

    async def _figures(self) -> Figures:
        try:
            async with asyncio.timeout(SECONDS):
                return await self._store.read(figures)
        except TimeoutError:
            raise StoreUnavailable("the database does not answer") from None

    async def _metrics(self) -> bytes:
        """The text of the metrics: made at most once in a few seconds, whoever asks."""
        if monotonic() - self._written[0] < FRESH_S:
            return self._written[1]
        # Only who is asked pays for the client library.
        from bot.watching.metrics import Metrics, Snapshot

        found: Figures | None = None
        used: tuple[Used, ...] = ()
        try:
            found, used = await self._figures(), await self._used()
        except StoreError:
            log.warning("the database is away: it is not counted")
        snapshot = Snapshot(
            now_ms=epoch_ms(),
            figures=found,
            channels={name: self._is_up(name) for name in self._channels},
            leads=self._leads(),
            disks=await asyncio.to_thread(disks, self._premises.folders),
            alarms=self._alarms.on if self._alarms else (),
            quotas=used,
        )
        self._counts = self._counts or Metrics(self.tally, version())
        self._written = (monotonic(), self._counts.written(snapshot))
        return self._written[1]

    def _is_up(self, name: str) -> bool:
        return self._works(name) and self._unsent_s(name) < DEAF_S
