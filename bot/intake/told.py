"""An act of the office as its ledger keeps it: ids, moments and digests of free text, never the text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime

from bot.conversation import office_facts as o
from bot.intake.moments import to_ms

_AS_DIGEST = frozenset({"text", "reason", "body", "recipients", "plan", "email", "phone"})
"""What people wrote, or what is personal: the ledger holds that it was so, not what it was."""


def body_of(fact: o.OfficeFact) -> dict[str, object]:
    """The fact as plain data; the names of its fields are the keys."""
    return {one.name: plain(one.name, getattr(fact, one.name)) for one in fields(fact)}


def plain(name: str, value: object) -> object:
    """One value as JSON can hold it."""
    if name in _AS_DIGEST and value:
        return hashlib.sha256(repr(sorted(value.items()) if isinstance(value, Mapping) else value).encode()).hexdigest()
    if isinstance(value, datetime):
        return to_ms(value)
    if is_dataclass(value):
        return {one.name: plain(one.name, getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple):
        return [plain(name, one) for one in value]
    return value
