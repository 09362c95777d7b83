"""What stands in a chat that people look at: the messages of its outbox, in the order in which they were said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, literal_column, select, update

from storage.dialect import from_json
from storage.rows import HistoryRow
from storage.schema import outbox

_SHOWN: ColumnElement[bool] = literal_column(
    "outbox.state IN ('kept', 'replaced')"
)  # written out: the partial index needs it
_KEPT: ColumnElement[bool] = literal_column("outbox.state = 'kept'")
_ROWS: Select[Any] = (
    select(outbox.c.id, outbox.c.kind, outbox.c.state, outbox.c.body, outbox.c.due_at)
    .where(outbox.c.chat_id == bindparam("chat"), _SHOWN)
    .order_by(outbox.c.id.desc())
    .limit(bindparam("most"))
)
_BEFORE = _ROWS.where(outbox.c.id < bindparam("before"))
_ONE = _ROWS.where(outbox.c.id == bindparam("row"))
_CARD = _ROWS.where(outbox.c.kind == "card", _KEPT)
_REPLACE = (
    update(outbox)
    .where(outbox.c.chat_id == bindparam("chat"), _SHOWN, _KEPT, outbox.c.kind == "card")
    .values(state="replaced")
)


def history(conn: Connection, chat_id: int, *, before: int | None = None, most: int = 60) -> tuple[HistoryRow, ...]:
    """The last entries (those before number ``before``), oldest first."""
    asked = {"chat": chat_id, "most": most, "before": before}
    found = conn.execute(_ROWS if before is None else _BEFORE, asked).all()
    return tuple(_entry(row) for row in reversed(found))


def entry(conn: Connection, chat_id: int, row_id: int) -> HistoryRow | None:
    """One entry of this very chat."""
    row = conn.execute(_ONE, {"chat": chat_id, "row": row_id, "most": 1}).first()
    return None if row is None else _entry(row)


def live_card(conn: Connection, chat_id: int) -> HistoryRow | None:
    """The card the conversation goes on in."""
    row = conn.execute(_CARD, {"chat": chat_id, "most": 1}).first()
    return None if row is None else _entry(row)


def replace_card(conn: Connection, chat_id: int) -> None:
    """A new card follows: the one before is history."""
    conn.execute(_REPLACE, {"chat": chat_id})


def _entry(row: Sequence[Any]) -> HistoryRow:
    return HistoryRow(row[0], row[1], row[2], from_json(row[3]), row[4])
