"""One Chromium and one running service for all browser tests; everybody in them gets a browser profile of their own."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from browsing.chromium import find_chromium, launch
from browsing.place import Place, open_place
from playwright.async_api import Browser, async_playwright
from product.fixtures import mother
from product.warm import Zygote

__all__ = ["browser", "mother", "place", "running_place"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, for as long as the tests run."""
    path = find_chromium()
    async with async_playwright() as playwright:
        started = await launch(playwright, path)
        yield started
        await started.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_place(
    browser: Browser, mother: Zygote, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Place]:
    """The service; each test has units of its own in it."""
    async with open_place(mother, tmp_path_factory.mktemp("place"), browser) as opened:
        yield opened
        assert await opened.product.stop() == 0


@pytest_asyncio.fixture(loop_scope="session")
async def place(running_place: Place) -> AsyncIterator[Place]:
    """The service for one test: at its end everybody leaves, and nobody's browser may have seen anything wrong."""
    yield running_place
    await running_place.leave()
