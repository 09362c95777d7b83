"""Channels that let nobody be written to for long after their last word: whose chats are shut until they write."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, update

from storage.schema import chats

_CLOSE = (
    update(chats)
    .where(
        chats.c.channel == bindparam("of_channel"),
        chats.c.kind == "private",
        chats.c.blocked_at.is_(None),
        chats.c.last_used_at < bindparam("before"),
    )
    .values(blocked_at=bindparam("at"))
)


def close_windows(conn: Connection, channel: str, before: int, at: int) -> int:
    """Note that nothing can be sent to the channel's chats that were not used since ``before``, until they are used
    again; returns how many."""
    return conn.execute(_CLOSE, {"of_channel": channel, "before": before, "at": at}).rowcount
