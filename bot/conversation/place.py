"""The place of a person in the conversation: what does not follow from the answers, and is stored between turns."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from dataclasses import field, replace

from bot.values import value

SCHEMA = 1
"""Of the stored place; a new number needs a step in `Place.from_json`."""


@value(frozen=True, slots=True)
class Place:
    """Where a person stands: everything that does not follow from the stored answers.

    `step` is the sub-step (idle, join, notice, opening, question, confirm, numerator, ground, no_cases, note, evidence,
    file, submit, return, batch, block and what else modules name as theirs), `focus` what it is about (a criterion, an
    exemption's scope), `pending` what was typed and waits for a word, `undo` how to take the last answer back,
    `shown_in` the chat where all this was last shown.
    """

    step: str = "idle"
    focus: str = ""
    pending: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    return_to: str = ""
    misses: int = 0
    undo: Mapping[str, str] = field(default_factory=dict)
    shown_in: int = 0

    def to_json(self) -> dict[str, object]:
        """The stored form; defaults are left out."""
        parts = {
            "step": self.step,
            "focus": self.focus,
            "pending": dict(self.pending),
            "skipped": list(self.skipped),
            "return_to": self.return_to,
            "misses": self.misses,
            "undo": dict(self.undo),
            "shown_in": self.shown_in,
        }
        return {"schema": SCHEMA} | {key: value for key, value in parts.items() if value}

    @classmethod
    def from_json(cls, stored: Mapping[str, object]) -> Place:
        """The place a stored form names; an unknown schema starts at the beginning rather than guess."""
        if stored.get("schema", SCHEMA) != SCHEMA:
            return cls()
        return cls(
            step=str(stored.get("step", "idle")),
            focus=str(stored.get("focus", "")),
            pending=_texts(stored.get("pending")),
            skipped=tuple(str(item) for item in _items(stored.get("skipped"))),
            return_to=str(stored.get("return_to", "")),
            misses=int(str(stored.get("misses", 0))),
            undo=_texts(stored.get("undo")),
            shown_in=int(str(stored.get("shown_in", 0))),
        )

    def at(self, step: str, focus: str = "", **pending: str) -> Place:
        """The same person one step on; what was pending or missed before is forgotten."""
        return replace(self, step=step, focus=focus, pending=pending, misses=0)

    def without(self, ids: Container[str]) -> Place:
        """The same place after the questions under these ids were put anew: nothing pends there or can be undone."""
        changed = {self.undo.get("criterion", ""), *json.loads(self.undo.get("previous", "{}"))}
        left = replace(
            self,
            undo={} if any(one in ids for one in changed) else self.undo,
            skipped=tuple(one for one in self.skipped if one.rpartition(":")[2] not in ids),
        )
        return left.at("idle") if self.focus in ids else left


def _items(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def _texts(value: object) -> dict[str, str]:
    return {str(key): str(item) for key, item in value.items()} if isinstance(value, Mapping) else {}
