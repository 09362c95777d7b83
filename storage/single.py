"""Only one of us: one process per SQLite file; on PostgreSQL one leader, and a sign of life of each replica."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from zlib import crc32

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.engines import is_lite, postgres_writer, sqlite_path
from storage.errors import DatabaseInUse

# Any numbers that nothing else locks by: one lock to lead by, and a class of locks, one for each life.
_LEADER = 7_310_002
_LIVES = 7_310_003

_TRY_TO_LEAD = text(f"SELECT pg_try_advisory_lock({_LEADER})")
_LIVE = text(f"SELECT pg_advisory_lock_shared({_LIVES}, :life)")  # shared: never waits, even if two names look alike
LIVING = text(f"""
    SELECT DISTINCT CAST(objid AS BIGINT) FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND classid = {_LIVES} AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")  # noqa: S608 - nothing but a number of ours


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


def holder(url: str) -> int | None:
    """The process that holds the SQLite file, asked without touching the lock; None when nobody does, or nobody knows.

    The kernel names processes as this one's own container sees them: 0 is one outside of it.
    """
    path = sqlite_path(url)
    path = path.with_name(path.name + ".lock")
    try:
        node, locks = path.stat().st_ino, Path("/proc/locks").read_text(encoding="ascii")
    except OSError:
        return None
    for line in locks.splitlines():
        words = line.split()
        if words[1:2] == ["FLOCK"] and words[3] == "WRITE" and words[5].endswith(f":{node}"):
            return int(words[4])
    return None


class Membership:
    """This process among those that work on the database: they see that it lives, and one of them leads.

    On PostgreSQL both are locks of one connection, which the server lets go of when the process dies. On SQLite there
    is nobody else: whoever runs leads, and every other owner is dead (`hold_database`).
    """

    def __init__(self, engine: AsyncEngine | None, owner: str) -> None:
        """``engine`` is for these locks alone; None on SQLite. ``owner`` is the name this process claims rows by."""
        self._engine = engine
        self._owner = owner
        self._conn: AsyncConnection | None = None
        self._leads = engine is None

    async def leads(self) -> bool:
        """Say whether this process leads now, taking the lead when it is free. Ask before each piece of work.

        A process whose connection was cut joins the others again here.
        """
        if self._engine is None:
            return True
        try:
            if self._conn is None:
                self._conn = await self._enter(self._engine)
            if self._leads:
                await self._conn.execute(text("SELECT 1"))  # a lock lives as long as the connection
            else:
                self._leads = bool((await self._conn.execute(_TRY_TO_LEAD)).scalar())
        except (DBAPIError, OSError):
            await self._let_go()
        return self._leads

    async def dead(self, owners: Iterable[str]) -> frozenset[str]:
        """Those of the owners whose process has ended, or is cut off from the database; none when nobody can say."""
        others = frozenset(owners) - {self._owner}
        if self._engine is None or not others:
            return others
        if self._conn is None:
            return frozenset()
        try:
            living = frozenset((await self._conn.execute(LIVING)).scalars())
        except (DBAPIError, OSError):
            await self._let_go()
            return frozenset()
        if _life(self._owner) not in living:  # something between us and the server shares out its sessions
            return frozenset()
        return frozenset(owner for owner in others if _life(owner) not in living)

    async def _enter(self, engine: AsyncEngine) -> AsyncConnection:
        conn = await engine.connect()
        try:
            await conn.execution_options(isolation_level="AUTOCOMMIT")
            await conn.execute(_LIVE, {"life": _life(self._owner)})
        except BaseException:
            await conn.close()
            raise
        return conn

    async def _let_go(self) -> None:
        self._leads = False
        conn, self._conn = self._conn, None
        if conn is not None:
            with suppress(DBAPIError, OSError):
                await conn.invalidate()
                await conn.close()

    async def close(self) -> None:
        """Leave: the lead is free, and this process does not live any more."""
        if self._engine is not None:
            await self._let_go()
            await self._engine.dispose()


def _life(owner: str) -> int:
    """The number of the lock that says that this owner lives."""
    return crc32(owner.encode()) & 0x7FFF_FFFF


async def join(url: str, owner: str) -> Membership:
    """Live among the others under the name that rows are claimed by, before any is; close it at the end."""
    membership = Membership(None if is_lite(url) else postgres_writer(url, 1), owner)
    await membership.leads()
    return membership
