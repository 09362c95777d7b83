"""What can go wrong with the store, as one tree."""

from __future__ import annotations


class StoreError(Exception):
    """Anything the store itself reports."""


class StoreNotReady(StoreError):
    """The database cannot be used as it is; the message says what to do."""


class StoreUnavailable(StoreError):
    """The database failed after retries: nothing of the unit is stored, the update must stay unconfirmed."""


class StoreFailed(StoreUnavailable):
    """A writer died or the store is closed: no unit will run in this process any more, so it should stop."""


class StreamMoved(StoreError):
    """A ledger stream is not where the caller last saw it: it was appended to without holding its lock."""


class RowMissing(StoreError):
    """A row that the caller named by id does not exist."""


class DatabaseInUse(StoreError):
    """Another process works on this SQLite file."""

    def __init__(self, path: str, pid: int | None) -> None:
        super().__init__(f"{path} is used by process {pid if pid is not None else 'unknown'}; stop it first")
        self.path = path
        self.pid = pid
