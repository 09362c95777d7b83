"""What stands in the product's SQLite file, read beside it and without a lock on it."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ANSWERS = """
SELECT a.criterion, a.value FROM answers a JOIN assessments s ON s.id = a.assessment_id
JOIN units u ON u.id = s.unit_id WHERE u.code = ? ORDER BY a.criterion
"""
FACTS = """
SELECT l.kind, l.body FROM ledger l JOIN assessments s ON s.stream = l.stream
JOIN units u ON u.id = s.unit_id WHERE u.code = ? ORDER BY l.seq
"""
OUTBOX = """
SELECT o.key, o.lane, o.kind, o.state, c.address, o.body FROM outbox o JOIN chats c ON c.id = o.chat_id ORDER BY o.id
"""


@dataclass(frozen=True, slots=True)
class Posted:
    """A row of the outbox."""

    key: str | None
    lane: str
    kind: str
    state: str
    address: str
    html: str


@dataclass(frozen=True, slots=True)
class Stored:
    """The file, opened for each question anew."""

    path: Path

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of one query."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(sql, values).fetchall()

    def answers(self, unit: str) -> dict[str, dict[str, Any]]:
        """A unit's answers as they are kept, by criterion."""
        return {criterion: json.loads(value) for criterion, value in self.rows(ANSWERS, [unit])}

    def facts(self, unit: str) -> list[tuple[str, dict[str, Any]]]:
        """A unit's ledger: (kind, body) in order."""
        return [(kind, json.loads(body)) for kind, body in self.rows(FACTS, [unit])]

    def times_given(self, unit: str) -> Counter[str]:
        """How often each criterion of a unit was answered."""
        return Counter(body["criterion"] for kind, body in self.facts(unit) if kind == "AnswerGiven")

    def outbox(self, lane: str = "") -> list[Posted]:
        """What was to be sent, in order."""
        rows = [
            Posted(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]).get("html", ""))
            for row in self.rows(OUTBOX)
        ]
        return [row for row in rows if lane in ("", row.lane)]

    def updates(self) -> set[str]:
        """The keys of all platform updates that were taken."""
        return {key for (key,) in self.rows("SELECT key FROM updates WHERE channel = 'telegram'")}

    def poison(self) -> list[str]:
        """The errors of updates that were set aside."""
        return [str(error) for (error,) in self.rows("SELECT error FROM updates WHERE state = 'poison'")]
