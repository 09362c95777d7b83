"""Files people send: fetched from the platform before the update is taken, or told in words why not."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from dataclasses import replace
from typing import TypeVar

from bot.channels.contract import KeepFiles
from bot.channels.telegram.decoding import Attached
from bot.channels.telegram.wire import BotApi, Refused, Unanswered
from bot.conversation.events import Filed, Incoming, PersonEvent, Unreadable
from bot.evidence.kept import MOST_BYTES, UNAVAILABLE, FileRefused, FilesAway, Kept

K = TypeVar("K")
V = TypeVar("V")
log = logging.getLogger(__name__)
FETCH_SECONDS = 40.0
"""For one file, waiting for its turn included; below the minute that the platform waits for a webhook's answer."""
AT_ONCE = 3
MOST_TRIES = 4
REMEMBERED = 500
_PATH = re.compile(r"(?!.*\.\.)[\w.-]+(?:/[\w.-]+)*", re.ASCII)


class Fetching:
    """Turns a sent file into the event that files it. A file that cannot be fetched leaves its update unconfirmed, so
    that the platform brings it again, MOST_TRIES times; then the person is told."""

    def __init__(self, api: BotApi, files: KeepFiles, seconds: float = FETCH_SECONDS) -> None:
        self._api = api
        self._files = files
        self._seconds = seconds
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._tries: OrderedDict[str, int] = OrderedDict()
        self._known: OrderedDict[tuple[str, str], Kept] = OrderedDict()

    async def brought(self, incoming: Incoming, attached: Attached) -> Incoming | None:
        """What to take in for this update; None when it should come again later."""
        event: PersonEvent | None
        try:
            event = await self._event(incoming, attached)
        except (Unanswered, Refused, FilesAway) as error:
            tries = self._tries.get(incoming.update_key, 0) + 1
            log.warning("a file could not be fetched (try %s): %s", tries, error)
            if tries < MOST_TRIES:
                _remember(self._tries, incoming.update_key, tries)
                return None
            event = Unreadable(UNAVAILABLE)
        self._tries.pop(incoming.update_key, None)
        return incoming if event is None else replace(incoming, event=event)

    async def _event(self, incoming: Incoming, attached: Attached) -> PersonEvent | None:
        """None for somebody who may not file. What may be different next time is raised: Unanswered, Refused and
        FilesAway."""
        if not await self._files.expects(incoming.channel, incoming.address):
            return None
        known = self._known.get((attached.unique_id, attached.name))
        if known is None:
            try:
                known = await self._fetched(attached)
            except FileRefused as refused:
                return Unreadable(refused.kind)
            _remember(self._known, (attached.unique_id, attached.name), known)
        return Filed(known.digest, known.name, known.media, known.size, caption=attached.caption)

    async def _fetched(self, attached: Attached) -> Kept:
        if attached.size > MOST_BYTES:
            raise FileRefused("too_large")
        try:
            async with asyncio.timeout(self._seconds), self._turn:
                data = await self._bytes(attached.file_id)
        except TimeoutError:
            raise Unanswered("TimeoutError", may_have_arrived=True) from None
        if data is None:
            raise FileRefused("too_large")
        return await self._files.keep(attached.name, data)

    async def _bytes(self, file_id: str) -> bytes | None:
        try:
            told = await self._api.call("getFile", {"file_id": file_id})
        except Refused as refused:
            if "too big" in refused.said.lower():
                return None
            raise
        path = told.get("file_path") if isinstance(told, dict) else None
        if not isinstance(path, str) or not _PATH.fullmatch(path):
            raise Unanswered("getFile named no path", may_have_arrived=True)
        return await self._api.download(path, MOST_BYTES, self._seconds)


def _remember(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)
