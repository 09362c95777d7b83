"""What the tests of the fake platform share: a tolerant fake and a real client; and the fixtures of the proofs."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from fake_bot_api.client import client
from fake_bot_api.server import FakeBotApi
from product.fixtures import mother, office, template
from product_store.fixtures import postgres

__all__ = ["bot", "fake", "mother", "office", "postgres", "template"]


@pytest.fixture
async def fake() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi(strict=False) as running:
        yield running


@pytest.fixture
async def bot(fake: FakeBotApi) -> AsyncIterator[Bot]:
    async with client(fake) as connected:
        yield connected
