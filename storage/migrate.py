"""Brings a database to the schema this code expects, and tells whether it is there."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.engines import is_lite, postgres_writer, sqlite_path, sqlite_writer
from storage.errors import StoreNotReady

_LOCK = 7_310_001  # any number that nothing else locks by


async def migrate(url: str) -> None:
    """Bring the database to the newest schema in one transaction; an SQLite file and its folder are made when missing.

    Processes that migrate at the same time wait for each other.
    """
    if is_lite(url):
        await asyncio.to_thread(_migrate_sqlite, url)
        return
    engine = postgres_writer(url, 1)
    try:
        async with engine.begin() as conn:
            await conn.run_sync(_migrate_postgres)
    finally:
        await engine.dispose()


async def is_current(url: str) -> bool:
    """Say whether the database has the newest schema; an SQLite file that is missing has not, and is not made."""
    if is_lite(url):
        return await asyncio.to_thread(_is_current_sqlite, url)
    engine = postgres_writer(url, 1)
    try:
        async with engine.connect() as conn:
            return await conn.run_sync(is_at_head)
    finally:
        await engine.dispose()


def require_current(conn: Connection) -> None:
    """Raise StoreNotReady unless the database has the schema this code expects."""
    found, head = revision_of(conn), _head()
    if found is None:
        raise StoreNotReady("the database has no tables yet: migrate first")
    if found != head:
        raise StoreNotReady(
            f"the database has schema {found}, this program needs {head}: migrate, or update the program"
        )


def upgrade(conn: Connection, revision: str = "head") -> None:
    """Run the migrations up to this revision, in the connection's transaction; on SQLite with foreign keys off."""
    command.upgrade(_config(conn), revision)


def knows(revision: str) -> bool:
    """Say whether this program has the migrations that lead to this schema."""
    return any(one.revision == revision for one in ScriptDirectory.from_config(_config(None)).walk_revisions())


def revision_of(conn: Connection) -> str | None:
    """The schema the database has; None when it has none."""
    return MigrationContext.configure(conn).get_current_revision()


def _migrate_sqlite(url: str) -> None:
    sqlite_path(url).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlite_writer(url, "foreign_keys=OFF")  # rebuilding a table would delete the rows that refer to it
    try:
        with engine.begin() as conn:
            upgrade(conn)
            broken = conn.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise StoreNotReady(f"the migration was rolled back, it would break references: {broken[:5]}")
    finally:
        engine.dispose()


def _migrate_postgres(conn: Connection) -> None:
    conn.exec_driver_sql("SET LOCAL lock_timeout = 0")
    conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    upgrade(conn)


def _is_current_sqlite(url: str) -> bool:
    if not sqlite_path(url).exists():
        return False
    engine = sqlite_writer(url)
    try:
        with engine.connect() as conn:
            return is_at_head(conn)
    finally:
        engine.dispose()


def is_at_head(conn: Connection) -> bool:
    """Say whether the database has the newest schema."""
    return revision_of(conn) == _head()


@lru_cache(maxsize=1)
def _head() -> str | None:
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _config(conn: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    return config
