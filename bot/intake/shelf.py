"""The criteria sets in use, parsed once; a cycle names its set by digest, so an edited file changes nothing stored."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Connection

from scoring.criteria_set import CriteriaSet
from scoring.library import parse_set
from storage import cycles


class Shelf:
    """Parsed sets by digest, shared by the whole process: sets are few and never change under their digest."""

    _parsed: ClassVar[dict[str, CriteriaSet]] = {}

    def criteria(self, conn: Connection, digest: str) -> CriteriaSet:
        """The set of that digest as it was when its cycle was opened."""
        found = self._parsed.get(digest)
        if found is None:
            found = self._parsed[digest] = parse_set(cycles.set_text(conn, digest), digest)
        return found
