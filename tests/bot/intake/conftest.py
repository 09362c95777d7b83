"""SQLite files and a stage for the tests of the door."""

from collections.abc import AsyncIterator

import pytest
from product_store.fixtures import postgres, sqlite_file_url, sqlite_template, store_url
from talk.stage import SDL, Stage, staged

__all__ = ["joined", "postgres", "sqlite_file_url", "sqlite_template", "stage", "store_url"]

OFFICER = "An"
CODE = "K7Q29XPM"


@pytest.fixture
async def stage(sqlite_file_url: str) -> AsyncIterator[Stage]:
    """An office with one unit, an open cycle and an invite for its officer."""
    async with staged(sqlite_file_url) as made:
        await made.open_office(SDL)
        await made.invite(CODE, "officer", "SDL", uses=1)
        yield made


@pytest.fixture
async def joined(stage: Stage) -> Stage:
    """The same, with the officer joined and standing at 1.1."""
    await stage.joins(OFFICER, CODE)
    await stage.says(OFFICER, "sửa 1.1")
    return stage
