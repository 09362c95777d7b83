"""What channels have kept stands in the database, each bot's apart, and a database that is away says so.

Checked against: a shelf without the bot in its key; an error of the store that goes through as it is.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from product_store.fixtures import sqlite_file_url, sqlite_store, sqlite_template

from bot.channels.keeping import Away
from bot.settings import Settings
from bot.vault import keeping_in, keeping_of
from storage.store import Store

__all__ = ["sqlite_file_url", "sqlite_store", "sqlite_template"]

NOW = 1_780_000_000_000


async def test_each_bot_has_a_vault_and_a_shelf_of_its_own(sqlite_store: Store) -> None:
    here, there = (keeping_in(sqlite_store, owner, lambda: NOW) for owner in ("here", "there"))
    vault, other = here.vault("c", "1"), here.vault("c", "2")
    assert await vault.swap(None, "một")
    assert not await vault.swap(None, "hai")
    assert (await vault.load(), await other.load()) == ("một", None)
    assert await vault.hold(5)
    assert not await there.vault("c", "1").hold(5)
    assert await there.vault("c", "2").hold(5)
    await vault.release()
    assert await there.vault("c", "1").hold(5)
    shelf = here.shelf("c", "1")
    await shelf.hold("m1", "{}")
    await here.shelf("c", "2").hold("m1", "[]")
    assert await there.shelf("c", "1").held() == (("m1", "{}"),)
    await shelf.let_go("m1")
    assert await shelf.held() == ()


async def test_a_database_that_is_away_or_not_there_says_so(sqlite_store: Store, tmp_path: Path) -> None:
    keeping = keeping_in(sqlite_store, "here", lambda: NOW)
    await sqlite_store.close()
    for work in (keeping.vault("c", "1").load(), keeping.shelf("c", "1").hold("m", "{}")):
        with pytest.raises(Away):
            await work
    missing = tmp_path / "none" / "tucham.db"
    with pytest.raises(Away):
        await keeping_of(Settings(database_url=f"sqlite:///{missing}", _env_file=None)).vault("c", "1").load()
    assert not missing.parent.exists()
