"""The updates that failed by a bug, as they are kept."""

from __future__ import annotations

from sqlalchemy import Connection, select

from storage.rows import PoisonRow
from storage.schema import updates


def set_aside(conn: Connection) -> tuple[PoisonRow, ...]:
    """Each of them, the newest first."""
    columns = (updates.c.channel, updates.c.bot, updates.c.key, updates.c.at, updates.c.error, updates.c.raw)
    kept = select(*columns).where(updates.c.state == "poison").order_by(updates.c.at.desc())
    return tuple(PoisonRow(*row) for row in conn.execute(kept))
