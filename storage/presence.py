"""When people were here last, on whatever channel, or with a page open."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from storage.schema import chats
from storage.schema_doors import sessions

_USED = (
    select(chats.c.person_id, func.max(chats.c.last_used_at))
    .where(chats.c.person_id.is_not(None))
    .group_by(chats.c.person_id)
)
_OPEN = (
    select(chats.c.person_id, func.max(sessions.c.seen_at))
    .select_from(sessions.join(chats, chats.c.id == sessions.c.chat_id))
    .where(chats.c.person_id.is_not(None))
    .group_by(chats.c.person_id)
)


def last_here(conn: Connection) -> Mapping[int, int]:
    """The latest moment (epoch ms) of each person."""
    found: dict[int, int] = {}
    for query in (_USED, _OPEN):
        for person_id, at in conn.execute(query):
            found[person_id] = max(at, found.get(person_id, 0))
    return found
