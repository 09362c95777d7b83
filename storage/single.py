"""Only one of us: one process per SQLite file, one leader among the replicas on PostgreSQL."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.engines import is_lite, postgres_writer, sqlite_path
from storage.errors import DatabaseInUse

_LEADER = 7_310_002  # any number that nothing else locks by


@contextmanager
def hold_database(url: str) -> Iterator[None]:
    """Hold the SQLite file for this process alone; DatabaseInUse names the process that has it. Free on PostgreSQL.

    The lock is the kernel's: it ends with the process, however that ends. The lock file stays.
    """
    if not is_lite(url):
        yield
        return
    path = sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, path)
        yield
    finally:
        os.close(handle)


def _take(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        written = os.pread(handle, 20, 0).strip()
        raise DatabaseInUse(str(path), int(written) if written.isdigit() else None) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)


class Leadership:
    """Whether this process is the one that does the clock's and the bulk work; always, on SQLite."""

    def __init__(self, engine: AsyncEngine | None) -> None:
        """``engine`` is for this lock alone; None when there is nobody to compete with."""
        self._engine = engine
        self._conn: AsyncConnection | None = None

    async def held(self) -> bool:
        """Say whether this process leads now, taking the lead when it is free. Ask before each piece of work."""
        if self._engine is None:
            return True
        try:
            if self._conn is not None:
                await self._conn.execute(text("SELECT 1"))  # the lock lives as long as the connection
                return True
            return await self._take()
        except (DBAPIError, OSError):
            await self._let_go()
            return False

    async def _take(self) -> bool:
        assert self._engine is not None  # noqa: S101 - asked by held()
        conn = await self._engine.connect()
        try:
            await conn.execution_options(isolation_level="AUTOCOMMIT")
            if (await conn.execute(text(f"SELECT pg_try_advisory_lock({_LEADER})"))).scalar():
                self._conn = conn
                return True
        finally:
            if self._conn is None:
                await conn.close()
        return False

    async def _let_go(self) -> None:
        conn, self._conn = self._conn, None
        if conn is not None:
            with suppress(DBAPIError, OSError):
                await conn.invalidate()
                await conn.close()

    async def close(self) -> None:
        """Give the lead up."""
        await self._let_go()
        if self._engine is not None:
            await self._engine.dispose()


async def try_lead(url: str) -> Leadership:
    """Compete for the lead and return where to ask whether it is ours; close it at the end."""
    leadership = Leadership(None if is_lite(url) else postgres_writer(url, 1))
    await leadership.held()
    return leadership
