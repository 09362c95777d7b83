"""Files as they are fetched: only by who may see them, always as a download, under a harmless name."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from bot.conversation.access import Action
from bot.conversation.assessment import Unit
from bot.site.downloading import disposition as disposition
from bot.site.downloading import download
from bot.site.route import Route, Visitor
from storage import files, history
from storage.blobs import Blobs
from storage.rows import FiledRow
from storage.store import Store

NAMELESS = "file"


class Downloads:
    """The addresses files are fetched from: evidence, named by the text that stands for it beside its criterion; and
    what came with a message, named by that message, for whoever has it on their page."""

    def __init__(self, store: Store, blobs: Blobs) -> None:
        self._store = store
        self._blobs = blobs

    def routes(self) -> Iterable[Route]:
        """Both."""
        yield Route("GET", "/tep/{id}", Action.READ_FILE, self.fetch, self.unit_of)
        yield Route("GET", "/tep-gui/{id}/{digest}", Action.SIGN_IN, self.fetch_sent)

    async def unit_of(self, request: web.Request) -> Unit | None:
        """Whose file it is."""
        row = await self._row(request)
        return None if row is None else Unit(row.unit_id, row.unit_code, row.unit_code, row.unit_code, "")

    async def fetch(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:  # noqa: ARG002 - may() was asked
        """The file's bytes."""
        row = await self._row(request)
        if row is None:
            raise web.HTTPNotFound
        return download(self._blobs, row.digest, row.media, row.name or NAMELESS)

    async def fetch_sent(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The bytes of what came with a message that stands in this visitor's chat."""
        number = _number(request)
        row = None if number is None else await self._store.read(history.entry, visitor.chat.id, number)
        file = row.body.get("file") if row else None
        if not file or file["digest"] != request.match_info["digest"]:
            raise web.HTTPNotFound
        return download(self._blobs, file["digest"], file["media"], file["name"])

    async def _row(self, request: web.Request) -> FiledRow | None:
        number = _number(request)
        return None if number is None else await self._store.read(files.find_filed, number)


def _number(request: web.Request) -> int | None:
    """The number an address names; None for what is none."""
    asked = request.match_info["id"]
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
