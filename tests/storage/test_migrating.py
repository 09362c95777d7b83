"""A migration on SQLite keeps the rows that refer to a rebuilt table, and is undone when it would break them.

Checked against: a new file that SQLite makes by itself (its mode is the umask's).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from product_store.fixtures import opened
from product_store.seeds import seed_office
from sqlalchemy import Connection, text

import storage
from storage.errors import StoreNotReady
from storage.migrate import migrate, revisions


def instead_of_upgrading(monkeypatch: pytest.MonkeyPatch, *statements: str) -> None:
    def upgrade(config: Config, _revision: str) -> None:
        for statement in statements:
            config.attributes["connection"].exec_driver_sql(statement)

    monkeypatch.setattr(command, "upgrade", upgrade)


def roles_and_units(conn: Connection) -> tuple[Any, Any]:
    return (
        conn.execute(text("SELECT count(*) FROM roles")).scalar(),
        conn.execute(text("SELECT count(*) FROM units")).scalar(),
    )


async def test_rebuilding_a_table_leaves_the_rows_that_refer_to_it(
    sqlite_file_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(sqlite_file_url) as store:
        await store.run(seed_office)
    instead_of_upgrading(
        monkeypatch,
        "CREATE TABLE new_units AS SELECT * FROM units",
        "DROP TABLE units",
        "CREATE TABLE units (id INTEGER PRIMARY KEY, code TEXT, name TEXT)",
        "INSERT INTO units SELECT id, code, name FROM new_units",
        "DROP TABLE new_units",
    )
    await migrate(sqlite_file_url)
    async with opened(sqlite_file_url) as store:
        assert await store.read(roles_and_units) == (1, 2)


async def test_a_new_file_is_for_its_own_account_alone_whatever_the_umask(tmp_path: Path) -> None:
    usual = os.umask(0o022)
    try:
        await migrate(f"sqlite:///{tmp_path / 'var' / 'tucham.db'}")
    finally:
        os.umask(usual)
    assert {path.name: f"{path.stat().st_mode & 0o777:o}" for path in (tmp_path / "var").iterdir()} == {
        "tucham.db": "600"
    }


async def test_a_migration_that_breaks_references_is_undone(
    sqlite_file_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(sqlite_file_url) as store:
        await store.run(seed_office)
    instead_of_upgrading(monkeypatch, "DELETE FROM units")
    with pytest.raises(StoreNotReady, match="rolled back"):
        await migrate(sqlite_file_url)
    async with opened(sqlite_file_url) as store:
        assert await store.read(roles_and_units) == (1, 2)


def test_the_names_of_the_migrations_are_their_order() -> None:
    folder = Path(storage.__file__).parent / "migrations"
    scripts = ScriptDirectory(str(folder))
    assert list(revisions()) == [one.revision for one in reversed(list(scripts.walk_revisions()))]
    assert scripts.get_current_head() == revisions()[-1]
