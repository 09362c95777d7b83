"""The rows of buttons that several screens share; every button carries its own meaning."""

from __future__ import annotations

from bot.conversation.assessment import Assessment
from bot.conversation.presses import Press
from bot.conversation.turn import Button, Rows

WIDTH = 4
"""How many short buttons stand side by side on a phone."""


def button(assessment: Assessment, verb: str, label: str, subject: str = "", **args: object) -> Button:
    """A button that needs no argument beyond its subject."""
    return Button(label, Press(verb, assessment.id, subject).encode(), args)


def home(assessment: Assessment) -> Rows:
    """Where to go from a screen that is not a question."""
    missing = (button(assessment, "ms", "missing"),) if assessment.card.missing else ()
    return (
        (button(assessment, "rs", "continue"), button(assessment, "rv", "review")),
        (*missing, button(assessment, "pt", "points")),
    )


def jumps(assessment: Assessment, ids: tuple[str, ...]) -> Rows:
    """One short button per criterion, a few in a row."""
    made = [button(assessment, "go", "criterion", one, id=one) for one in ids]
    return tuple(tuple(made[start : start + WIDTH]) for start in range(0, len(made), WIDTH))
