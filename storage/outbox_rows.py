"""An outbox row as it is read: with the chat it goes to, as that stands now; and which rows wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column, select

from storage.dialect import from_json
from storage.rows import OutboxRow
from storage.schema import chats, outbox

QUEUED: ColumnElement[bool] = outbox.c.state == literal_column("'queued'")  # written out: partial indexes need it

ROWS: Select[Any] = select(
    outbox.c.id,
    outbox.c.key,
    outbox.c.chat_id,
    outbox.c.lane,
    outbox.c.kind,
    outbox.c.body,
    outbox.c.late,
    outbox.c.state,
    outbox.c.owner,
    outbox.c.tries,
    outbox.c.due_at,
    outbox.c.not_before,
    outbox.c.first_try_at,
    outbox.c.settled_at,
    outbox.c.message_id,
    outbox.c.last_error,
    chats.c.channel,
    chats.c.address,
    chats.c.kind,
    chats.c.person_id,
    chats.c.card_message_id,
    chats.c.card_is_last,
    chats.c.blocked_at,
    chats.c.plain,
).select_from(outbox.join(chats, chats.c.id == outbox.c.chat_id))


def outbox_row(values: Sequence[Any]) -> OutboxRow:
    """Make the row of the columns of ROWS, in their order."""
    columns = list(values)
    columns[5] = from_json(columns[5])
    return OutboxRow(*columns)
