"""What becomes of a message's file on a channel that cannot carry it: a link stands in its place."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TypeAlias

from sqlalchemy import Connection

from bot.channels.carrying import carries
from bot.channels.contract import Channel
from bot.delivery.composing import FindFile
from storage.rows import JsonObject, OutboxRow
from storage.store import Store

LinkFile: TypeAlias = Callable[[Connection, OutboxRow, Mapping[str, object]], str]
REMEMBERED = 1000
"""Rows whose link is kept in mind: a row that is tried again says the same link, not one more."""


class Carrying:
    """Asks for a link before the send: a database that is away leaves the row as it was."""

    def __init__(self, store: Store, find: FindFile, link: LinkFile | None) -> None:
        self._store = store
        self._find = find
        self._link = link
        self._given: OrderedDict[int, str] = OrderedDict()

    async def body(self, channel: Channel, row: OutboxRow, body: JsonObject) -> JsonObject:
        """The body as this channel can carry it; StoreUnavailable, and whatever making the link raises."""
        file: Mapping[str, object] = body.get("file") or {}
        path = self._find(str(file["digest"])) if file else None
        if self._link is None or path is None or carries(channel, str(file["media"]), path.stat().st_size):
            return body
        said = self._given.get(row.id)
        if said is None:
            said = self._given[row.id] = await self._store.run(self._link, row, file)
            while len(self._given) > REMEMBERED:
                self._given.popitem(last=False)
        left = {name: value for name, value in body.items() if name != "file"}
        return left | {"html": f"{body['html']}\n\n{said}"}
