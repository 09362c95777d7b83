"""The web chat as the service sees it: its addresses, its live line, and that nothing can be sent there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from aiohttp import web

from bot.channels.contract import Capabilities, Failure, KeepFiles, KeepPoison, Outgoing, SendFailed, Sent, Take
from bot.channels.web.downloads import Downloads
from bot.channels.web.origin import BOT, NAME
from bot.channels.web.receiving import Receiving
from bot.site.site import Site
from storage.blobs import Blobs

TEXT_LIMIT = 1_000_000


class WebChannel:
    """One web chat for everybody who is signed in. `serve` hands it what it needs before it is asked for routes."""

    name = NAME
    bot = BOT
    capabilities = Capabilities(buttons=True, edits=False, text_limit=TEXT_LIMIT, pulled=True)

    def __init__(self, public_url: str) -> None:
        """`public_url` is the address people open, without a path."""
        self._public_url = public_url.rstrip("/")
        self._stop = asyncio.Event()
        self._site: Site | None = None
        self._receiving: Receiving | None = None
        self._downloads: Downloads | None = None

    def serve(self, site: Site, files: KeepFiles | None = None, blobs: Blobs | None = None) -> None:
        """Join the channel to the site; with `files` people may hand in evidence, with `blobs` they may fetch it."""
        self._site = site
        self._receiving = Receiving(site, files)
        self._downloads = Downloads(site.store, blobs) if blobs is not None else None

    def routes(self) -> Iterable[web.RouteDef]:
        """The addresses of the chat, each behind the site's guard; none before `serve`."""
        if self._site is None or self._receiving is None:
            return ()
        downloads = self._downloads.routes() if self._downloads else ()
        return self._site.guarded((*self._receiving.routes(), *downloads))

    async def send(self, outgoing: Outgoing) -> Sent:  # noqa: ARG002 - the contract's signature
        """Never: what is said here is kept by the turn itself. Raises SendFailed."""
        raise SendFailed(Failure.REJECTED, "nothing is sent to a page, people look at it")

    async def receive(self, take: Take, keep_poison: KeepPoison) -> None:  # noqa: ARG002 - the listener brings what comes
        """Keep the live line running until stopped; what people do comes in through the routes."""
        stopped = asyncio.create_task(self._stop.wait())
        tasks = {stopped} if self._site is None else {stopped, asyncio.create_task(self._site.live.run())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({task})

    async def stop(self) -> None:
        """Let the live line end; requests under way are the listener's."""
        self._stop.set()

    async def close(self) -> None:
        """Nothing to let go of: the listener is not ours."""

    def link(self, code: str) -> str | None:
        """The page that joins by an invite code, or (with "") the chat itself."""
        return f"{self._public_url}/moi/{code}" if code else f"{self._public_url}/chat"
