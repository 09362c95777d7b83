"""What is stored about a person as they can read it: moments in the office's time, messages as they were shown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo


def readable(stored: Mapping[str, Sequence[Mapping[str, Any]]], zone: ZoneInfo) -> dict[str, list[dict[str, Any]]]:
    """The same rows in the same order; nothing is left out but how the program spells it."""
    return {part: [_row(part, row, zone) for row in rows] for part, rows in stored.items()}


def _row(part: str, row: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    told = {name: _moment(value, zone) if _is_moment(name) else value for name, value in row.items()}
    return told | {"body": _message(row["body"])} if part == "messages" else told


def _is_moment(name: str) -> bool:
    return name == "at" or name.endswith("_at")


def _moment(value: int | None, zone: ZoneInfo) -> str | None:
    from bot.intake.moments import from_ms

    return None if value is None else from_ms(value).astimezone(zone).isoformat(timespec="seconds")


def _message(body: str) -> object:
    """The text of a message, its buttons, its file; what has no text yet (sending makes it) stays as it is."""
    from bot.channels.plain_text import to_text

    stored = json.loads(body)
    if not isinstance(stored, dict) or "html" not in stored:
        return stored
    buttons = [button[0] for line in stored.get("rows", ()) for button in line]
    file = {"file": stored["file"]} if "file" in stored else {}
    return {"text": to_text(stored["html"]), "buttons": buttons, **file}
