"""A stage with one unit, an open cycle and an invite for its officer."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from product_store.fixtures import sqlite_file_url, sqlite_template
from talk.stage import SDL, Stage, staged

__all__ = ["sqlite_file_url", "sqlite_template", "stage"]


@pytest.fixture
async def stage(sqlite_file_url: str) -> AsyncIterator[Stage]:
    """Nobody has joined yet."""
    async with staged(sqlite_file_url) as made:
        await made.open_office(SDL)
        await made.invite("K7Q29XPM", "officer", "SDL", uses=1)
        yield made


@pytest.fixture
async def joined(stage: Stage) -> Stage:
    """The same, with the officer joined and standing at 1.1."""
    await stage.joins("An", "K7Q29XPM")
    await stage.says("An", "sửa 1.1")
    return stage
