"""An answer that waits in a person's place for a word: how it is kept there, and what it is again."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.answers import Answer, NoCases, decode, encode

NOTHING_AROSE = "none"


def kept(answer: Answer) -> dict[str, str]:
    """An answer as texts by name, as a place keeps what is pending."""
    if isinstance(answer, NoCases):
        return {"value": NOTHING_AROSE, "note": answer.note}
    return {"value": "|".join(f"{key}={value}" for key, value in encode(answer).items())}


def waiting(pending: Mapping[str, str]) -> Answer:
    """The answer that was kept; KeyError where none waits."""
    stored = pending["value"]
    if stored == NOTHING_AROSE:
        return NoCases(pending.get("note", ""))
    return decode(dict(part.split("=", 1) for part in stored.split("|")))
