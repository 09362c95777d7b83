"""What a database tells about itself: whether it is safe, whole and current, how large, and what waits in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, bindparam, func, not_, select, text, union_all
from sqlalchemy.exc import DatabaseError

from storage import outbox
from storage.dialect import is_sqlite
from storage.engines import check_safety, is_lite, postgres_writer, reader, sqlite_path, sqlite_writer
from storage.errors import StoreNotReady, StoreUnavailable
from storage.faults import is_database_error
from storage.marks import MarkRow, mark
from storage.migrate import is_at_head, knows, revision_of
from storage.progress import assessment_rows
from storage.pulse import pulse
from storage.rows import OutboxCount, PoisonRow
from storage.schema import cycles, ledger, updates
from storage.single import LIVING

BACKUP = "backup"
"""The mark under which stands when the last backup was made."""
ALARM_KEYS = "alarm:"
"""What the keys of alarms begin with: an alarm that fails by a bug must not raise the next."""

Answer = TypeVar("Answer")
_MOST_DAMAGE = 5
_POISON = (updates.c.state == text("'poison'"), not_(updates.c.key.startswith(ALARM_KEYS, autoescape=True)))
_POISON_COUNT = select(func.count(updates.c.at), func.max(updates.c.at)).where(*_POISON)
_POISON_NEWEST = (
    select(updates.c.channel, updates.c.bot, updates.c.key, updates.c.at, updates.c.error, updates.c.raw)
    .where(*_POISON)
    .order_by(updates.c.at.desc())
    .limit(bindparam("most"))
)
_NEWEST = union_all(select(func.max(ledger.c.at).label("at")), select(func.max(updates.c.at))).subquery()
_NEWEST_AT = select(func.max(_NEWEST.c.at))
_OPEN_CYCLE: Select[Any] = select(cycles.c.id).where(cycles.c.closed_at.is_(None)).order_by(cycles.c.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a running service counts: what waits, what failed by a bug, how far the units of the open cycle are."""

    outbox: tuple[OutboxCount, ...]
    poison: int
    newest_poison_at: int | None
    units: dict[str, int]
    """Per state (not_started for those without an answer), of the open cycle."""
    answers: int
    """Criteria decided in the open cycle."""
    facts: int
    bytes: int
    backup_at: int | None


@dataclass(frozen=True, slots=True)
class Condition:
    """A database looked at from outside. What waits in it is left out where that cannot be read."""

    revision: str | None
    known: bool
    """Whether this program has the migrations that lead to its schema."""
    current: bool
    unsafe: str
    """Why it may forget what it acknowledged; "" when it is safe."""
    damage: tuple[str, ...]
    bytes: int
    server_ms: int | None
    """The clock of a database server; None where there is none."""
    living: int | None
    """How many processes of ours work on it; None where that cannot be asked."""
    outbox: tuple[OutboxCount, ...] = ()
    poison: int = 0
    newest_poison: tuple[PoisonRow, ...] = ()
    backup: MarkRow | None = None
    newest_ms: int | None = None
    """The latest moment at which anything was recorded; None where nothing was yet."""


async def examine(url: str) -> Condition:
    """Look at the database beside whoever works on it, changing nothing. StoreUnavailable says why it cannot be had."""
    if is_lite(url) and not sqlite_path(url).exists():
        raise StoreUnavailable(f"{sqlite_path(url)} does not exist")
    try:
        unsafe = await _unsafe(url)
        return await ask(url, _look, unsafe)
    except Exception as error:
        if is_database_error(error):
            raise StoreUnavailable(str(getattr(error, "orig", None) or error)) from None
        raise


async def ask(url: str, question: Callable[..., Answer], *args: Any) -> Answer:
    """Ask one thing of the database beside whoever works on it. StoreUnavailable says why it cannot be had."""
    if is_lite(url) and not sqlite_path(url).exists():
        raise StoreUnavailable(f"{sqlite_path(url)} does not exist")
    try:
        engine = reader(url, 1)
        try:
            async with engine.connect() as conn:
                return await conn.run_sync(question, *args)
        finally:
            await engine.dispose()
    except Exception as error:
        if is_database_error(error):
            raise StoreUnavailable(str(getattr(error, "orig", None) or error)) from None
        raise


def figures(conn: Connection) -> Figures:
    """Count; reads the outbox and the table of assessments once."""
    cycle = conn.execute(_OPEN_CYCLE).scalar()
    rows = assessment_rows(conn, cycle) if cycle is not None else ()
    units: dict[str, int] = {}
    for row in rows:
        state = "not_started" if row.state is None or (row.state == "open" and not row.decided) else row.state
        units[state] = units.get(state, 0) + 1
    count, newest = conn.execute(_POISON_COUNT).one()
    kept = mark(conn, BACKUP)
    return Figures(
        outbox=outbox.counts(conn),
        poison=int(count),
        newest_poison_at=newest,
        units=units,
        answers=sum(row.decided for row in rows),
        facts=pulse(conn),
        bytes=size(conn),
        backup_at=kept.at if kept else None,
    )


def size(conn: Connection) -> int:
    """How many bytes the database takes."""
    if is_sqlite(conn):
        pages, page = (conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("page_count", "page_size"))
        return int(pages or 0) * int(page or 0)
    return int(conn.exec_driver_sql("SELECT pg_database_size(current_database())").scalar() or 0)


async def _unsafe(url: str) -> str:
    """What keeps the database from being trusted, asked the way the store does when it opens."""
    try:
        if is_lite(url):
            await asyncio.to_thread(_check_sqlite, url)
        else:
            engine = postgres_writer(url, 1)
            try:
                async with engine.connect() as conn:
                    await conn.run_sync(check_safety)
            finally:
                await engine.dispose()
    except StoreNotReady as error:
        return str(error)
    return ""


def _check_sqlite(url: str) -> None:
    engine = sqlite_writer(url)
    try:
        with engine.connect() as conn:
            check_safety(conn)
    finally:
        engine.dispose()


def _look(conn: Connection, unsafe: str) -> Condition:
    revision, current = revision_of(conn), is_at_head(conn)
    found = Condition(
        revision=revision,
        known=revision is None or knows(revision),
        current=current,
        unsafe=unsafe,
        damage=_damage(conn),
        bytes=size(conn),
        server_ms=_server_ms(conn),
        living=_living(conn),
    )
    return _with_rows(conn, found) if current and not found.damage else found


def _with_rows(conn: Connection, found: Condition) -> Condition:
    poison = int(conn.execute(_POISON_COUNT).one()[0])
    newest = tuple(PoisonRow(*row) for row in conn.execute(_POISON_NEWEST, {"most": 3}))
    found = replace(found, outbox=outbox.counts(conn), poison=poison, newest_poison=newest)
    return replace(found, backup=mark(conn, BACKUP), newest_ms=conn.execute(_NEWEST_AT).scalar())


def _damage(conn: Connection) -> tuple[str, ...]:
    """Where the file is broken; a server looks after itself."""
    if not is_sqlite(conn):
        return ()
    try:
        said = [str(row[0]) for row in conn.exec_driver_sql(f"PRAGMA quick_check({_MOST_DAMAGE})")]
    except DatabaseError as error:  # so broken that it cannot even be read through
        return (str(error.orig),)
    return () if said == ["ok"] else tuple(said)


def _server_ms(conn: Connection) -> int | None:
    if is_sqlite(conn):
        return None
    told = conn.exec_driver_sql("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)").scalar()
    return int(told or 0)


def _living(conn: Connection) -> int | None:
    if is_sqlite(conn):
        return None
    return len(conn.execute(LIVING).all())
