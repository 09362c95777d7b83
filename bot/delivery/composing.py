"""From a row of the outbox to the message a channel is handed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from bot.channels.contract import Attachment, Capabilities, Outgoing, ShownButton
from bot.delivery.cards import Standing
from storage.rows import JsonObject, OutboxRow

FindFile: TypeAlias = Callable[[str], Path | None]
"""Where the file with this digest lies; None when it is not kept (any more)."""


class FileGone(Exception):
    """The file that goes with a message is not kept any more: the message without it would not say what it says."""


def no_files(_digest: str) -> Path | None:
    """Where no files are kept."""
    return None


def compose(
    row: OutboxRow, body: JsonObject, standing: Standing, capabilities: Capabilities, find: FindFile = no_files
) -> Outgoing:
    """Build the message. A card changes the chat's card while that is the last message, else it takes its place.

    Raises FileGone; and KeyError, TypeError or ValueError when the body is not what the outbox promises.
    """
    edit = retire = None
    if row.kind == "card" and capabilities.edits:
        edit, retire = (standing.message_id, None) if standing.is_last else (None, standing.message_id)
    return Outgoing(
        address=row.address,
        html=body["html"],
        rows=tuple([tuple(map(ShownButton._make, line)) for line in body.get("rows", ())]),
        edit=edit,
        retire=retire,
        menu_role=body.get("menu_role"),
        attachment=_attached(body["file"], find) if body.get("file") else None,
        subject=str(body.get("subject", "")),
        reference=f"{row.id}.{row.due_at}",
    )


def _attached(file: Mapping[str, Any], find: FindFile) -> Attachment:
    path = find(file["digest"])
    if path is None:
        raise FileGone
    return Attachment(str(file["name"]), str(file["media"]), str(file["digest"]), path)
