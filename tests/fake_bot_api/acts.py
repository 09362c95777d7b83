"""The log of everything the bot did, written by the platform and never by the bot."""

from dataclasses import dataclass, field
from typing import Any

from fake_bot_api.chats import Shown
from fake_bot_api.faults import FaultKind
from fake_bot_api.markup import Rows


@dataclass(slots=True)
class Act:
    """One call: what it asked, whether it had its effect (`done`) and what the bot was told (`code`).

    `at` is monotonic seconds; `follows` is the newest update of that chat the bot had been given by then;
    `code` is 200, a refusal, or None when the connection was cut; `early` marks a call during a retry_after.
    """

    at: float
    method: str
    params: dict[str, Any]
    chat_id: int | None
    follows: int | None
    done: bool = False
    code: int | None = None
    description: str = ""
    fault: FaultKind | None = None
    shown: Shown | None = None
    early: bool = False

    @property
    def text(self) -> str:
        """Plain text shown by this call, empty when it showed none."""
        return self.shown.text if self.shown else ""

    @property
    def html(self) -> str:
        """The same as HTML."""
        return self.shown.html if self.shown else ""

    @property
    def rows(self) -> Rows:
        """Buttons shown by this call."""
        return self.shown.rows if self.shown else ()


@dataclass(slots=True)
class ActLog:
    """All calls in the order of their arrival."""

    acts: list[Act] = field(default_factory=list)

    def of(self, *methods: str) -> list[Act]:
        """The calls of some methods."""
        return [act for act in self.acts if act.method in methods]

    def acks(self) -> list[Act]:
        """Messages and edits that reached a chat after an update from it had been handed out."""
        return [act for act in self.acts if act.done and act.shown is not None and act.follows is not None]

    def refused(self, code: int) -> list[Act]:
        """The calls that were refused with a code."""
        return [act for act in self.acts if act.code == code]
