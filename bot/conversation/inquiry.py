"""An inquiry as the conversation knows it: one criterion, who asks, which colleague, and what they proposed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scoring.answers import Answer, NoCases

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STEPS = frozenset({"propose", "propose_doubt", "propose_none", "propose_note"})
"""Where a colleague stands who is asked about a criterion."""
WITHIN = frozenset(
    {"tieptuc", "giupdo", "huy", "back", "skip", "later", "pause", "note", "evidence", "no_cases", "not_applicable"}
    | {"edit", "undo"}
)
"""Requests that are about the criterion asked about; any other leads away from it."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One criterion that a colleague is asked about. `state` is open, answered, taken, refused or withdrawn; `until`
    is when the invite ends, `note` what the colleague wrote (for an empty case: why)."""

    id: int
    assessment_id: int
    criterion: str
    asked_by: str
    asked_at: datetime
    until: datetime | None
    state: str = "open"
    colleague_id: int | None = None
    colleague: str = ""
    answer: Answer | None = None
    note: str = ""
    answered_at: datetime | None = None

    @property
    def unsettled(self) -> bool:
        """Whether something may still come of it."""
        return self.state in ("open", "answered")

    @property
    def revision(self) -> int:
        """What a button made now is made for: the moment of the proposal, before there is one that of the question."""
        return moment(self.answered_at or self.asked_at)

    @property
    def proposed(self) -> Answer | None:
        """The colleague's answer as an officer would give it."""
        return NoCases(self.note) if isinstance(self.answer, NoCases) else self.answer

    @property
    def remark(self) -> str:
        """The colleague's note where it is one, and no explanation that belongs to the answer."""
        return "" if isinstance(self.answer, NoCases) else self.note


def moment(at: datetime) -> int:
    """A moment as a button can carry it: whole milliseconds, as they are stored."""
    return (at - _EPOCH) // timedelta(milliseconds=1)
