"""The pages of the service joined: the doors, the chat and the board, behind one guard and on one live line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aiohttp import web

from bot.board.pages import Board
from bot.channels.contract import KeepFiles
from bot.channels.web import WebChannel
from bot.connect import Connectable
from bot.house import utcnow
from bot.intake.take import Intake
from bot.settings import Settings
from bot.site.doors import doors
from bot.site.live import Live
from bot.site.site import Site
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

    def serve(self, channels: Mapping[str, Connectable], files: KeepFiles, blobs: Blobs) -> None:
        """Give the chat its site, a place for the files that are handed in, and the place they are fetched from."""
        for channel in channels.values():
            if isinstance(channel, WebChannel):
                channel.serve(self._site, files, blobs)

    def routes(self) -> Iterable[web.RouteDef]:
        """The addresses of the board and of the doors; the last of them is every address that nobody answers."""
        yield from self._site.guarded(self._board.routes())
        yield from self._site.guarded(doors(self._site))
