"""The secret part of an address: what somebody was sent, and nobody can guess."""

from __future__ import annotations

import re

from aiohttp import web

_SECRET = re.compile(r"[A-Za-z0-9_-]{16,64}")


def secret_in(request: web.Request) -> str:
    """The `token` of the address, "" for what could not be one of ours."""
    token = request.match_info["token"]
    return token if _SECRET.fullmatch(token) else ""
