"""The migrations make exactly the schema the queries are written for, from nothing, on both databases."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from product_store.databases import Postgres, sqlite_url
from product_store.fixtures import opened
from sqlalchemy import Connection, text

from storage.errors import StoreNotReady
from storage.migrate import is_current, migrate
from storage.schema import metadata
from storage.store import Store


def differences(conn: Connection) -> list[Any]:
    options = {"target_metadata": metadata, "compare_server_default": False}
    return list(compare_metadata(MigrationContext.configure(conn, opts=options), metadata))


def indexes(conn: Connection) -> set[str]:
    listed = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
        "postgresql": "SELECT indexname FROM pg_indexes",
    }
    return set(conn.execute(text(listed[conn.dialect.name])).scalars())


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "new folder %d" / "tucham.db")
    server: Postgres = request.getfixturevalue("postgres")
    return await server.new_database("empty")


@pytest.mark.filterwarnings("ignore:autogenerate skipping", "ignore:Skipped unsupported reflection")
async def test_an_empty_database_is_refused_until_it_is_migrated_and_migrating_again_is_harmless(
    empty_url: str,
) -> None:
    store = Store(empty_url, writers=2)
    assert not await is_current(empty_url)
    with pytest.raises(StoreNotReady, match="migrate"):
        await store.open()
    await asyncio.gather(migrate(empty_url), migrate(empty_url))
    await migrate(empty_url)
    assert await is_current(empty_url)
    async with opened(empty_url) as ready:
        assert await ready.read(differences) == []
        wanted = {str(index.name) for table in metadata.tables.values() for index in table.indexes}
        assert wanted <= await ready.read(indexes)


async def test_a_schema_this_program_does_not_know_is_refused(empty_url: str) -> None:
    await migrate(empty_url)

    def from_the_future(conn: Connection, version: str) -> None:
        conn.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})

    async with opened(empty_url, writers=1) as store:
        await store.run(from_the_future, "9999")
    assert not await is_current(empty_url)
    with pytest.raises(StoreNotReady, match="9999"):
        await store.open()
