"""Every row of every table, read on one state of the database and spelled alike whichever database it is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.dialect import is_sqlite
from storage.engines import is_lite, reader, sqlite_path
from storage.errors import StoreNotReady, StoreUnavailable
from storage.faults import is_database_error, is_outage
from storage.migrate import require_current
from storage.schema import metadata

T = TypeVar("T")
CHUNK = 1 << 20
"""About how many bytes of rows are held at a time."""
_BATCH = 500
_SPELL = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_LAST_LITE = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
_LAST_PG = text("SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(:name, 'id') AS regclass))")


@dataclass(frozen=True, slots=True)
class TableDump:
    """A table as it was dumped: its columns in the order of the values, its rows, the last id it ever gave."""

    name: str
    columns: tuple[str, ...]
    rows: int
    last_id: int | None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a table as JSON Lines: each an array of values in the order of the columns."""

    data: bytes
    rows: int


async def on_one_state(url: str, fn: Callable[[Connection], T]) -> T:
    """Run a function that reads everything on one state of the database, beside whoever writes, waiting for nobody.

    Raises StoreNotReady when there is no such database of this schema, StoreUnavailable when it fails meanwhile.
    """
    if is_lite(url) and not sqlite_path(url).exists():
        raise StoreNotReady(f"{sqlite_path(url)} does not exist: migrate first")
    engine = reader(url, 1)
    try:
        async with reached(engine) as conn:
            await conn.run_sync(require_current)
            return await conn.run_sync(fn)
    except DBAPIError as error:
        if is_outage(error):
            raise StoreUnavailable(str(error)) from error
        raise
    finally:
        await engine.dispose()


@asynccontextmanager
async def reached(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection; StoreNotReady when the database cannot be reached."""
    try:
        conn = await engine.connect()
    except Exception as error:
        if is_database_error(error):
            raise StoreNotReady(f"the database cannot be reached: {error}") from error
        raise
    async with aclosing(conn):
        yield conn


def tables_of(conn: Connection) -> tuple[TableDump, ...]:
    """Every table, each after those that its rows refer to."""
    return tuple(
        TableDump(
            table.name,
            tuple(column.name for column in table.columns),
            int(conn.execute(select(func.count()).select_from(table)).scalar_one()),
            _last_id(conn, table),
        )
        for table in metadata.sorted_tables
    )


def chunks_of(conn: Connection, name: str) -> Iterator[Chunk]:
    """The rows of a table in the order of its key, some at a time."""
    table = metadata.tables[name]
    lines: list[bytes] = []
    size = 0
    rows = conn.execution_options(yield_per=_BATCH).execute(select(table).order_by(*table.primary_key.columns))
    for row in rows:
        lines.append(_SPELL.encode(list(row)).encode())
        size += len(lines[-1])
        if size >= CHUNK:
            yield _chunk(lines)
            lines, size = [], 0
    if lines:
        yield _chunk(lines)


def _chunk(lines: list[bytes]) -> Chunk:
    return Chunk(b"\n".join(lines) + b"\n", len(lines))


def counts_up(table: Table) -> bool:
    """Say whether the table gives its rows ids by itself."""
    return [column.name for column in table.primary_key.columns] == ["id"]


def _last_id(conn: Connection, table: Table) -> int | None:
    """The last id the table gave, even where its row is gone since; None where it gives none."""
    if not counts_up(table):
        return None
    highest = conn.execute(select(func.max(table.c.id))).scalar() or 0
    return max(int(highest), _given(conn, table.name))


def _given(conn: Connection, name: str) -> int:
    # on PostgreSQL a sequence is of now, not of the transaction: never less than what the rows say
    if not is_sqlite(conn):
        return int(conn.execute(_LAST_PG, {"name": name}).scalar() or 0)
    return int(conn.execute(_LAST_LITE, {"name": name}).scalar() or 0)
