"""A site on a stage: one unit, an open cycle, an invite for its officer."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from product_store.fixtures import sqlite_file_url, sqlite_template
from site_bench.browser import SiteBench, site_on
from talk.stage import SDL, SYT, Stage, staged

__all__ = ["bench", "sqlite_file_url", "sqlite_template", "stage"]

CODE = "K7Q29XPM"


@pytest.fixture
async def stage(sqlite_file_url: str) -> AsyncIterator[Stage]:
    """An office with two units, an open cycle and an invite for an officer of the first."""
    async with staged(sqlite_file_url) as made:
        await made.open_office(SDL, SYT)
        await made.invite(CODE, "officer", "SDL", uses=1)
        yield made


@pytest.fixture
async def bench(stage: Stage) -> AsyncIterator[SiteBench]:
    """The doors of the site, over plain http."""
    async with site_on(stage) as made:
        yield made
