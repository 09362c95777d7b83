"""Who serves a unit or the office and how they are reached; invites by what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.views.board import Data

OVER = frozenset({"expired", "revoked"})
_ROLES = ("admin", "reviewer", "officer", "leader", "colleague")


@dataclass(frozen=True, slots=True)
class Serving:
    """One role of one person. `way` is chat (something can be pushed), page (they look) or none."""

    role_id: int
    person_id: int
    name: str
    role: str
    unit_code: str
    unit: str
    way: str
    channel: str
    last_here: datetime | None


@dataclass(frozen=True, slots=True)
class Invited:
    """One invite: unused, used, expired or revoked, who used it when, and how often it can still be used."""

    id: int
    role: str
    unit: str
    state: str
    created_at: datetime
    expires_at: datetime | None
    used: tuple[tuple[str, datetime], ...] = ()
    left: int = 0


def people_by_place(serving: Iterable[Serving], units: Sequence[tuple[str, str]]) -> tuple[Data, ...]:
    """The office first, then the units (code, name) without an officer, then the others in order."""
    found: dict[str, list[Serving]] = {}
    for one in serving:
        found.setdefault(one.unit_code, []).append(one)
    places = tuple(
        {
            "code": code,
            "unit": name,
            "people": tuple(sorted(found.get(code, ()), key=lambda one: _ROLES.index(one.role))),
            "alone": bool(code) and not any(one.role == "officer" for one in found.get(code, ())),
        }
        for code, name in (("", ""), *units)
    )
    return tuple(sorted(places, key=lambda place: (bool(place["code"]), not place["alone"])))


def invites_by_state(invites: Iterable[Invited]) -> Mapping[str, object]:
    """Those that can still be used first, then those that were, then what is over; the newest first in each."""
    newest = sorted(invites, key=lambda one: -one.id)
    return {
        "unused": tuple(one for one in newest if one.state == "unused"),
        "used": tuple(one for one in newest if one.state == "used"),
        "over": tuple(one for one in newest if one.state in OVER),
    }
