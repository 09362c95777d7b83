"""What became of one update, as its channel must report it to its platform."""

from __future__ import annotations

from enum import StrEnum


class Answer(StrEnum):
    """Whether an update may be confirmed to the platform that brought it."""

    TAKEN = "taken"
    """Committed (or known already, or kept as poison): confirm it."""
    UNAVAILABLE = "unavailable"
    """The database could not take it: leave it unconfirmed, so that the platform brings it again."""
