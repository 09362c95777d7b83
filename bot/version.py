"""Which version of the program this is: as it was installed, or as the source beside it says."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

UNKNOWN = "unknown"


@cache
def version() -> str:
    """The version, for logs, health and metrics; "unknown" where neither says."""
    source = Path(__file__).parents[1] / "pyproject.toml"
    try:
        return str(tomllib.loads(source.read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, ValueError, KeyError):
        pass
    try:
        return installed("tucham")
    except PackageNotFoundError:
        return UNKNOWN
