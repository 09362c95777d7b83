"""A file as it is handed to a browser: always as a download, under a harmless name, running nothing."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from storage.blobs import BlobMissing, Blobs


def download(blobs: Blobs, digest: str, media: str, name: str) -> web.StreamResponse:
    """The file with this digest; HTTPNotFound when it is not kept any more."""
    try:
        path = blobs.path(digest)
    except BlobMissing:
        raise web.HTTPNotFound from None
    headers = {
        "Content-Type": media,
        "Content-Disposition": disposition(name),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return web.FileResponse(path, headers=headers)


def disposition(name: str) -> str:
    """A download under this name, for browsers old and new."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "-_. ") else "_" for one in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
