"""The page a file is fetched from, once, by whoever was sent its address instead of the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection

from bot.conversation.codes import hash_code
from bot.conversation.passing import DOWNLOAD
from bot.intake.moments import to_ms
from bot.site.addressed import secret_in
from bot.site.downloading import download
from bot.site.route import OpenRoute
from bot.site.sessions import PASSAGE
from bot.site.site import Site
from storage import passes, people
from storage.blobs import Blobs
from storage.rows import PassRow

PATH = "/lay-tep/{token}"
AGAIN_MS = 600_000
"""For so long the browser that began to fetch a file may begin again: a download on a phone breaks off easily."""


@dataclass(frozen=True, slots=True)
class _File:
    digest: str
    name: str
    media: str


class Fetches:
    """The addresses `/lay-tep/…`. Looking, as previews of links do, uses nothing up; the button does. Whoever the file
    was sent to must still hold a role when it is fetched."""

    def __init__(self, site: Site, blobs: Blobs) -> None:
        self._site = site
        self._blobs = blobs
        self._begun: dict[int, tuple[str, int]] = {}

    def routes(self) -> Iterable[OpenRoute]:
        """Both."""
        yield OpenRoute("GET", PATH, self.show)
        yield OpenRoute("POST", PATH, self.fetch)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """What file it is and how large, and the button."""
        await self._site.visitor(request)
        found = await self._opened(request)
        path = self._blobs.find(_file(found.subject).digest) if found else None
        if found is None or path is None:
            return self._over(request)
        data = {"over": False, "name": _file(found.subject).name, "bytes": path.stat().st_size}
        return self._site.page(request, "fetch", data, style="door")

    async def fetch(self, request: web.Request) -> web.StreamResponse:
        """The file, as a download; the address opens nothing from then on, but for the browser that came first."""
        found = await self._opened(request)
        file = _file(found.subject) if found else None
        if found is None or file is None or self._blobs.find(file.digest) is None:
            return self._over(request)
        if not self._has_begun(request, found) and not await self._begin(request, found):
            return self._over(request)
        return download(self._blobs, file.digest, file.media, file.name)

    async def _opened(self, request: web.Request) -> PassRow | None:
        token = secret_in(request)
        row = await self._site.store.read(_found, hash_code(token)) if token else None
        if row is None or self._has_begun(request, row):
            return row
        return row if row.usable(to_ms(self._site.clock())) else None

    async def _begin(self, request: web.Request, found: PassRow) -> bool:
        """Use the pass up, for this browser; False when somebody was faster."""
        now = to_ms(self._site.clock())
        if not await self._site.store.run(passes.use_pass, found.id, now):
            return False
        self._begun = {one: begun for one, begun in self._begun.items() if now - begun[1] < AGAIN_MS}
        self._begun[found.id] = request[PASSAGE].visit, now
        return True

    def _has_begun(self, request: web.Request, found: PassRow) -> bool:
        visit, at = self._begun.get(found.id, ("", 0))
        return bool(visit) and visit == request[PASSAGE].visit and to_ms(self._site.clock()) - at < AGAIN_MS

    def _over(self, request: web.Request) -> web.Response:
        return self._site.page(request, "fetch", {"over": True}, status=404, style="door")


def _found(conn: Connection, code_hash: str) -> PassRow | None:
    row = passes.find_pass(conn, DOWNLOAD, code_hash)
    return row if row is not None and people.roles_of(conn, row.person_id) else None


def _file(subject: Mapping[str, object]) -> _File:
    return _File(str(subject["digest"]), str(subject["name"]), str(subject["media"]))
