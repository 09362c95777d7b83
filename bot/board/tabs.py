"""The tabs of the board: one line each, shown to whoever may open the page behind it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation.access import Action, may
from bot.conversation.session import Person

UNITS, PEOPLE, CYCLE = "/bang/don-vi", "/bang/nguoi-dung", "/bang/dot"
SENDING = "/bang/gui-tin"


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its name (of template, word and icon), its address, what one must be allowed to do."""

    name: str
    path: str
    action: Action


TABS = (
    Tab("progress", "/bang", Action.OVERSEE),
    Tab("matrix", "/bang/ma-tran", Action.OVERSEE),
    Tab("ranking", "/bang/xep-hang", Action.OVERSEE),
    Tab("criteria", "/bang/tieu-chi", Action.OVERSEE),
    Tab("sending", SENDING, Action.OVERSEE),
    Tab("units", UNITS, Action.UNITS),
    Tab("people", PEOPLE, Action.STAFF),
    Tab("cycle", CYCLE, Action.CYCLE),
)
"""In the order in which they stand: what everybody of the office reads, then what an admin does."""


def tabs_of(person: Person) -> tuple[Tab, ...]:
    """The tabs this person sees."""
    return tuple(tab for tab in TABS if may(person, tab.action))
