"""Tells a database that failed from a unit of work that is wrong."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

_WRONG_SQLITE = frozenset(
    {
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_MISUSE,
        sqlite3.SQLITE_RANGE,
    }
)
_WRONG_SQLSTATES = ("21", "22", "23", "42")
_NO_PRIVILEGE = "42501"


def is_database_error(error: BaseException) -> bool:
    """Say whether the error came out of the database driver, so that trying again may help."""
    return isinstance(error, DBAPIError | OSError)  # asyncpg reports a refused connection as a plain OSError


def is_outage(error: BaseException) -> bool:
    """Say whether the database failed (locked, gone, full), rather than the statement or its values being wrong."""
    if not isinstance(error, DBAPIError):
        return isinstance(error, OSError)
    if error.connection_invalidated:
        return True
    if isinstance(error, IntegrityError | DataError):
        return False
    return not _statement_is_wrong(error.orig)


def _statement_is_wrong(original: BaseException | None) -> bool:
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _WRONG_SQLITE  # the low byte is the primary code
    state = getattr(original, "sqlstate", None)
    if isinstance(state, str):
        return state.startswith(_WRONG_SQLSTATES) and state != _NO_PRIVILEGE
    if isinstance(original, sqlite3.Error):
        return isinstance(original, sqlite3.ProgrammingError | sqlite3.InterfaceError)
    cause = original.__cause__ if original is not None else None
    return isinstance(cause, ValueError | TypeError)  # a value that asyncpg could not encode
