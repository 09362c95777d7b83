"""Passes: each opens one thing to one person for a while: a chat to link, a page to hand in files or to fetch one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from storage.dialect import from_json, to_json
from storage.rows import NewPass, PassRow
from storage.schema import passes

_ADD = insert(passes).returning(passes.c.id)
_COLUMNS = (
    passes.c.id,
    passes.c.kind,
    passes.c.person_id,
    passes.c.subject,
    passes.c.issued_at,
    passes.c.expires_at,
    passes.c.used_at,
)
_BY_HASH: Select[Any] = select(*_COLUMNS).where(
    passes.c.code_hash == bindparam("hash"), passes.c.kind == bindparam("asked")
)
_LIVE = (passes.c.used_at.is_(None), passes.c.expires_at > bindparam("at"))
_USE = update(passes).where(passes.c.id == bindparam("pass_id"), *_LIVE).values(used_at=bindparam("at"))
_END = (
    update(passes)
    .where(passes.c.person_id == bindparam("person"), passes.c.kind == bindparam("asked"), passes.c.used_at.is_(None))
    .values(used_at=bindparam("at"))
)


def add_pass(conn: Connection, new: NewPass) -> int:
    """Store a pass and return its id; IntegrityError for a code that was stored before."""
    row = {
        "code_hash": new.code_hash,
        "kind": new.kind,
        "person_id": new.person_id,
        "subject": to_json(new.subject),
        "issued_at": new.issued_at,
        "expires_at": new.expires_at,
    }
    return int(conn.execute(_ADD, row).scalar_one())


def find_pass(conn: Connection, kind: str, code_hash: str) -> PassRow | None:
    """The pass of this kind with this code, usable or not; locks nothing: `use_pass` decides."""
    row = conn.execute(_BY_HASH, {"hash": code_hash, "asked": kind}).first()
    return None if row is None else _row(row)


def use_pass(conn: Connection, pass_id: int, at: int) -> bool:
    """Use the pass up; False when it was used or its time is over."""
    return conn.execute(_USE, {"pass_id": pass_id, "at": at}).rowcount == 1


def end_passes(conn: Connection, person_id: int, kind: str, at: int) -> int:
    """Make the person's unused passes of a kind unusable; return how many."""
    return conn.execute(_END, {"person": person_id, "asked": kind, "at": at}).rowcount


def _row(row: Any) -> PassRow:
    values = list(row)
    values[3] = from_json(values[3])
    return PassRow(*values)
