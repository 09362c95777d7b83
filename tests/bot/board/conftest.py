"""The board on a site on a stage, with the story's 29 units, and somebody signed in to look at it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from board_office.filled import NOW, fill
from product_store.fixtures import sqlite_file_url, sqlite_template
from site_bench.browser import Browser, SiteBench, site_on
from sqlalchemy import create_engine
from talk.stage import ZONE, Stage, staged

from bot.board.pages import Board
from storage import cycles

__all__ = ["desk", "empty", "sqlite_file_url", "sqlite_template"]

DESK = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
CODE = "GGGG2222"


@dataclass
class Desk:
    """A reviewer's browser before the board, and what stands behind it."""

    stage: Stage
    bench: SiteBench
    browser: Browser
    cycle_id: int

    async def html(self, path: str, **headers: str) -> str:
        """The text of a page that must be there."""
        page = await self.browser.get(path, **headers)
        assert page.status == 200, (path, page.status)
        return page.text


@pytest.fixture(scope="session")
def story(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that holds the story, to copy: telling it takes longer than any page."""
    path = tmp_path_factory.mktemp("story") / "story.db"
    shutil.copy(sqlite_template, path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as conn:
        fill(conn)
    engine.dispose()
    return path


@pytest.fixture
async def desk(story: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """The story of 12/01/2026, seen by a reviewer at a desk."""
    path = tmp_path / "desk.db"
    shutil.copy(story, path)
    async with staged(f"sqlite:///{path}") as stage:
        stage.clock.now = NOW
        cycle = await stage.store.read(cycles.latest_cycle)
        assert cycle is not None
        await stage.invite(CODE, "reviewer")
        async with site_on(stage, lambda site: Board(site, stage.store, stage.clock, ZONE).routes()) as bench:
            browser = await bench.joined(CODE, "Lê Minh")
            browser.agent = DESK
            yield Desk(stage, bench, browser, cycle.id)


@pytest.fixture
async def empty(sqlite_file_url: str) -> AsyncIterator[SiteBench]:
    """A board before any cycle."""
    async with (
        staged(sqlite_file_url) as stage,
        site_on(stage, lambda site: Board(site, stage.store, stage.clock, ZONE).routes()) as bench,
    ):
        yield bench
