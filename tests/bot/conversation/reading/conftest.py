"""The word list of the product, compiled once for every test of reading."""

import tomllib
from pathlib import Path

import pytest

from bot.conversation.reading.words import Words

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="session")
def words() -> Words:
    """The words the product ships."""
    return Words.from_mapping(tomllib.loads((ROOT / "messages/vi/words.toml").read_text(encoding="utf-8")))
