"""What a network and a busy platform do to a call, put down for the next calls or drawn from a seed."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    """A way for a call to go wrong. "Do" means that the call has its effect all the same."""

    DROP_BEFORE = "drop_before"  # the connection is cut, nothing happened
    DO_THEN_DROP = "do_then_drop"  # it happened, the connection is cut
    DO_THEN_403 = "do_then_403"  # it happened, "Internal server error"
    DO_THEN_TRUNCATE = "do_then_truncate"  # it happened, the JSON breaks off
    SLOW = "slow"  # it happened, the answer comes `seconds` later
    BROKEN = "broken"  # nothing happened, 403 "Internal server error" (sic)
    LATE = "late"  # nothing happened, 408
    TOO_MANY = "too_many"  # nothing happened, 429 without a word on how long
    NO_ENTRY = "no_entry"  # nothing happened, 401
    SERVER_ERROR = "server_error"  # nothing happened, 500 in the envelope
    HTML_PAGE = "html_page"  # nothing happened, a gateway answers with a page
    REDIRECT = "redirect"  # 307 round in a circle


CUT = frozenset({FaultKind.DROP_BEFORE, FaultKind.DO_THEN_DROP})
DONE = frozenset({FaultKind.DO_THEN_DROP, FaultKind.DO_THEN_403, FaultKind.DO_THEN_TRUNCATE, FaultKind.SLOW})
REFUSALS: Mapping[FaultKind, tuple[int, str]] = {
    FaultKind.DO_THEN_403: (403, "Internal server error"),
    FaultKind.BROKEN: (403, "Internal server error"),
    FaultKind.LATE: (408, "Request timeout"),
    FaultKind.TOO_MANY: (429, "Quota exceeded"),
    FaultKind.NO_ENTRY: (401, "Unauthorized"),
    FaultKind.SERVER_ERROR: (500, "Server error"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with one call."""

    kind: FaultKind
    seconds: float = 1.0


@dataclass(slots=True)
class Faults:
    """Faults put down for the next calls of a method ("picture" for a picture that is fetched), and `rates` (0..1) by
    method and kind."""

    rates: Mapping[str, Mapping[FaultKind, float]] = field(default_factory=dict)
    _next: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))

    def put(self, method: str, kind: FaultKind, *, times: int = 1, seconds: float = 1.0) -> None:
        """Let the next `times` calls of a method go wrong."""
        self._next[method].extend([Fault(kind, seconds)] * times)

    def clear(self) -> None:
        """From now on all is well."""
        self.rates = {}
        self._next.clear()

    def draw(self, method: str, dice: random.Random) -> Fault | None:
        """The fault of this call, if it has one."""
        if waiting := self._next[method]:
            return waiting.popleft()
        for kind, rate in self.rates.get(method, {}).items():
            if dice.random() < rate:
                return Fault(kind)
        return None
