"""Credentials that a platform changes by itself: what stands under a name, and who is renewing it just now."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, or_, select, update

from storage.dialect import PerDialect
from storage.schema import credentials

_FIRST = PerDialect(
    credentials,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["name"],
        set_={"body": insert.excluded.body, "at": insert.excluded.at},
        where=credentials.c.body == "",
    ),
)
_SWAP = (
    update(credentials)
    .where(credentials.c.name == bindparam("wanted"), credentials.c.body == bindparam("before"))
    .values(body=bindparam("after"), at=bindparam("now"))
)
_LOAD = select(credentials.c.body).where(credentials.c.name == bindparam("wanted"))
_HOLD = PerDialect(
    credentials,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["name"],
        set_={"held_by": insert.excluded.held_by, "held_until": insert.excluded.held_until},
        where=or_(
            credentials.c.held_by.is_(None),
            credentials.c.held_by == insert.excluded.held_by,
            credentials.c.held_until <= bindparam("now"),
        ),
    ),
)
_RELEASE = (
    update(credentials)
    .where(credentials.c.name == bindparam("wanted"), credentials.c.held_by == bindparam("me"))
    .values(held_by=None, held_until=None)
)


def load(conn: Connection, name: str) -> str | None:
    """What stands under the name; None where nothing was ever saved."""
    return conn.execute(_LOAD, {"wanted": name}).scalar() or None


def swap(conn: Connection, name: str, before: str | None, body: str, at: int) -> bool:
    """Put this in the place of `before` (None for nothing); False when something else stands there, which stays."""
    if before is None:
        row = {"name": name, "body": body, "at": at, "held_by": None, "held_until": None}
        return conn.execute(_FIRST(conn), row).rowcount == 1
    return conn.execute(_SWAP, {"wanted": name, "before": before, "after": body, "now": at}).rowcount == 1


def hold(conn: Connection, name: str, owner: str, until: int, now: int) -> bool:
    """Let this owner alone renew what stands under the name, until then at the latest; False while another does."""
    row = {"name": name, "body": "", "at": now, "held_by": owner, "held_until": until, "now": now}
    return conn.execute(_HOLD(conn), row).rowcount == 1


def release(conn: Connection, name: str, owner: str) -> None:
    """Let others renew it; nothing happens when this owner does not hold it any more."""
    conn.execute(_RELEASE, {"wanted": name, "me": owner})
