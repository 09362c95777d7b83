"""The page a file is fetched from, once, by whoever was sent its address instead of the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.conversation.codes import hash_code
from bot.conversation.passing import DOWNLOAD
from bot.intake.moments import to_ms
from bot.site.addressed import secret_in
from bot.site.downloading import download
from bot.site.route import OpenRoute
from bot.site.site import Site
from storage import passes
from storage.blobs import Blobs
from storage.rows import PassRow

PATH = "/lay-tep/{token}"


@dataclass(frozen=True, slots=True)
class _File:
    digest: str
    name: str
    media: str


class Fetches:
    """The addresses `/lay-tep/…`. Looking, as previews of links do, uses nothing up; the button does."""

    def __init__(self, site: Site, blobs: Blobs) -> None:
        self._site = site
        self._blobs = blobs

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
        """The file, as a download; the address opens nothing from then on."""
        found = await self._opened(request)
        file = _file(found.subject) if found else None
        if found is None or file is None or self._blobs.find(file.digest) is None:
            return self._over(request)
        if not await self._site.store.run(passes.use_pass, found.id, to_ms(self._site.clock())):
            return self._over(request)
        return download(self._blobs, file.digest, file.media, file.name)

    async def _opened(self, request: web.Request) -> PassRow | None:
        token = secret_in(request)
        row = await self._site.store.read(passes.find_pass, DOWNLOAD, hash_code(token)) if token else None
        return row if row is not None and row.usable(to_ms(self._site.clock())) else None

    def _over(self, request: web.Request) -> web.Response:
        return self._site.page(request, "fetch", {"over": True}, status=404, style="door")


def _file(subject: Mapping[str, object]) -> _File:
    return _File(str(subject["digest"]), str(subject["name"]), str(subject["media"]))
