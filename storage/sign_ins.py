"""One-time links: each opens one person's own page, once, within minutes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from storage.rows import NewSignIn, SignInRow
from storage.schema import people, sign_ins

_ADD = insert(sign_ins).returning(sign_ins.c.id)
_BY_HASH: Select[Any] = (
    select(sign_ins.c.id, sign_ins.c.person_id, people.c.name, sign_ins.c.expires_at, sign_ins.c.used_at)
    .select_from(sign_ins.join(people, people.c.id == sign_ins.c.person_id))
    .where(sign_ins.c.code_hash == bindparam("hash"))
)
_USE = (
    update(sign_ins)
    .where(sign_ins.c.id == bindparam("sign_in"), sign_ins.c.used_at.is_(None), sign_ins.c.expires_at > bindparam("at"))
    .values(used_at=bindparam("at"))
)


def add_sign_in(conn: Connection, sign_in: NewSignIn) -> int:
    """Store a link and return its id."""
    return int(conn.execute(_ADD, asdict(sign_in)).scalar_one())


def find_sign_in(conn: Connection, code_hash: str) -> SignInRow | None:
    """The link with this code, usable or not; locks nothing: `use_sign_in` decides."""
    row = conn.execute(_BY_HASH, {"hash": code_hash}).first()
    return None if row is None else SignInRow(*row)


def use_sign_in(conn: Connection, sign_in_id: int, at: int) -> bool:
    """Use the link up; False when it was used or its time is over."""
    return conn.execute(_USE, {"sign_in": sign_in_id, "at": at}).rowcount == 1
