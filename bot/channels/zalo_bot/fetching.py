"""Pictures people send: fetched from the address the platform names before the update is taken, or told why not."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from dataclasses import replace

from bot.channels.contract import KeepFiles
from bot.channels.outside import Outside, Unfetched
from bot.channels.zalo_bot.decoding import Picture
from bot.conversation.events import Filed, Incoming, PersonEvent, Unreadable
from bot.evidence.kept import MOST_BYTES, UNAVAILABLE, FileRefused, FilesAway, Kept

log = logging.getLogger(__name__)
FETCH_SECONDS = 10.0
"""For one try; another begins only in the first half of it. The platform does not say how long it waits for us."""
MOST_TRIES = 3
PAUSE = 0.3
REMEMBERED = 100


class Fetching:
    """Turns a sent picture into the event that files it. What cannot be fetched is told to the person: the platform
    may not bring an update twice."""

    def __init__(self, files: KeepFiles, outside: Outside, seconds: float = FETCH_SECONDS) -> None:
        self._files = files
        self._outside = outside
        self._seconds = seconds
        self._known: OrderedDict[str, Kept] = OrderedDict()

    async def brought(self, incoming: Incoming, picture: Picture) -> Incoming | None:
        """What to take in for this update; None when files cannot be kept now and it should come again later."""
        try:
            event = await self._event(incoming, picture)
        except FilesAway as away:
            log.warning("a picture cannot be kept now: %s", away)
            return None
        return incoming if event is None else replace(incoming, event=event)

    async def _event(self, incoming: Incoming, picture: Picture) -> PersonEvent | None:
        """None for somebody who may not file. Raises FilesAway."""
        if not await self._files.expects(incoming.channel, incoming.address):
            return None
        kept = self._known.get(picture.url)
        if kept is None:
            try:
                kept = await self._files.keep("", await self._fetched(picture.url))
            except FileRefused as refused:
                return Unreadable(refused.kind)
            except Unfetched as failure:
                log.warning("a picture could not be fetched: %s", failure)
                return Unreadable(UNAVAILABLE)
            self._remember(picture.url, kept)
        return Filed(kept.digest, kept.name, kept.media, kept.size, caption=picture.caption)

    async def _fetched(self, address: str) -> bytes:
        """The bytes. Raises FileRefused when there are too many, Unfetched when there are none to be had."""
        begun = time.monotonic()
        for again in range(1, MOST_TRIES + 1):
            try:
                data = await self._outside.fetch(address, MOST_BYTES)
            except Unfetched as failure:
                if failure.for_good or again == MOST_TRIES or time.monotonic() - begun > self._seconds / 2:
                    raise
                await asyncio.sleep(PAUSE * again)
            else:
                if data is None:
                    raise FileRefused("too_large")
                return data
        raise Unfetched("no try was left")

    def _remember(self, url: str, kept: Kept) -> None:
        self._known[url] = kept
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
