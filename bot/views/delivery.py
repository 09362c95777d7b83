"""What became of something that went to many: everyone in one state, a bar of them, whoever needs a hand first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from bot.conversation.mailing_cards import ARRIVED, NEEDS_A_HAND, STATES
from bot.views.board import Data

SHOWN_ALWAYS = ("seen", "sent", "queued", "uncertain", "blocked", "failed")
"""States that stand there also with nobody in them; the others only with somebody."""
ORDER = (
    *("seen", "sent", "page", "mail"),
    *("queued", "paused"),
    *("uncertain", "blocked", "failed", "unreached", "dropped"),
)
"""From what went well to what did not: the order of the bar and of its numbers."""
WAITING = ("queued", "paused")
RESENT = ("uncertain", "failed")
"""What a person may have sent again."""
MOST_OTHERS = 200
"""So many of those who need no hand stand on the page; all of them stand in the table that is fetched."""
MOST_ATTENDED = 300
"""The same of those who need one."""
_DRAWN = 1000
"""The width of a bar, in parts of its own."""
_THINNEST = 12
"""Nobody's part is too thin to be seen."""


@dataclass(frozen=True, slots=True)
class Reached:
    """One recipient and what became of it: `at` is when it was settled, `seen_at` when the person was last here."""

    id: int
    unit: str
    person: str
    phone: str
    way: str
    channel: str
    state: str
    error: str
    at: datetime | None
    seen_at: datetime | None

    @property
    def dial(self) -> str:
        """The telephone number as a telephone dials it; "" where there is none."""
        digits = "".join(one for one in self.phone if one.isascii() and one.isdigit())
        plus = "+" if self.phone.strip().startswith("+") else ""
        return f"{plus}{digits}" if digits else ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the bar: a state, how many are in it, and where it lies, in thousandths of the bar."""

    state: str
    count: int
    x: int
    width: int


def tally(rows: Iterable[Reached]) -> dict[str, int]:
    """How many are in each state; one nobody knows counts as dropped, so that the sum is the number of rows."""
    found = Counter(row.state if row.state in STATES else "dropped" for row in rows)
    return {state: found[state] for state in ORDER}


def figures(counts: Mapping[str, int]) -> Data:
    """The numbers below a bar and the bar itself; together they are `size`, whatever is counted. `meant` are those
    something could be sent to, which is what was confirmed; the `alone` have nobody or nothing to be reached by."""
    told = {state: counts.get(state, 0) for state in ORDER}
    told["dropped"] += sum(count for state, count in counts.items() if state not in told)
    return {
        "size": sum(told.values()),
        "meant": sum(told.values()) - told["unreached"],
        "alone": told["unreached"],
        "arrived": sum(told[state] for state in ARRIVED),
        "waiting": sum(told[state] for state in WAITING),
        "handed": sum(told[state] for state in NEEDS_A_HAND),
        "numbers": tuple((state, told[state]) for state in ORDER if told[state] or state in SHOWN_ALWAYS),
        "parts": parts(told),
    }


def parts(counts: Mapping[str, int]) -> tuple[Part, ...]:
    """A bar of whoever there is: as wide as their share, the few still to be seen, all together the whole width."""
    there = [(state, counts[state]) for state in ORDER if counts.get(state)]
    size = sum(count for _state, count in there)
    thin = {state for state, count in there if Fraction(count * _DRAWN, size) < _THINNEST}
    left, wide = _DRAWN - _THINNEST * len(thin), sum(count for state, count in there if state not in thin)
    made: list[Part] = []
    x, counted = 0, 0
    for state, count in there:
        if state in thin:
            end = x + _THINNEST
        else:
            counted += count
            before = sum(one.width for one in made if one.state in thin)
            end = before + left * counted // wide
        made.append(Part(state, count, x, end - x))
        x = end
    return tuple(made)


def attention(rows: Iterable[Reached]) -> tuple[Reached, ...]:
    """Whoever needs a person's hand: the doubtful first, then those that only a call reaches."""
    return tuple(sorted((row for row in rows if row.state in NEEDS_A_HAND), key=lambda row: _urgency(row.state)))


def others(rows: Iterable[Reached]) -> tuple[Reached, ...]:
    """Everybody else: what still waits, then what went well, the latest first, then what is let be."""
    calm = [row for row in rows if row.state not in NEEDS_A_HAND]
    calm.sort(key=lambda row: row.at.timestamp() if row.at else 0, reverse=True)
    return tuple(sorted(calm, key=lambda row: (row.state not in WAITING, row.state == "dropped")))


def picture(rows: Sequence[Reached]) -> Data:
    """A whole mailing: its figures, who needs a hand, and everybody else as far as they fit on a page."""
    urgent, calm = attention(rows), others(rows)
    return figures(tally(rows)) | {
        "attention": urgent[:MOST_ATTENDED],
        "others": calm[:MOST_OTHERS],
        "more": max(0, len(urgent) - MOST_ATTENDED) + max(0, len(calm) - MOST_OTHERS),
        "open": sum(row.state in RESENT for row in rows),
        "empty": sum(row.state == "unreached" and not row.person for row in rows),
    }


def _urgency(state: str) -> int:
    return NEEDS_A_HAND.index(state)
