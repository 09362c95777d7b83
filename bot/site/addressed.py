"""What an address names: a thing by its number, or by a secret that somebody was sent and nobody can guess."""

from __future__ import annotations

import re

from aiohttp import web

LONGEST = 15
"""Digits of a number that any database holds."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,64}")


def secret_in(request: web.Request) -> str:
    """The `token` of the address, "" for what could not be one of ours."""
    token = request.match_info["token"]
    return token if _SECRET.fullmatch(token) else ""


def number_in(request: web.Request) -> int:
    """The `id` of the address; HTTPNotFound for what is no number."""
    asked = request.match_info["id"]
    if not asked.isascii() or not asked.isdecimal() or len(asked) > LONGEST:
        raise web.HTTPNotFound
    return int(asked)
