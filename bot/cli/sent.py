"""What went out to many, as the command line tells it: plain data, one line each, the list to telephone by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.shape import write_private
from bot.cli.start import configured
from bot.wording import say

if TYPE_CHECKING:
    from storage.rows.mailings import MailingRow


def told(row: MailingRow, counts: Mapping[str, int]) -> dict[str, Any]:
    """One as plain data, for programs and for lines."""
    from bot.intake.moments import from_ms

    return {
        "id": row.id,
        "kind": row.kind,
        "state": row.state,
        "audience": row.audience,
        "text": str(row.body.get("text", "")),
        "by": row.created_by_name or "",
        "created_at": from_ms(row.created_at).isoformat(timespec="seconds"),
        "due_at": from_ms(row.due_at).isoformat(timespec="seconds"),
        "size": row.size,
        "counts": dict(counts),
    }


def line(told: Mapping[str, Any]) -> dict[str, object]:
    """What stands in its line for a person."""
    from bot.conversation.mailing_cards import ARRIVED

    text = told["text"] or say(f"broadcast.kind.{told['kind']}")
    return {
        "number": told["id"],
        "at": f"{datetime.fromisoformat(told['created_at']).astimezone(configured().zone):%H:%M %d/%m/%Y}",
        "arrived": sum(told["counts"].get(state, 0) for state in ARRIVED),
        "size": told["size"],
        "text": " ".join(text.split())[:60],
    }


def write_list(file: Path, told: Mapping[str, Any], rows: tuple[Any, ...]) -> None:
    """Write the list to telephone by; Stopped when it cannot be written."""
    from bot.house import utcnow
    from messages.documents import phone_list

    settings = configured()
    now = utcnow()
    made = f"{now.astimezone(settings.zone):%H:%M %d/%m/%Y}"
    about = " ".join((told["text"] or say(f"broadcast.kind.{told['kind']}")).split())[:120]
    write_private(file, phone_list(rows, settings.names, about=about, made=made, created=now))
