"""The strict fake of the platform, and the account's channel in front of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from channel_benches.zalo_oa import QUICK, authorised
from fake_zalo_oa.keeping import MemoryShelf, MemoryVault, utcnow
from fake_zalo_oa.server import FakeZaloOa
from product_store.fixtures import sqlite_file_url, sqlite_store, sqlite_template

from bot.channels.zalo_oa import ZaloOaChannel

__all__ = ["sqlite_file_url", "sqlite_store", "sqlite_template"]


@pytest.fixture
async def platform() -> AsyncIterator[FakeZaloOa]:
    """The platform; a test that breaks its rules fails."""
    async with FakeZaloOa() as fake:
        yield fake


@pytest.fixture
def vault(platform: FakeZaloOa) -> MemoryVault:
    """The tokens of an account that was authorised two minutes ago."""
    return authorised(platform)


@pytest.fixture
def shelf() -> MemoryShelf:
    """Nothing waits."""
    return MemoryShelf()


@pytest.fixture
async def channel(
    platform: FakeZaloOa, vault: MemoryVault, shelf: MemoryShelf, tmp_path: Path
) -> AsyncIterator[ZaloOaChannel]:
    """The channel, which loses patience quickly."""
    made = ZaloOaChannel(
        platform.account,
        vault=vault,
        shelf=shelf,
        journal=tmp_path / "journal",
        clock=utcnow,
        public_url="https://tucham.example.vn",
        link="https://zalo.me/579745863508352884",
    )
    made.patience = QUICK
    yield made
    await made.stop()
    await made.close()
