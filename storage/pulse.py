"""Numbers that only grow, for pages that only want to know whether to look again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, literal_column, select

from storage.schema import assessments, chats, outbox, roles, streams

_PULSE = select(func.coalesce(func.sum(streams.c.seq), 0))
_SAID = (
    select(func.max(outbox.c.id))
    .where(
        outbox.c.chat_id == chats.c.id, literal_column("outbox.state IN ('kept', 'replaced')")
    )  # the partial index's
    .correlate(chats)
    .scalar_subquery()
)
_UNITS = select(roles.c.unit_id).where(roles.c.person_id == chats.c.person_id).correlate(chats)  # those given up too
_FACTS = (
    select(func.sum(streams.c.seq))
    .where(streams.c.name.in_(select(assessments.c.stream).where(assessments.c.unit_id.in_(_UNITS)).correlate(chats)))
    .correlate(chats)
    .scalar_subquery()
)
_PULSES: Select[Any] = select(chats.c.id, func.coalesce(_SAID, 0), func.coalesce(_FACTS, 0)).where(
    chats.c.id.in_(bindparam("chats", expanding=True))
)

_SETTLED = select(func.count()).where(outbox.c.mailing_id == bindparam("mailing"), outbox.c.settled_at.is_not(None))


def pulse(conn: Connection) -> int:
    """How many facts the ledger holds, over all streams; reads one short row per stream."""
    return int(conn.execute(_PULSE).scalar_one())


def pulses(conn: Connection, chat_ids: Collection[int]) -> tuple[tuple[int, int], ...]:
    """For each of these chats a number that grows with every entry in it and with every fact about the units its
    person has (or had) a role in; a few index look-ups per chat, whatever the tables hold."""
    found = conn.execute(_PULSES, {"chats": tuple(chat_ids)}) if chat_ids else ()
    return tuple((int(row[0]), int(row[1]) + int(row[2])) for row in found)


def settled(conn: Connection, mailing_id: int) -> int:
    """Of how many messages of a mailing it is known what became of them; together with `pulse` it only grows."""
    return int(conn.execute(_SETTLED, {"mailing": mailing_id}).scalar_one())
