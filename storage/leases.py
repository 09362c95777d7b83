"""The leases of outbox rows that senders have claimed: what becomes of those whose sender died or stopped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, or_, select, update

from storage.outbox_rows import QUEUED
from storage.schema import chats, outbox

_LEASED: ColumnElement[bool] = and_(QUEUED, outbox.c.owner.is_not(None))
_OVER: ColumnElement[bool] = and_(_LEASED, outbox.c.not_before <= bindparam("now"))
_MAY_REPEAT: ColumnElement[bool] = or_(outbox.c.lane == "reply", outbox.c.kind == "card")

_HOLDERS = select(outbox.c.owner).where(_LEASED).distinct()
_NEWER = outbox.alias("newer")
_OUTDATED = (
    update(outbox)
    .where(
        _OVER,
        outbox.c.kind == "card",
        exists().where(
            _NEWER.c.chat_id == outbox.c.chat_id,
            _NEWER.c.kind == "card",
            _NEWER.c.id > outbox.c.id,
        ),
    )
    .values(state="replaced", owner=None, settled_at=bindparam("now"))
)
_REQUEUE = update(outbox).where(_OVER, _MAY_REPEAT).values(owner=None, not_before=0)
_DOUBT = update(outbox).where(_OVER).values(state="uncertain", settled_at=bindparam("now")).returning(outbox.c.id)
_EXPIRE = (
    update(outbox)
    .where(
        QUEUED,
        outbox.c.owner.in_(bindparam("owners", expanding=True)),
        outbox.c.chat_id.in_(select(chats.c.id).where(chats.c.channel.in_(bindparam("channels", expanding=True)))),
    )
    .values(not_before=bindparam("now"))
)


def sweep(conn: Connection, now: int) -> tuple[int, ...]:
    """Deal with rows whose lease ran out, whose sender died between sending and settling.

    Replies and cards may be repeated and go back to the queue, but for a card that a newer one followed: sent again it
    would stand below that one and ask an old question. Notices become uncertain: their ids are returned.
    """
    conn.execute(_OUTDATED, {"now": now})
    conn.execute(_REQUEUE, {"now": now})
    return tuple(conn.execute(_DOUBT, {"now": now}).scalars())


def holders(conn: Connection) -> frozenset[str]:
    """The owners who hold a lease on anything now."""
    return frozenset(conn.execute(_HOLDERS).scalars())


def expire(conn: Connection, owners: Iterable[str], channels: Sequence[str], now: int) -> int:
    """End the leases that owners known to be dead hold on rows of these channels; return how many.

    The next sweep deals with the rows, instead of a minute later.
    """
    return conn.execute(_EXPIRE, {"owners": list(owners), "channels": list(channels), "now": now}).rowcount
