"""Marks: what the office itself remembers under a name, such as when the last backup was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from storage.dialect import PerDialect, from_json, to_json
from storage.rows import JsonObject
from storage.schema import marks


@dataclass(frozen=True, slots=True)
class MarkRow:
    """What stands under a name, and since when."""

    name: str
    at: int
    body: JsonObject


_PUT = PerDialect(
    marks,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["name"], set_={"at": insert.excluded.at, "body": insert.excluded.body}
    ),
)
_MARK: Select[Any] = select(marks.c.name, marks.c.at, marks.c.body).where(marks.c.name == bindparam("wanted"))


def put_mark(conn: Connection, name: str, at: int, body: JsonObject) -> None:
    """Remember this under the name, in place of what stood there."""
    conn.execute(_PUT(conn), {"name": name, "at": at, "body": to_json(body)})


def mark(conn: Connection, name: str) -> MarkRow | None:
    """What stands under the name."""
    row = conn.execute(_MARK, {"wanted": name}).first()
    return MarkRow(row[0], row[1], from_json(row[2])) if row is not None else None
