"""Evidence files as they are fetched: only by who may see them, always as a download, under a harmless name."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from aiohttp import web

from bot.conversation.access import Action
from bot.conversation.assessment import Unit
from bot.site.route import Route, Visitor
from storage import files
from storage.blobs import BlobMissing, Blobs
from storage.rows import FiledRow
from storage.store import Store

NAMELESS = "file"


class Downloads:
    """The address files are fetched from; each is named by the text that stands for it beside its criterion."""

    def __init__(self, store: Store, blobs: Blobs) -> None:
        self._store = store
        self._blobs = blobs

    def routes(self) -> Iterable[Route]:
        """The one address."""
        yield Route("GET", "/tep/{id}", Action.READ_FILE, self.fetch, self.unit_of)

    async def unit_of(self, request: web.Request) -> Unit | None:
        """Whose file it is."""
        row = await self._row(request)
        return None if row is None else Unit(row.unit_id, row.unit_code, row.unit_code, row.unit_code, "")

    async def fetch(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:  # noqa: ARG002 - may() was asked
        """The file's bytes."""
        row = await self._row(request)
        if row is None:
            raise web.HTTPNotFound
        try:
            path = self._blobs.path(row.digest)
        except BlobMissing:
            raise web.HTTPNotFound from None
        headers = {
            "Content-Type": row.media,
            "Content-Disposition": disposition(row.name or NAMELESS),
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        }
        return web.FileResponse(path, headers=headers)

    async def _row(self, request: web.Request) -> FiledRow | None:
        asked = request.match_info["id"]
        if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
            return None
        return await self._store.read(files.find_filed, int(asked))


def disposition(name: str) -> str:
    """A download under this name, for browsers old and new."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "-_. ") else "_" for one in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
