"""What a network and a busy platform do to a call, drawn from a seed or put down for the next call."""

import random
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    """A way for a call to go wrong. "Do" means that the call has its effect all the same."""

    DROP_BEFORE = "drop_before"  # the connection is cut, nothing happened
    DO_THEN_DROP = "do_then_drop"  # it happened, the connection is cut
    DO_THEN_502 = "do_then_502"  # it happened, a gateway says 502
    DO_THEN_TRUNCATE = "do_then_truncate"  # it happened, the JSON breaks off
    SLOW = "slow"  # it happened, the answer comes `seconds` later
    HTML_PAGE = "html_page"  # nothing happened, a gateway answers with a page
    TOO_MANY = "too_many"  # 429, `seconds` is the retry_after
    FORBIDDEN = "forbidden"  # 403
    REDIRECT = "redirect"  # 302 round in a circle


CUT = {FaultKind.DROP_BEFORE, FaultKind.DO_THEN_DROP}
UNDONE = {
    FaultKind.DROP_BEFORE,
    FaultKind.HTML_PAGE,
    FaultKind.TOO_MANY,
    FaultKind.FORBIDDEN,
    FaultKind.REDIRECT,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with one call."""

    kind: FaultKind
    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Rule:
    """How often (0..1) a fault befalls calls of some methods; no methods means every method."""

    kind: FaultKind
    rate: float
    methods: frozenset[str] = frozenset()
    seconds: float = 1.0


@dataclass(slots=True)
class Faults:
    """Random faults by rule, and faults put down for the next calls of a method."""

    rules: tuple[Rule, ...] = ()
    _next: dict[tuple[str, int | None], deque[Fault]] = field(default_factory=lambda: defaultdict(deque))

    @classmethod
    def of(cls, rates: Mapping[str, Mapping[str, float]], seconds: float = 1.0) -> "Faults":
        """Rules from {"sendMessage": {"do_then_drop": 0.15}}; the method "*" means every method."""
        rules = [
            Rule(FaultKind(kind), rate, frozenset() if method == "*" else frozenset({method}), seconds)
            for method, kinds in rates.items()
            for kind, rate in kinds.items()
        ]
        return cls(tuple(rules))

    def put(
        self, method: str, kind: FaultKind | str, *, times: int = 1, seconds: float = 1.0, chat_id: int | None = None
    ) -> None:
        """Let the next `times` calls of a method go wrong, only those to one chat if it is named."""
        self._next[method, chat_id].extend([Fault(FaultKind(kind), seconds)] * times)

    def clear(self) -> None:
        """From now on all is well."""
        self.rules = ()
        self._next.clear()

    def draw(self, method: str, dice: random.Random, chat_id: int | None = None) -> Fault | None:
        """The fault of this call, if it has one."""
        for whom in {chat_id, None}:
            if waiting := self._next.get((method, whom)):
                return waiting.popleft()
        for rule in self._of(method):
            if dice.random() < rule.rate:
                return Fault(rule.kind, rule.seconds)
        return None

    def _of(self, method: str) -> Iterable[Rule]:
        return (rule for rule in self.rules if not rule.methods or method in rule.methods)
