"""Fixtures that hand a test an open store; a conftest imports the ones it needs."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest
from product_store.databases import Postgres, migrated_sqlite, running_postgres, sqlite_url

from storage.store import Store


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    return migrated_sqlite(tmp_path_factory.mktemp("sqlite") / "template.db")


_SERVER = pytest.StashKey[Postgres]()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Postgres:
    """The PostgreSQL server of this test session: one, however many conftests import this fixture."""
    config = request.config
    if _SERVER not in config.stash:
        stack = ExitStack()
        config.stash[_SERVER] = stack.enter_context(running_postgres())
        config.add_cleanup(stack.close)
    return config.stash[_SERVER]


@pytest.fixture
def sqlite_file_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh, migrated SQLite file."""
    path = tmp_path / "tucham.db"
    shutil.copy(sqlite_template, path)
    return sqlite_url(path)


@pytest.fixture(params=["sqlite", "postgresql"])
async def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database: each test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_file_url"))
    server: Postgres = request.getfixturevalue("postgres")
    return await server.clean_database()


@asynccontextmanager
async def opened(url: str, **kwargs: int) -> AsyncIterator[Store]:
    """An open store on that database, closed at the end."""
    store = Store(url, **kwargs)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An open store, on SQLite and on PostgreSQL."""
    async with opened(store_url, writers=4) as made:
        yield made


@pytest.fixture
async def sqlite_store(sqlite_file_url: str) -> AsyncIterator[Store]:
    """An open store on SQLite only."""
    async with opened(sqlite_file_url) as made:
        yield made
