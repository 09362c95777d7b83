"""How a database is reached: what is set on each connection, and what is checked before anything is trusted to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool, PoolProxiedConnection

from storage.errors import StoreNotReady

WRITER_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # NORMAL loses acknowledged answers when the power goes
    "busy_timeout=5000",
    "foreign_keys=ON",
    "journal_size_limit=67108864",
)
_READER_PRAGMAS = ("busy_timeout=5000", "query_only=ON")
_POSTGRES_SETTINGS = {"application_name": "tucham", "jit": "off", "lock_timeout": "10000"}


class ImmediateDialect(SQLiteDialect_pysqlite):
    """SQLite whose transactions take the write lock at once: one that begins by reading cannot be made to wait later.

    The dialect and not an engine's "begin" event does it, because an engine with events runs every statement slower.
    """

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: PoolProxiedConnection) -> None:
        """Begin as a writer."""
        dbapi_connection.cursor().execute("BEGIN IMMEDIATE")


registry.register("sqlite.immediate", __name__, ImmediateDialect.__name__)


def parse_url(url: str) -> URL:
    """Read a database URL and name the driver that writes to it; StoreNotReady when it cannot be used."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreNotReady(f"not a database URL: {error}") from error
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise StoreNotReady("SQLite needs a file: sqlite:///var/tucham.db")
        return parsed.set(drivername="sqlite")
    if kind == "postgresql":
        return parsed.set(drivername="postgresql+asyncpg")
    raise StoreNotReady(f"{kind} is not supported: use sqlite:///FILE or postgresql://…")


def is_lite(url: str) -> bool:
    """Say whether the URL names an SQLite file."""
    return parse_url(url).get_backend_name() == "sqlite"


def sqlite_path(url: str) -> Path:
    """The file an SQLite URL names."""
    return Path(str(parse_url(url).database))


def sqlite_writer(url: str, *pragmas: str) -> Engine:
    """An engine for writing to SQLite: every transaction takes the write lock at once. Connections are not shared.

    ``pragmas`` are set after the usual ones.
    """
    engine = create_engine(parse_url(url).set(drivername="sqlite+immediate"), poolclass=NullPool)
    _set_up(engine, (*WRITER_PRAGMAS, *pragmas))
    return engine


def postgres_writer(url: str, connections: int) -> AsyncEngine:
    """An engine for writing to PostgreSQL with at most that many connections."""
    return create_async_engine(
        parse_url(url),
        pool_size=connections,
        max_overflow=0,
        isolation_level="READ COMMITTED",
        connect_args={"server_settings": _POSTGRES_SETTINGS},
    )


def reader(url: str, connections: int = 4) -> AsyncEngine:
    """An engine that cannot write; each transaction sees one state of the database."""
    if not is_lite(url):
        return create_async_engine(
            parse_url(url),
            pool_size=connections,
            max_overflow=0,
            pool_pre_ping=True,
            isolation_level="REPEATABLE READ",
            connect_args={"server_settings": _POSTGRES_SETTINGS | {"default_transaction_read_only": "on"}},
        )
    parsed = parse_url(url).set(drivername="sqlite+aiosqlite")
    engine = create_async_engine(parsed, pool_size=connections, max_overflow=0)
    _set_up(engine.sync_engine, _READER_PRAGMAS)

    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _set_up(engine: Engine, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: DBAPIConnection, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not open transactions by itself
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def check_safety(conn: Connection) -> None:
    """Refuse a database that may forget what it acknowledged: StoreNotReady names the setting and the cure."""
    if conn.dialect.name == "sqlite":
        _check_sqlite(conn)
    else:
        _check_postgres(conn)


def _check_sqlite(conn: Connection) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    cures = {
        "journal_mode": "keep the file on a local disk, not on a network share",
        "synchronous": "FULL is needed, NORMAL loses acknowledged answers on power loss",
        "foreign_keys": "use an SQLite built with foreign keys",
    }
    for pragma, value in wanted.items():
        found = conn.exec_driver_sql(f"PRAGMA {pragma}").scalar()
        if found != value:
            raise StoreNotReady(f"SQLite has {pragma}={found}, {value} is needed: {cures[pragma]}")


def _check_postgres(conn: Connection) -> None:
    def shown(setting: str) -> str:
        return str(conn.exec_driver_sql(f"SHOW {setting}").scalar())

    for setting in ("synchronous_commit", "fsync", "full_page_writes"):
        if shown(setting) == "off":
            raise StoreNotReady(f"PostgreSQL has {setting}=off and may lose acknowledged answers: switch it on")
    if shown("server_encoding") != "UTF8":
        raise StoreNotReady("the PostgreSQL database is not encoded in UTF8: create it with ENCODING 'UTF8'")
    if shown("transaction_read_only") == "on":
        raise StoreNotReady("the PostgreSQL server is read-only: connect to the primary")
