"""A strict fake Bot API and the channel that talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fake_bot_api.server import FakeBotApi

from bot.channels.telegram import Patience, TelegramChannel


@pytest.fixture
async def api() -> AsyncIterator[FakeBotApi]:
    """The platform; a test that breaks its rules fails."""
    async with FakeBotApi() as fake:
        yield fake


@pytest.fixture
async def channel(api: FakeBotApi) -> AsyncIterator[TelegramChannel]:
    """A channel that polls and loses patience quickly."""
    opened = TelegramChannel(api.token, api_base=api.base_url, bot_name=api.username)
    opened.patience = Patience(poll=5, first=0.02, longest=0.1, refused=0.3, drain=1.0)
    yield opened
    await opened.stop()
    await opened.close()
