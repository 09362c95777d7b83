"""The fields of a ratio's card become the one text that somebody would have typed; it is read like any other."""

from __future__ import annotations

UNKNOWN = "?"
"""Stands where a count was left empty: it reads as no number, so a lone count is never taken for a percentage."""


def figures_text(numerator: str | None, denominator: str | None, percent: str | None) -> str:
    """What the fields say together; None for a field that the card does not have. "" when all are empty."""
    above, below, rate = (_clean(one) for one in (numerator, denominator, percent))
    if denominator is None and percent is None:
        return above
    rate = rate.removesuffix("%").rstrip()
    if not above and not below:
        return rate
    if bool(above) != bool(below) and "/" in above + below:
        counts = above or below  # both numbers were written into one field
    else:
        counts = f"{above or UNKNOWN}/{below or UNKNOWN}"
    return f"{counts} = {rate}%" if rate else counts


def _clean(field: str | None) -> str:
    return (field or "").strip().lstrip("/").strip()
