"""Transcripts run on SQLite files; `--update-transcripts` writes them anew instead of comparing."""

import pytest
from product_store.fixtures import sqlite_file_url, sqlite_template

__all__ = ["sqlite_file_url", "sqlite_template"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag; it is known when this folder, or a file in it, is named on the command line."""
    parser.addoption(
        "--update-transcripts",
        action="store_true",
        dest="update_transcripts",
        help="write tests/transcripts/*.txt anew from what the system says",
    )


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether transcripts are to be written anew."""
    return bool(request.config.getoption("update_transcripts", default=False))
