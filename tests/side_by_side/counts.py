"""How often a random proof tries its luck: `make test` has five minutes, `make soak` an hour."""

from __future__ import annotations

import os

THOROUGH = os.environ.get("THOROUGH", "") == "1"


def many(quick: int, thorough: int) -> int:
    """How many examples are tried; a module that counts so is marked `thorough`, and runs in `make soak` as well."""
    return thorough if THOROUGH else quick
