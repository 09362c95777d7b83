"""The composition root: the service is built and joined here, watched while it runs, and drained at its end."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from bot.channels.contract import Answer
from bot.connect import Connectable, configured_channels, free_of, greet, sending, windows_of
from bot.conversation.events import Incoming
from bot.delivery.agenda import open_cycle
from bot.delivery.endings import Endings
from bot.delivery.housekeeping import YEAR, Kept, keep_house
from bot.delivery.outages import Outages
from bot.delivery.reporting import Reports
from bot.delivery.schedule import Calendar, Schedule
from bot.delivery.sender import Sender
from bot.delivery.takeover import Takeover
from bot.evidence.room import Evidence, FileRoom
from bot.house import build_intake, build_renderer, epoch_ms, limits_of, new_owner, open_store, utcnow
from bot.http import Health, Listener
from bot.intake.file_links import FileLinks
from bot.intake.late import Late
from bot.intake.office import BOT, CLOCK
from bot.intake.post import Posted
from bot.intake.refill import refill
from bot.settings import Settings
from bot.vault import keeping_in
from bot.version import version
from bot.watch import Watch
from bot.watching.lag import lag
from bot.wording import say
from storage import updates
from storage.blobs import Blobs
from storage.errors import StoreError
from storage.single import hold_database, join

if TYPE_CHECKING:
    from bot.front import Front
    from messages.render import Renderer

log = logging.getLogger(__name__)

DRAIN_S = 10.0
LEAD_S = 1.0
"""How often it is asked who leads, and the leader looks who is not there any more."""


class App:
    """One running service: enter it to open everything, `run_until` told to stop, leave it to let go of everything.

    Entering raises DatabaseInUse, StoreNotReady or ListenFailed; nothing is left open then.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._owner = new_owner()
        self._stack = AsyncExitStack()
        self._leading = False
        self._alive: set[str] = set()
        self.channels: Mapping[str, Connectable] = {}
        self._front: Front | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:
            await self._stack.aclose()
            raise
        gc.freeze()  # what was made until now stays: the collector need not look at it again and again
        gc.enable()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _open(self) -> None:
        await self._open_store()
        blobs = Blobs(self._settings.files)
        files = FileRoom(self.store, Evidence(blobs, say("files.nameless")))
        renderer = build_renderer(self._settings)
        renderer.warm_up()
        self._open_channels(files)
        late = await self._open_delivery(renderer, blobs)
        self._open_door(renderer, late)
        await self._open_pages(renderer, files, blobs)

    async def _open_store(self) -> None:
        self._stack.enter_context(hold_database(self._settings.database_url))
        self.store = await self._stack.enter_async_context(open_store(self._settings, upgrade=True))
        self._membership = await join(self._settings.database_url, self._owner)
        self._stack.push_async_callback(self._membership.close)
        self._leading = await self._membership.leads()

    def _open_channels(self, files: FileRoom) -> None:
        """The channels, and who watches them."""
        settings = self._settings
        self.channels = configured_channels(settings, files, keeping_in(self.store, self._owner, epoch_ms))
        for channel in self.channels.values():
            self._stack.push_async_callback(channel.close)
        self._outages = Outages(limits_of(settings).cut_off_s)
        self.watch = Watch(
            settings, self.store, self.channels, lambda: self._leading, self._hears, self._outages.lasting_s
        )

    async def _open_delivery(self, renderer: Renderer, blobs: Blobs) -> Late:
        """The sender; what another process left unsent is taken over. Returns what renders late rows."""
        settings = self._settings
        sent_through = self.watch.counted(sending(self.channels))
        self.reports = Reports(self.store, self._take, self._outages, utcnow, lambda: self._leading)
        self.sender = Sender(
            self.store,
            sent_through,
            epoch_ms,
            self._owner,
            limits_of(settings),
            self.reports.doubts,
            late := Late(renderer, settings.zone, utcnow, self._home),
            leads=lambda: self._leading,
            on_failed=self.reports.failures,
            find=blobs.find,
            link_file=FileLinks(renderer, utcnow, bool(settings.site_url)),
            outages=self._outages,
            zone=settings.zone,
        )
        while await self.store.run(refill):
            pass
        self._takeover = Takeover(self.store, self._membership, tuple(sent_through), epoch_ms)
        await self._takeover.begin()
        return late

    def _open_door(self, renderer: Renderer, late: Late) -> None:
        """The intake, and what knocks there by itself: the clock and the ends of what goes to many."""
        self.intake = build_intake(
            self._settings,
            self.store,
            self._owner,
            self._hand_over,
            self._home,
            renderer=renderer,
            down=self._outages.down,
            windows=free_of(self.channels),
            links=self._links,
        )
        self.intake.timed = self.watch.tally.turn
        self.schedule = Schedule(self._calendar())
        self.endings = Endings(self.store, self.intake.take, late, utcnow, lambda: self._leading, self._show)

    async def _open_pages(self, renderer: Renderer, files: FileRoom, blobs: Blobs) -> None:
        """The pages where there are any, and the port that everything listens on."""
        if self._settings.site_url:
            from bot.front import Front  # only a service with pages pays for importing them

            self._front = Front(self._settings, self.store, self.intake, renderer)
            self._front.serve(self.channels, files, blobs)
        if self._settings.listen:
            listener = Listener(self._settings.listen, self.health, self._routes())
            await listener.start()
            self._stack.push_async_callback(listener.close)

    def _routes(self) -> list[web.RouteDef]:
        """The channels' own addresses first: the pages' last one is every address that nobody answers."""
        own = [route for channel in self.channels.values() for route in channel.routes()]
        return [*own, *self.watch.routes(), *(self._front.routes() if self._front else ())]

    def _calendar(self) -> Calendar:
        return Calendar(
            open_cycle=lambda: self.store.read(open_cycle),
            skip=lambda key: self.store.run(updates.note_update, CLOCK, BOT, key, epoch_ms()),
            take=self.intake.take,
            now=utcnow,
            leads=lambda: self._leading,
            zone=self._settings.zone,
        )

    async def _take(self, incoming: Incoming) -> Answer:
        return await self.intake.take(incoming)

    def _home(self, channel: str) -> str | None:
        known = self.channels.get(channel)
        return known.link("") if known else None

    def _links(self, code: str) -> Mapping[str, str]:
        found = {name: channel.link(code) for name, channel in self.channels.items()}
        return {name: link for name, link in found.items() if link}

    def _hand_over(self, posted: Posted, typed: bool) -> None:
        self.sender.post(posted.own, typed=typed)
        if posted.notices:
            self.sender.wake()
        self._show(posted.pages)

    def _show(self, pages: frozenset[int]) -> None:
        """Something new stands on these pages."""
        if self._front is not None:
            self._front.live.changed(pages)

    async def _keep_leading(self) -> None:
        while True:
            self._leading = await self._membership.leads()
            if self._leading and not self.store.lite and await self._takeover.look():
                self.sender.sweep_soon()
            await asyncio.sleep(LEAD_S)

    async def run_until(self, stop: asyncio.Event) -> int:
        """Serve until told to stop (returns 0) or until a part dies for good (returns 1), then drain."""
        if not self.channels:
            log.warning("no channel is configured: the service keeps the clock and waits")
        parts = {name: asyncio.create_task(part, name=name) for name, part in self._parts().items()}
        self._alive = set(parts)
        greetings = [asyncio.create_task(greet(channel, self._settings)) for channel in self.channels.values()]
        log.info("started: channels %s, owner %s", sorted(self.channels), self._owner)
        dead = await self._first_death(stop, parts)
        if dead:
            log.critical("%s; stopping", dead)
        for greeting in greetings:
            greeting.cancel()
        await self._drain(parts)
        await asyncio.gather(*greetings, return_exceptions=True)
        log.info("stopped")
        return 1 if dead else 0

    def _parts(self) -> dict[str, Coroutine[Any, Any, None]]:
        kept = Kept(timedelta(days=self._settings.keep_messages_days), self._settings.keep_years * YEAR)
        receiving = {
            f"receiving from {name}": channel.receive(self.intake.take, self.intake.keep_poison)
            for name, channel in self.channels.items()
        }
        return {
            "the sender": self.sender.run(),
            "the clock": self.schedule.run(),
            "the endings": self.endings.run(),
            "the leadership": self._keep_leading(),
            "the reports": self.reports.run(),
            "the housekeeping": keep_house(self.store, utcnow, self.intake.take, kept, windows_of(self.channels)),
            "the watch": self.watch.run(self.intake.take),
            **receiving,
        }

    async def _first_death(self, stop: asyncio.Event, parts: Mapping[str, asyncio.Task[None]]) -> str:
        """Wait for the stop (""), or for whatever must not end to end (what it was and why)."""
        stopped = asyncio.create_task(stop.wait())
        failed = asyncio.create_task(self.store.failed.wait())
        await asyncio.wait({stopped, failed, *parts.values()}, return_when=asyncio.FIRST_COMPLETED)
        self._alive = {name for name, task in parts.items() if not task.done()}
        stop_wanted, store_failed = stopped.done(), failed.done()
        for task in (stopped, failed):
            task.cancel()
        if store_failed:
            return "the store cannot write any more"
        ended = [name for name in parts if name not in self._alive]
        if not ended or stop_wanted:
            return ""
        error = parts[ended[0]].exception()
        return f"{ended[0]} ended: {error if error is not None else 'without an error'}"

    async def _drain(self, parts: Mapping[str, asyncio.Task[None]]) -> None:
        """Stop receiving, finish what was taken, send the replies; at most DRAIN_S, then whatever is left is cut."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + DRAIN_S
        for name in ("the clock", "the endings", "the leadership", "the reports", "the housekeeping", "the watch"):
            parts[name].cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(ends - 2.0):  # replies to what was taken get the last two seconds at least
                await asyncio.gather(*(channel.stop() for channel in self.channels.values()), return_exceptions=True)
        try:
            async with asyncio.timeout_at(ends + 0.5):
                await self.sender.drain(max(ends - loop.time(), 0.5))
        except (StoreError, TimeoutError) as error:
            log.error("the sender was not drained, the next process goes on: %s", error)  # noqa: TRY400
        for task in parts.values():
            task.cancel()
        await asyncio.gather(*parts.values(), return_exceptions=True)

    def _hears(self, channel: str) -> bool:
        return f"receiving from {channel}" in self._alive

    async def health(self) -> Health:
        """How the database, the channels and the sender feel, right now."""
        channels = {name: self._hears(name) for name in self.channels}
        parts: dict[str, Any] = {"version": version(), "channels": channels, "leads": self._leading}
        well = all(channels.values()) and "the sender" in self._alive
        try:
            async with asyncio.timeout(2.0):
                parts["sender"] = await lag(self.store, epoch_ms())
            parts["database"] = True
        except (StoreError, TimeoutError):
            parts["database"] = well = False
        return Health(well and not self.store.failed.is_set(), parts)
