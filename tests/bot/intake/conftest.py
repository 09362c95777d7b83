"""SQLite files and a stage for the tests of the door."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from product_store.fixtures import postgres, sqlite_file_url, sqlite_template, store_url
from talk.stage import SDL, Stage, criteria, sqlite_of, staged

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


@pytest.fixture(scope="module")
def handed_in_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in which a unit handed in, with an exemption, a note, two files and a second officer."""
    path = tmp_path_factory.mktemp("verify") / "handed-in.db"
    shutil.copy(sqlite_template, path)
    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, _hand_in(path)).result()
    return path


async def _hand_in(path: Path) -> None:
    async with staged(sqlite_of(path)) as stage:
        await stage.open_office(SDL)
        for who, code in (("An", "K7Q29XPM"), ("Bảo", "B7Q29XPM")):
            await stage.invite(code, "officer", "SDL")
            await stage.joins(who, code)
        for said in ("sửa 2.7", "không áp dụng", "Sở không có phòng thanh tra", "sửa 1.3", "ghi chú", "Đang rà soát"):
            await stage.says("An", said)
        await stage.files("An", "ke-hoach.pdf", "1.1")
        await stage.files("An", "anh.jpg", "1.1")
        while missing := (await stage.assessment("SDL")).card.missing:
            await stage.says("An", f"sửa {missing[0]}")
            await stage.says("An", "1" if criteria().criterion(missing[0]).options else "90%")
        await stage.says("An", "/nop")
        await stage.presses("An", "Xác nhận nộp")


@pytest.fixture
async def handed_in(handed_in_file: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """A copy of that file, opened."""
    copy = tmp_path / "t.db"
    await asyncio.to_thread(lambda: shutil.copy(handed_in_file, copy))
    async with staged(sqlite_of(copy)) as stage:
        stage.updates = 1000
        stage.actor("An")
        stage.actor("Bảo")
        yield stage
