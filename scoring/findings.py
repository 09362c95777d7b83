"""What the linter finds, and the careful look into raw TOML that it needs: a wrong shape is never a crash here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from scoring.errors import Detail
from scoring.exact import read_exact

Severity = Literal["error", "warning", "info"]
Raw = Mapping[str, Any]

WARNINGS = frozenset(
    {
        "accepts_nothing",
        "bound_undeclared",
        "exemption_scope_undeclared",
        "formula_differs_from_text",
        "jump_at_floor",
        "odd_spelling",
        "out_of_order",
        "repeated_word",
        "three_way_gap",
        "unequal_edge_words",
        "unequal_edges",
        "zero_denominator_undeclared",
    }
)
REMARKS = frozenset(
    {"dated_reference", "edge_used_both_ways", "exemption_for_some_kinds", "printed_id_differs", "stray_punctuation"}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: where (an id, "classes" or "set"), what (a code), with what, and how grave it is."""

    where: str
    code: str
    args: Detail = field(default_factory=dict)
    severity: Severity = "error"


def found(where: str, code: str, **args: object) -> Finding:
    """A finding of the gravity its code has: a warning or a remark where listed above, else an error."""
    severity: Severity = "warning" if code in WARNINGS else "info" if code in REMARKS else "error"
    return Finding(where, code, args, severity)


def rows(raw: Raw, key: str) -> list[Raw]:
    """The tables of an array of tables; whatever else stands there is left to the validator."""
    value = raw.get(key)
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def table(raw: Raw, key: str) -> Raw:
    """The table of that key, empty when there is none."""
    value = raw.get(key)
    return value if isinstance(value, Mapping) else {}


def text(raw: Raw, key: str) -> str:
    """The text of that key, empty when there is none."""
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def number(raw: Raw, key: str) -> Fraction | None:
    """The exact number of that key, None when there is none."""
    try:
        return read_exact(raw.get(key))
    except ValueError:
        return None


def maximum_of(criterion: Raw) -> Fraction | None:
    """A criterion's maximum, also where it was put on the rule's row."""
    own = number(criterion, "maximum")
    return number(table(criterion, "rule"), "maximum") if own is None else own
