"""Which platform updates were seen: the key and its effects commit together."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select

from storage.dialect import PerDialect
from storage.schema import updates

_NOTE = PerDialect(updates, lambda insert: insert.on_conflict_do_nothing(index_elements=["channel", "bot", "key"]))
_POISON = PerDialect(
    updates,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["channel", "bot", "key"],
        set_={name: insert.excluded[name] for name in ("at", "state", "error", "raw")},
    ),
)
_FORGET = delete(updates).where(updates.c.at < bindparam("before"))
_HELD = (
    select(updates.c.key, updates.c.raw)
    .where(
        updates.c.channel == bindparam("of_channel"), updates.c.bot == bindparam("of_bot"), updates.c.state == "held"
    )
    .order_by(updates.c.at, updates.c.key)
)
_LET_GO = delete(updates).where(
    updates.c.channel == bindparam("of_channel"),
    updates.c.bot == bindparam("of_bot"),
    updates.c.key == bindparam("of_key"),
    updates.c.state == "held",
)


def note_update(conn: Connection, channel: str, bot: str, key: str, at: int) -> bool:
    """Store that this update is taken; False when it was stored before, by whoever: then it has had its effect."""
    row = {"channel": channel, "bot": bot, "key": key, "at": at, "state": "done", "error": None, "raw": None}
    return conn.execute(_NOTE(conn), row).rowcount == 1


def mark_poison(conn: Connection, channel: str, bot: str, key: str, at: int, error: str, raw: str) -> None:
    """Set aside an update that fails by a bug, with its error and its raw text."""
    row = {"channel": channel, "bot": bot, "key": key, "at": at, "state": "poison", "error": error, "raw": raw}
    conn.execute(_POISON(conn), row)


def forget_updates(conn: Connection, before: int) -> int:
    """Drop the keys older than ``before``, which no platform repeats any more; return how many."""
    return conn.execute(_FORGET, {"before": before}).rowcount


def hold(conn: Connection, channel: str, bot: str, key: str, at: int, raw: str) -> None:
    """Keep an update as it came, to be taken later; the same key again changes nothing."""
    row = {"channel": channel, "bot": bot, "key": key, "at": at, "state": "held", "error": None, "raw": raw}
    conn.execute(_NOTE(conn), row)


def held(conn: Connection, channel: str, bot: str) -> tuple[tuple[str, str], ...]:
    """The updates that wait to be taken, with their raw text, in the order in which they were kept."""
    rows = conn.execute(_HELD, {"of_channel": channel, "of_bot": bot})
    return tuple((key, raw or "") for key, raw in rows)


def let_go(conn: Connection, channel: str, bot: str, key: str) -> None:
    """Drop a held update: it was taken under its own key, or set aside."""
    conn.execute(_LET_GO, {"of_channel": channel, "of_bot": bot, "of_key": key})
