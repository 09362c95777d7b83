"""How an exact number is shown: rounded half up, but never to the other side of a limit it is compared with."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from scoring.criteria_set import CriteriaSet, Criterion
from scoring.rules import Bands, Choice, Op, ProportionalCapped, meets


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit a shown number must not seem to cross: `number op value` holds before and after rounding, or neither."""

    op: Op
    value: Fraction


def round_for_display(value: Fraction, limits: Iterable[Fraction | Limit] = (), decimals: int = 2) -> str:
    """A non-negative number with '.' and `decimals` decimals, half up; more of them, as few as needed, where rounding
    would cross a limit: 79.995 with limit 80 is "79.995". A bare Fraction is a limit that is reached (">=")."""
    sides = [limit if isinstance(limit, Limit) else Limit(">=", limit) for limit in limits]
    while True:
        scale = 10**decimals
        # Half up on an exact number: floor(x + 1/2).
        scaled = (2 * value.numerator * scale + value.denominator) // (2 * value.denominator)
        shown = Fraction(scaled, scale)
        if all(meets(value, side.op, side.value) == meets(shown, side.op, side.value) for side in sides):
            break
        decimals += 1
    whole, rest = divmod(scaled, scale)
    return f"{whole}.{rest:0{decimals}d}" if decimals else str(whole)


def class_limits(criteria: CriteriaSet) -> tuple[Limit, ...]:
    """The limits a shown total must not seem to cross (art. 2 clause 1)."""
    return tuple(dict.fromkeys(Limit(limit.op, limit.value) for limit in criteria.classes if limit.op != "<"))


def edges(criterion: Criterion) -> tuple[Limit, ...]:
    """The limits a shown percentage of this criterion must not seem to cross; none for a choice."""
    rule = criterion.rule
    if isinstance(rule, Choice):
        return ()
    if isinstance(rule, Bands):
        return tuple(Limit(band.op, band.value) for band in rule.bands)
    if isinstance(rule, ProportionalCapped):
        return (Limit(">=", rule.target),)
    return Limit(rule.floor.op, rule.floor.value), Limit(">=", rule.cap * 100 / rule.factor)
