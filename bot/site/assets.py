"""Style sheets, scripts and the icon: bundled once, at addresses that name their content, kept by browsers for good."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from importlib.resources import files

from aiohttp import web

from bot.site.route import OpenRoute

BUNDLES = {
    "door.css": ("tokens.css", "base.css", "door.css"),
    "chat.css": ("tokens.css", "base.css", "chat.css"),
    "board.css": ("tokens.css", "base.css", "board.css"),
    "office.css": ("tokens.css", "base.css", "board.css", "office.css"),
    "sending.css": ("tokens.css", "base.css", "board.css", "office.css", "sending.css"),
    "chat.js": ("chat.js",),
    "board.js": ("board.js",),
    "sending.js": ("sending.js",),
    "icon.svg": ("icon.svg",),
}
MEDIA = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
KEPT = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    name: str
    media: str
    digest: str
    body: bytes
    packed: bytes


class Assets:
    """All files of the site, read when the service starts."""

    def __init__(self) -> None:
        self._known = {name: _bundle(name, parts) for name, parts in BUNDLES.items()}

    def address(self, name: str) -> str:
        """Where the file stands: another content, another address."""
        return f"/tinh/{self._known[name].digest}/{name}"

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return name in self._known

    def body(self, name: str) -> bytes:
        """The file as it is."""
        return self._known[name].body

    def route(self) -> OpenRoute:
        """The address of all of them."""
        return OpenRoute("GET", "/tinh/{digest}/{name}", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        asset = self._known.get(request.match_info["name"])
        if asset is None or asset.digest != request.match_info["digest"]:
            raise web.HTTPNotFound
        headers = {"Content-Type": asset.media, "Cache-Control": KEPT, "Vary": "Accept-Encoding"}
        if not _takes_gzip(request.headers.get("Accept-Encoding", "")):
            return web.Response(body=asset.body, headers=headers)
        return web.Response(body=asset.packed, headers=headers | {"Content-Encoding": "gzip"})


def _bundle(name: str, parts: tuple[str, ...]) -> Asset:
    folder = files("messages").joinpath("assets")
    body = b"\n".join(folder.joinpath(part).read_bytes() for part in parts)
    digest = hashlib.sha256(body).hexdigest()[:16]
    return Asset(name, MEDIA[name.rpartition(".")[2]], digest, body, gzip.compress(body, 9, mtime=0))


def _takes_gzip(accepted: str) -> bool:
    for one in accepted.split(","):
        coding, _, quality = one.replace(" ", "").partition(";")
        if coding.lower() in ("gzip", "*"):
            return quality not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
