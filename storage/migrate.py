"""Brings a database to the schema this code expects, and tells whether it is there."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from storage.engines import is_lite, postgres_writer, sqlite_path, sqlite_writer
from storage.errors import StoreNotReady

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 7_310_001  # any number that nothing else locks by
_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = "alembic_version"
"""The table in which Alembic notes the schema."""


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
    found, head = revision_of(conn), revisions()[-1]
    if found is None:
        raise StoreNotReady("the database has no tables yet: migrate first")
    if found != head:
        raise StoreNotReady(
            f"the database has schema {found}, this program needs {head}: migrate, or update the program"
        )


def upgrade(conn: Connection, revision: str = "head") -> None:
    """Run the migrations up to this revision, in the connection's transaction; on SQLite with foreign keys off."""
    # To see that nothing is to be done, which is what nearly every start does, Alembic itself is not needed.
    from alembic import command

    command.upgrade(_config(conn), revision)


@lru_cache(maxsize=1)
def revisions() -> tuple[str, ...]:
    """The schemas from the first to the one this program needs: what the names of the migrations begin with."""
    return tuple(sorted(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*_*.py")))


def knows(revision: str) -> bool:
    """Say whether this program has the migrations that lead to this schema."""
    return revision in revisions()


def revision_of(conn: Connection) -> str | None:
    """The schema the database has; None when it has none."""
    if not inspect(conn).has_table(_VERSION):
        return None
    found: str | None = conn.execute(text(f"SELECT version_num FROM {_VERSION}")).scalar_one_or_none()  # noqa: S608
    return found


def _migrate_sqlite(url: str) -> None:
    path = sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(0o600)  # whatever the umask: SQLite gives its logs the same mode
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
    return revision_of(conn) == revisions()[-1]


def _config(conn: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = conn
    return config
