"""A strict fake of the Zalo Bot Platform and the channel that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fake_zalo_bot.server import FakeZaloBot

from bot.channels.zalo_bot import Patience, ZaloBotChannel


@pytest.fixture
async def platform() -> AsyncIterator[FakeZaloBot]:
    """The platform; a test that breaks its rules fails."""
    async with FakeZaloBot(longest_poll=0.06) as fake:
        yield fake


@pytest.fixture
async def channel(platform: FakeZaloBot) -> AsyncIterator[ZaloBotChannel]:
    """A channel that polls and loses patience quickly."""
    opened = ZaloBotChannel(platform.token, api_base=platform.base_url, link="https://zalo.me/s/bot")
    opened.patience = Patience(poll=1, first=0.02, longest=0.1, refused=0.3, drain=1.0)
    yield opened
    await opened.stop()
    await opened.close()
