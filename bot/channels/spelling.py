"""JSON as it goes to platforms and comes from them: quickly where it is sound, and never refused for half a letter."""

from __future__ import annotations

import json
from typing import Any

import orjson


def spell(value: Any) -> bytes:
    """JSON in UTF-8; what is left of a torn letter (half a surrogate pair) becomes a question mark."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def unspell(text: bytes) -> Any:
    """What JSON says, torn letters and numbers of any length included; ValueError or RecursionError when it is none."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)
