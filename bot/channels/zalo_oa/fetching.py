"""Files people send: fetched from where the platform says they lie, or told in words why not."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace

from bot.channels.contract import KeepFiles
from bot.channels.outside import Outside, Unfetched
from bot.channels.zalo_oa.decoding import Attached
from bot.conversation.events import Filed, Incoming, PersonEvent, Unreadable
from bot.evidence.kept import MOST_BYTES, UNAVAILABLE, FileRefused, FilesAway

log = logging.getLogger(__name__)
FETCH_SECONDS = 40.0
"""For one file, waiting for its turn included."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, all in seconds: for an event to be taken before its connection is cut (the platform waits two),
    between tries (`first`, doubled up to `longest`), at the end; and how often a file is tried."""

    answer: float = 1.5
    first: float = 1.0
    longest: float = 30.0
    drain: float = 10.0
    tries: int = 4


class Fetching:
    """Turns a sent file into the event that files it."""

    def __init__(self, files: KeepFiles, outside: Outside, patience: Patience) -> None:
        self._files = files
        self._outside = outside
        self._patience = patience

    async def brought(self, incoming: Incoming, attached: Attached) -> Incoming:
        """What to take in. The address a file lies at stays good for a while, so it is tried again for some time; then
        the person is told."""
        pause = self._patience.first
        for left in reversed(range(self._patience.tries)):
            try:
                event = await self._event(incoming, attached)
            except (Unfetched, FilesAway) as error:
                log.warning("a file could not be fetched: %s", error)
                if getattr(error, "for_good", False) or not left:
                    break
                await asyncio.sleep(pause)
                pause = min(2 * pause, self._patience.longest)
            else:
                return incoming if event is None else replace(incoming, event=event)
        return replace(incoming, event=Unreadable(UNAVAILABLE))

    async def _event(self, incoming: Incoming, attached: Attached) -> PersonEvent | None:
        """None for somebody who may not file. Raises Unfetched, FilesAway."""
        if not await self._files.expects(incoming.channel, incoming.address):
            return None
        try:
            if attached.size > MOST_BYTES or (data := await self._outside.fetch(attached.url, MOST_BYTES)) is None:
                raise FileRefused("too_large")
            kept = await self._files.keep(attached.name, data)
        except FileRefused as refused:
            return Unreadable(refused.kind)
        return Filed(kept.digest, kept.name, kept.media, kept.size, caption=attached.caption)
