"""Moments as the conversation knows them (aware UTC) and as storage keeps them (epoch milliseconds)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Epoch milliseconds of an aware moment, exactly."""
    return (moment - _EPOCH) // _MILLISECOND


def from_ms(milliseconds: int) -> datetime:
    """The aware UTC moment of epoch milliseconds, exactly."""
    return _EPOCH + timedelta(0, milliseconds // 1000, milliseconds % 1000 * 1000)


def maybe(milliseconds: int | None) -> datetime | None:
    """The same for a moment that may not have come."""
    return None if milliseconds is None else from_ms(milliseconds)
