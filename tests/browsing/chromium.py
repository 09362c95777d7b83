"""Debian's Chromium for tests: where it is, how to get it, and how it is started."""

import os
import shutil

import pytest
from playwright.async_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
HOW_TO_GET = "Chromium for tests is missing; on Debian: apt-get install chromium fonts-noto-core"
# The last five keep it from calling its maker's hosts: a test talks to this machine only.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--disable-features=OptimizationHints,MediaRouter",
)


def find_chromium() -> str:
    """The path of a Chromium; skips when there is none, fails on CI."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET)
        pytest.skip(HOW_TO_GET)
    return found


async def launch(playwright: Playwright, path: str) -> Browser:
    """Start it without a window."""
    return await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
