"""What came of a file somebody sent: it is kept, or it is not taken and why."""

from __future__ import annotations

from dataclasses import dataclass

CODES = frozenset({"empty", "too_large", "not_allowed", "mismatched", "broken", "active", "unsafe", "locked"})
"""What can be wrong: no bytes; more than is taken; a type that is not accepted; bytes of another type than the name
says; cut off or damaged; macros or scripts inside; two files in one, or one that unpacks to far more; a password."""
UNAVAILABLE = "file_unavailable"
"""How the event Unreadable names a file that a channel could not fetch from its platform."""


MOST_BYTES = 20 * 2**20
"""What a messenger lets a bot fetch; the same on every channel."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was checked and lies in the store: what the event Filed is made of."""

    digest: str
    name: str
    media: str
    size: int


class FileRefused(Exception):
    """The file is not taken; `code` is one of CODES. The event that tells it in words is `Unreadable(error.kind)`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def kind(self) -> str:
        """How the event Unreadable names it."""
        return f"file_{self.code}"


class FilesAway(Exception):
    """Files cannot be taken at the moment: the database or the disk is away. May be tried again."""
