"""The pages of the service joined: the doors, the chat and the board, behind one guard and on one live line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from aiohttp import web

from bot.board.office import Office
from bot.board.pages import Board
from bot.board.sending import Sending
from bot.board.sending_look import Means
from bot.board.stationery import Place, Stationery
from bot.channels.contract import KeepFiles
from bot.channels.quotas import counted, month_of
from bot.channels.web import WebChannel
from bot.connect import Connectable, free_of
from bot.conversation.reading.words import Words
from bot.delivery.agenda import open_cycle
from bot.house import rules_of, utcnow
from bot.intake.take import Intake
from bot.inviting import Batch, Drawn
from bot.settings import Settings
from bot.site.doors import doors
from bot.site.fetches import Fetches
from bot.site.live import Live
from bot.site.route import OpenRoute
from bot.site.site import Site
from bot.site.uploads import Uploads
from bot.watching.of_quotas import used_now
from bot.wording import texts
from messages.letters import Letters
from messages.render import Renderer
from storage.blobs import Blobs
from storage.store import Store


class Front:
    """Everything people open in a browser; `live` is told after each commit."""

    def __init__(self, settings: Settings, store: Store, intake: Intake, renderer: Renderer) -> None:
        self.live = Live(store, utcnow)
        self._site = Site(
            store=store,
            intake=intake,
            renderer=renderer,
            public_url=settings.site_url,
            clock=utcnow,
            live=self.live,
            trusted_proxies=settings.trusted_proxies,
        )
        self._board = Board(self._site, store, utcnow, settings.zone)
        self._means = Means(
            words=Words.from_mapping(texts("words")),
            rules=rules_of(settings),
            renderer=renderer,
            names=settings.names,
            agenda=open_cycle,
            letters=Letters(settings.names) if settings.smtp_url is not None else None,
        )
        self._zalo = settings.zalo_link
        self._channels: Mapping[str, Connectable] = {}
        self._passing: tuple[OpenRoute, ...] = ()
        self._office = Office(self._site, Stationery(self._links, lay_out, settings.names), settings.zone)

    def serve(self, channels: Mapping[str, Connectable], files: KeepFiles, blobs: Blobs) -> None:
        """Give the chat its site, a place for the files that are handed in, and the place they are fetched from."""
        self._channels = channels
        counted_by = counted(channels)
        self._means = replace(
            self._means,
            files=files,
            rules=replace(self._means.rules, windows=free_of(channels)),
            quotas=lambda conn, now: used_now(conn, counted_by, month_of(now, self._means.rules.zone)),
        )
        self._passing = (*Uploads(self._site, files).routes(), *Fetches(self._site, blobs).routes())
        for channel in channels.values():
            if isinstance(channel, WebChannel):
                channel.serve(self._site, files, blobs)

    def routes(self) -> Iterable[web.RouteDef]:
        """The addresses of the board and of the doors; the last of them is every address that nobody answers."""
        yield from self._site.guarded(self._board.routes())
        yield from self._site.guarded(self._office.routes())
        yield from self._site.guarded(Sending(self._site, self._means).routes())
        yield from self._site.guarded(self._passing)
        yield from self._site.guarded(doors(self._site))

    def _links(self, code: str) -> Mapping[str, str]:
        """The joining link per channel, in the order people know them; those without one are left out."""
        found = {name: channel.link(code) for name, channel in self._channels.items()}
        known = {"telegram": found.get("telegram"), "zalo": self._zalo, "web": found.get("web")}
        return {name: link for name, link in known.items() if link}


def lay_out(places: Sequence[Place], role: str, expires_at: datetime, made_at: datetime, year: int | None) -> Batch:
    """Sheets of these codes."""
    return Batch(tuple(Drawn(*place) for place in places), role, expires_at, made_at, year)
