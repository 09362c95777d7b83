"""What becomes true between an officer who asks a colleague about one criterion, and that colleague."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scoring.answers import Answer


@dataclass(frozen=True, slots=True)
class ColleagueAsked:
    """An officer asks somebody about one criterion, by an invite that is known by its digest and ends at `until`."""

    criterion: str
    code_hash: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ColleagueJoined:
    """Somebody used that invite: they are the colleague who is asked."""

    inquiry: int


@dataclass(frozen=True, slots=True)
class AnswerProposed:
    """The colleague answered, or answered otherwise. It counts only when an officer takes it over.

    `note` is what they wrote beside it, or why nothing arose.
    """

    inquiry: int
    criterion: str
    answer: Answer
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProposalSettled:
    """An officer took the colleague's answer over, or decided not to."""

    inquiry: int
    taken: bool


@dataclass(frozen=True, slots=True)
class InquiryWithdrawn:
    """An officer asks no more; the invite is worth nothing from then on."""

    inquiry: int


InquiryFact = ColleagueAsked | ColleagueJoined | AnswerProposed | ProposalSettled | InquiryWithdrawn
"""Nothing of this changes an answer or a point: what is taken over is an answer of the officer's."""
