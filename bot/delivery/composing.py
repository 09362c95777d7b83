"""From a row of the outbox to the message a channel is handed."""

from __future__ import annotations

from bot.channels.contract import Capabilities, Outgoing, ShownButton
from bot.delivery.cards import Standing
from storage.rows import JsonObject, OutboxRow


def compose(row: OutboxRow, body: JsonObject, standing: Standing, capabilities: Capabilities) -> Outgoing:
    """Build the message. A card changes the chat's card while that is the last message, else it takes its place.

    Raises KeyError, TypeError or ValueError when the body is not what the outbox promises.
    """
    edit = retire = None
    if row.kind == "card" and capabilities.edits:
        edit, retire = (standing.message_id, None) if standing.is_last else (None, standing.message_id)
    return Outgoing(
        address=row.address,
        html=body["html"],
        rows=tuple(tuple(ShownButton(label, press) for label, press in line) for line in body.get("rows", ())),
        edit=edit,
        retire=retire,
        menu_role=body.get("menu_role"),
    )
