"""What a page gives its next form to carry: packed, and sealed so that only what we gave comes back."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import zlib
from typing import Any

from aiohttp import web


def seal(secret: str, content: object) -> str:
    """The content as text for a hidden field; `secret` is what only this browser and the service know."""
    packed = zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
    return f"{_mark(secret, packed)}.{base64.urlsafe_b64encode(packed).decode()}"


def unseal(secret: str, text: str) -> Any:
    """The content again; HTTPBadRequest when it is not what was sealed with this secret."""
    mark, _, body = text.partition(".")
    try:
        packed = base64.urlsafe_b64decode(body)
    except (binascii.Error, ValueError):
        raise web.HTTPBadRequest from None
    if not hmac.compare_digest(mark.encode("utf-8", "surrogateescape"), _mark(secret, packed).encode()):
        raise web.HTTPBadRequest
    return json.loads(zlib.decompress(packed))  # ours, so it unpacks to what we packed


def _mark(secret: str, packed: bytes) -> str:
    return hmac.new(f"sealed:{secret}".encode(), packed, hashlib.sha256).hexdigest()
