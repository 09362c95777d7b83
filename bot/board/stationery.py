"""Codes as a page gives them out: drawn from the form that asks for them, shown once, or printed on sheets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Protocol

from bot.conversation.office_events import IssueInvites
from bot.conversation.reading.text import CODE_ALPHABET, CODE_LENGTH

LAST_MINUTE = time(23, 59)
Place = tuple[str, str | None, str]
"""A code, the code of the unit it is for (None: the office), its name."""


class Sheets(Protocol):
    """Codes of one role that are issued, and printed, together."""

    def event(self) -> IssueInvites:
        """The act that makes them valid."""
        ...

    def pdf(self, links: Callable[[str], Mapping[str, str]], names: Mapping[str, str], zone: tzinfo) -> bytes:
        """One page for each; MessageBroken when something cannot be printed."""
        ...


class LaysOut(Protocol):
    """Makes sheets of codes drawn here; `year` is that of the open cycle."""

    def __call__(
        self, places: Sequence[Place], role: str, expires_at: datetime, made_at: datetime, year: int | None
    ) -> Sheets:
        """The sheets, not issued yet."""
        ...


@dataclass(frozen=True, slots=True)
class Stationery:
    """What the office prints with: the joining links of a code per channel, the sheets, the names on their head."""

    links_of: Callable[[str], Mapping[str, str]]
    lay_out: LaysOut
    names: Mapping[str, str]


def code_from(seed: str, label: str = "") -> str:
    """A code of this form: the same when the form is sent twice, so that a second press shows what the first one made.

    `seed` is a secret of the browser and the form's own key; nobody without both can guess the code.
    """
    number = int.from_bytes(hashlib.sha256(f"code:{seed}:{label}".encode()).digest())
    letters = []
    for _ in range(CODE_LENGTH):
        number, at = divmod(number, len(CODE_ALPHABET))
        letters.append(CODE_ALPHABET[at])
    return "".join(letters)


def end_of_day(now: datetime, days: int, zone: tzinfo) -> datetime:
    """The last minute of the day so many days from now: the same for a form sent twice."""
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=days), LAST_MINUTE, zone)
