"""Puts what was dumped into a new database of either kind, and settles what nobody can know after a restore."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, column, func, insert, inspect, select, table, text, update
from sqlalchemy.exc import DatabaseError, DBAPIError

from storage.dialect import is_sqlite
from storage.dump import TableDump, counts_up, reached
from storage.engines import is_lite, parse_url, postgres_writer, sqlite_path, sqlite_writer
from storage.errors import DatabaseInUse, StoreNotReady, StoreUnavailable
from storage.faults import is_outage
from storage.migrate import knows, upgrade
from storage.outbox import make_unsent_uncertain
from storage.schema import metadata, passes, sessions, sign_ins
from storage.single import join

T = TypeVar("T")
_OURS = (*metadata.tables, "alembic_version")
_BUILDING = ".restoring"
_BROKEN = (DatabaseError, sqlite3.Error)
"""What a file that is no database (any more) raises, in a statement or on connecting."""

_FORGET_LITE = text("DELETE FROM sqlite_sequence WHERE name = :name")
_COUNT_LITE = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)")
_COUNT_PG = text("SELECT setval(CAST(pg_get_serial_sequence(:name, 'id') AS regclass), :last)")
_END_SESSIONS = update(sessions).where(sessions.c.ended_at.is_(None), sessions.c.expires_at > bindparam("at"))
_END_LINKS = tuple(
    update(one).where(one.c.used_at.is_(None), one.c.expires_at > bindparam("at")) for one in (sign_ins, passes)
)


@dataclass(frozen=True, slots=True)
class Doubts:
    """What a restore had to settle: messages of which nobody knows whether they went out, sessions it ended."""

    uncertain: int
    sessions: int


def create(conn: Connection, revision: str) -> None:
    """Make the tables as they were when the dump was made; StoreNotReady when this program never knew them so."""
    if not knows(revision):
        raise StoreNotReady(f"the backup has schema {revision}, which this program does not know: update the program")
    upgrade(conn, revision)


def load_rows(conn: Connection, dumped: TableDump, rows: Sequence[Sequence[Any]]) -> None:
    """Put back rows of one table; tables come in the order in which they were dumped."""
    into = insert(table(dumped.name, *(column(name) for name in dumped.columns)))
    conn.execute(into, [dict(zip(dumped.columns, row, strict=True)) for row in rows])


def finish(conn: Connection, tables: Iterable[TableDump], at: int) -> Doubts:
    """Bring what was loaded to the newest schema, and settle what may have happened since it was dumped.

    Every message that had not gone out becomes uncertain, every session and one-time link ends. StoreNotReady when a
    row refers to one that is not there.
    """
    upgrade(conn)
    for dumped in tables:
        if dumped.last_id is not None:
            _count_on(conn, dumped.name, dumped.last_id)
    doubts = Doubts(
        make_unsent_uncertain(conn, at),
        conn.execute(_END_SESSIONS.values(ended_at=at), {"at": at}).rowcount,
    )
    for links in _END_LINKS:
        conn.execute(links.values(expires_at=at), {"at": at})
    if is_sqlite(conn) and (broken := conn.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise StoreNotReady(f"rows refer to others that are not there: {[tuple(row) for row in broken[:3]]}")
    return doubts


def _count_on(conn: Connection, name: str, last_id: int) -> None:
    """An id that was given once is never given again, even when its row is gone."""
    known = metadata.tables.get(name)
    if known is None or not counts_up(known):
        return
    last = max(last_id, conn.execute(select(func.max(known.c.id))).scalar() or 0)
    if not is_sqlite(conn):
        if last:
            conn.execute(_COUNT_PG, {"name": name, "last": last})
    elif known.dialect_options["sqlite"]["autoincrement"]:
        conn.execute(_FORGET_LITE, {"name": name})
        conn.execute(_COUNT_LITE, {"name": name, "last": last})


def _holds_rows(conn: Connection) -> bool:
    there = set(inspect(conn).get_table_names())
    return any(
        conn.execute(select(1).select_from(one).limit(1)).first() for one in metadata.sorted_tables if one.name in there
    )


async def is_empty(url: str) -> bool:
    """Say whether nothing would be lost: no database yet, or one without a row. A file that is none is not empty."""
    if is_lite(url):
        return await asyncio.to_thread(_is_empty_sqlite, url)
    engine = postgres_writer(url, 1)
    try:
        async with reached(engine) as conn:
            return not await conn.run_sync(_holds_rows)
    finally:
        await engine.dispose()


def _is_empty_sqlite(url: str) -> bool:
    path = sqlite_path(url)
    if not path.exists() or not path.stat().st_size:
        return True
    engine = sqlite_writer(url)
    try:
        with engine.connect() as conn:
            return not _holds_rows(conn)
    except _BROKEN:
        return False
    finally:
        engine.dispose()


async def replace_with(url: str, fill: Callable[[Connection], T], aside: str) -> tuple[T, str | None]:
    """Let ``fill`` make and load a new database, then put it in the place of what stands there, all or nothing.

    What stood there and held rows is kept under a name made of ``aside``, which is returned with what ``fill`` gave.
    Hold the SQLite file (`hold_database`) meanwhile. Raises DatabaseInUse when a service works on it.
    """
    try:
        if is_lite(url):
            return await asyncio.to_thread(_replace_sqlite, url, fill, aside)
        return await _replace_postgres(url, fill, aside)
    except DBAPIError as error:
        if is_outage(error):
            raise StoreUnavailable(str(error)) from error
        raise


def _replace_sqlite(url: str, fill: Callable[[Connection], T], aside: str) -> tuple[T, str | None]:
    path = sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_name(path.name + _BUILDING)
    _remove(building)
    try:
        made = _build(parse_url(url).set(database=str(building)).render_as_string(), fill)
        kept = _put_aside(url, path, path.with_name(f"{path.name}.{aside}.before-restore"))
        building.replace(path)
        _settle(path.parent)
        return made, kept
    finally:
        _remove(building)


def _build(url: str, fill: Callable[[Connection], T]) -> T:
    path = sqlite_path(url)
    path.touch(0o600)
    engine = sqlite_writer(url, "foreign_keys=OFF")  # checked once, at the end
    try:
        with engine.begin() as conn:
            made = fill(conn)
    finally:
        engine.dispose()
    if path.with_name(path.name + "-wal").exists():  # the last connection takes its log along, if the disk lets it
        raise StoreUnavailable(f"{path} could not be closed")
    return made


def _put_aside(url: str, path: Path, kept: Path) -> str | None:
    """Move the old file out of the way, or away when it holds nothing; what its log holds goes with it."""
    if not path.exists():
        return None
    if _is_empty_sqlite(url):
        _remove(path)
        return None
    for ending in ("", "-wal", "-shm"):  # a sound file has no log left: looking into it was the last connection's work
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(kept.with_name(kept.name + ending))
    with suppress(PermissionError):  # another account's
        kept.chmod(0o600)
    return str(kept)


def _settle(folder: Path) -> None:
    """Make the folder's own entries survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


async def _replace_postgres(url: str, fill: Callable[[Connection], T], aside: str) -> tuple[T, str | None]:
    engine = postgres_writer(url, 1)
    try:
        async with reached(engine) as conn:
            membership = await join(url, f"restore {aside}")
            try:
                if not await membership.leads():
                    raise DatabaseInUse(str(conn.engine.url.database), None)
                async with conn.begin():
                    kept = await conn.run_sync(_move_aside, f"before_restore_{aside}")
                    return await conn.run_sync(fill), kept
            finally:
                await membership.close()
    finally:
        await engine.dispose()


def _move_aside(conn: Connection, schema: str) -> str | None:
    """Move the old tables into a schema of their own, or away when they hold nothing."""
    there = [name for name in inspect(conn).get_table_names() if name in _OURS]
    if not _holds_rows(conn):
        if there:
            conn.execute(text(f"DROP TABLE {', '.join(there)} CASCADE"))
        return None
    schema = schema.replace("-", "_").lower()
    conn.execute(text(f"CREATE SCHEMA {schema}"))
    for name in there:
        conn.execute(text(f"ALTER TABLE {name} SET SCHEMA {schema}"))
    return schema
