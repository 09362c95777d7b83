"""What every form of the site carries: the key under which it is taken once, and the fields somebody filled in."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

_KEY = re.compile(r"[0-9a-f]{32}")
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def new_key() -> str:
    """The key of one form as it is shown."""
    return secrets.token_hex(16)


def form_key(form: Mapping[str, Any]) -> str:
    """The key the form was shown with, its update key; HTTPBadRequest when it is not one of ours."""
    key = form.get("key", "")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise web.HTTPBadRequest
    return key


def form_text(form: Mapping[str, Any], name: str) -> str:
    """What was written into a field; "" when there is none, or a file instead."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
