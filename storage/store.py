"""Runs units of work: one queue, and behind it the writers, of which SQLite has one and PostgreSQL several.

A unit is a plain function ``unit(conn, *args)``: no await, no effect outside ``conn``, and it may run twice. On SQLite
whatever queued up while the last commit ran is the next group: one transaction, one commit, then all are answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.direct import DirectConnection
from storage.engines import check_safety, is_lite, postgres_writer, reader, sqlite_path, sqlite_writer
from storage.errors import StoreFailed, StoreNotReady, StoreUnavailable
from storage.faults import is_database_error, is_outage
from storage.migrate import require_current

P = ParamSpec("P")
T = TypeVar("T")
Call = Callable[..., Awaitable[Any]]
"""Runs ``fn(conn, *args)`` where a writer's connection lives."""

_QUEUE = 2000
_TRIES = 3
_PAUSES = (0.0, 0.05, 0.3)


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    unit: Callable[[Connection], Any]
    done: asyncio.Future[Any]

    def succeed(self, value: Any) -> None:
        if not self.done.done():  # the caller may have been cancelled: what is stored stays stored
            self.done.set_result(value)

    def fail(self, error: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(repr(error)) if isinstance(error, StopIteration) else error)


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


class Store:
    """The database of one process."""

    def __init__(self, url: str, *, writers: int | None = None, limit: int | None = None) -> None:
        """``writers`` connections each run groups of at most ``limit`` units; by default 1 × 64 on SQLite, else 10 × 1.

        Several writers with groups on PostgreSQL would lock each other out.
        """
        self.url = url
        self.lite = is_lite(url)
        self.failed = asyncio.Event()
        self._writers = 1 if self.lite else writers or 10
        self._limit = limit or (64 if self.lite else 1)
        self._queue: asyncio.Queue[_Job] = asyncio.Queue(_QUEUE)
        self._pool: ThreadPoolExecutor | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._reads: set[asyncio.Task[Any]] = set()
        self._closed = True
        self._fault: BaseException | None = None
        self._engine: Engine | AsyncEngine | None = None
        self._reader: AsyncEngine | None = None

    async def open(self) -> None:
        """Connect, check that the database is safe and its schema current; StoreNotReady says what to do if not."""
        if self.lite and not sqlite_path(self.url).exists():
            raise StoreNotReady(f"{sqlite_path(self.url)} does not exist: migrate first")
        self._pool = ThreadPoolExecutor(1, "store-writer") if self.lite else None
        self._engine = sqlite_writer(self.url) if self.lite else postgres_writer(self.url, self._writers)
        self._reader = reader(self.url)
        self._closed = False
        calls: list[Call] = []
        try:
            for _ in range(self._writers):
                calls.append(await self._connect())  # noqa: PERF401 - those that are open are closed when one fails
            await calls[0](_check)
        except BaseException as error:
            for call in calls:
                await call(Connection.close)
            await self.close()
            if isinstance(error, Exception) and is_database_error(error):
                raise StoreNotReady(f"the database cannot be reached: {error}") from error
            raise
        self._tasks = [asyncio.create_task(self._write(call), name=f"writer {n}") for n, call in enumerate(calls)]

    async def _connect(self) -> Call:
        if isinstance(self._engine, AsyncEngine):
            return (await self._engine.connect()).run_sync
        assert self._engine is not None  # noqa: S101 - set by open()
        loop, pool = asyncio.get_running_loop(), self._pool
        conn = await loop.run_in_executor(pool, DirectConnection, self._engine)
        return lambda fn, *args: loop.run_in_executor(pool, fn, conn, *args)

    async def run(self, unit: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit in a transaction and return its value once it is committed.

        Raises what the unit raises (then nothing of it is stored), StoreUnavailable when the database failed three
        times, StoreFailed when this store does not work any more. Cancelling the caller never cancels the unit.
        """
        if self._fault is not None or self._closed:
            raise StoreFailed("the store is closed" if self._fault is None else f"a writer died: {self._fault!r}")
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        await self._queue.put(_Job(lambda conn: unit(conn, *args, **kwargs), done))
        return await done

    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function that only reads, beside the writers, on one state of the database; what it writes fails.

        Cancelling the caller never cancels the read: a connection that is given up while it is made may never close.
        """
        if self._reader is None:
            raise StoreFailed("the store is closed")
        task = asyncio.create_task(self._read(self._reader, lambda conn: fn(conn, *args, **kwargs)))
        self._reads.add(task)
        task.add_done_callback(self._reads.discard)
        return await asyncio.shield(task)

    async def _read(self, reader: AsyncEngine, fn: Callable[[Connection], T]) -> T:
        try:
            async with reader.connect() as conn:
                return await conn.run_sync(fn)
        except Exception as error:
            if is_outage(error):
                raise StoreUnavailable(str(error)) from error
            raise

    async def close(self) -> None:
        """Take no more units, finish those taken, let go of the database. May be called again."""
        self._closed = True
        if self._tasks:
            await self._queue.join()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._reads, return_exceptions=True)
        self._tasks = []
        if self._pool is not None:
            await asyncio.to_thread(self._pool.shutdown)
        for engine in (self._engine, self._reader):
            if isinstance(engine, AsyncEngine):
                await engine.dispose()
            elif engine is not None:
                engine.dispose()
        self._engine = self._reader = None

    async def _write(self, call: Call) -> None:
        jobs: list[_Job] = []
        try:
            while self._fault is None:
                jobs = [await self._queue.get()]
                while len(jobs) < self._limit and not self._queue.empty():
                    jobs.append(self._queue.get_nowait())
                await self._together(call, jobs)
                self._forget(jobs)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it is, callers must hear of it and the process must stop
            self._fault = error
        finally:
            with suppress(DBAPIError, OSError):
                await call(Connection.close)
        self.failed.set()
        await self._refuse(jobs)

    def _forget(self, jobs: list[_Job]) -> None:
        for _ in jobs:
            self._queue.task_done()
        jobs.clear()

    async def _refuse(self, jobs: list[_Job]) -> None:
        """Tell everybody who waits, or comes later, that there is no writer any more."""
        while True:
            for job in jobs:
                job.fail(StoreFailed(f"a writer died: {self._fault!r}"))
            self._forget(jobs)
            jobs = [await self._queue.get()]

    async def _together(self, call: Call, jobs: list[_Job]) -> None:
        outcome = await call(_run_all, jobs)
        if not isinstance(outcome, _Failed):
            for job, value in zip(jobs, outcome, strict=True):
                job.succeed(value)
        elif len(jobs) == 1:
            await self._alone(call, jobs[0], outcome, _TRIES)
        else:
            tries = _TRIES
            for job in jobs:  # one failed and all were rolled back: each gets a transaction of its own
                if await self._alone(call, job, None, tries):
                    tries = 1  # the database is out: do not let each of the others wait as long again

    async def _alone(self, call: Call, job: _Job, outcome: Any, tries: int) -> bool:
        """Run one job, again after database errors (lost connection, deadlock, a key taken in between).

        Returns True when the database was out to the end.
        """
        for tried in range(tries):
            if outcome is None:
                outcome = await call(_run_all, [job])
            if not isinstance(outcome, _Failed):
                job.succeed(outcome[0])
                return False
            if not is_database_error(outcome.error) or tried == tries - 1:
                break
            if is_outage(outcome.error):
                await call(_renew)
                await asyncio.sleep(_PAUSES[tried])
            outcome = None
        error = outcome.error
        if not is_outage(error):
            job.fail(error)
            return False
        unavailable = StoreUnavailable(str(error))
        unavailable.__cause__ = error
        job.fail(unavailable)
        return True


def _check(conn: Connection) -> None:
    with conn.begin():
        check_safety(conn)
        require_current(conn)


def _run_all(conn: Connection, jobs: list[_Job]) -> list[Any] | _Failed:
    try:
        with conn.begin():
            return [job.unit(conn) for job in jobs]
    except Exception as error:  # noqa: BLE001 - handed to whoever asked for the unit
        return _Failed(error)


def _renew(conn: Connection) -> None:
    """Drop the connection beneath; the next transaction opens a new one."""
    if not conn.invalidated:
        conn.invalidate()
