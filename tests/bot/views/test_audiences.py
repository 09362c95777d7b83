"""Whom a letter to many can be for, and whom it reaches: counted once, named, and who is left in the dark."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.conversation.assessment import Unit
from bot.conversation.audience import Audience, reach
from bot.conversation.session import Addressee, Rules, Served
from bot.views.audiences import choices, reached, to_tick

DUE = datetime(2026, 1, 14, 17, tzinfo=UTC)


def unit(number: int, state: str, *people: Served, kind: str = "so", email: str = "") -> Addressee:
    named = Unit(number, f"U{number}", f"Sở {number}", f"S{number}", kind)
    return Addressee(named, None, state, 0, 38, (), DUE, None, email, "", people)


def served(person: int, way: str = "chat", role: str = "officer") -> Served:
    return Served(person, f"Người {person}", role, way, "telegram" if way == "chat" else "web" if way == "page" else "")


UNITS = (
    unit(1, "open", served(1), served(2, "page")),
    unit(2, "submitted", served(1)),
    unit(3, "not_begun", served(3, "none"), kind="huyen"),
    unit(4, "not_begun"),
    unit(5, "returned", email="vt@x.vn"),
)


def shown(audience: Audience, *, mails: bool = True) -> dict[str, Any]:
    return reached(reach(UNITS, audience, Rules(UTC, mails=mails)), audience)


def test_every_audience_says_how_many_units_it_means() -> None:
    assert [(one["value"], one["units"]) for one in choices(UNITS)] == [
        ("all", 5),
        ("not_submitted", 4),
        ("state:not_begun", 2),
        ("state:open", 1),
        ("state:submitted", 1),
        ("state:returned", 1),
        ("kind:so", 4),
        ("kind:huyen", 1),
        ("units", None),
    ]


def test_a_unit_is_in_the_dark_when_nobody_of_it_gets_anything() -> None:
    """The second unit's officer gets it for the first one; the fifth's mailbox takes it."""
    found = shown(Audience())
    assert (found["units"], found["count"], found["people"], found["mailboxes"]) == (5, 3, 2, 1)
    assert found["alone"] == ("S4",)
    assert found["silent"] == ("S3",)
    assert shown(Audience(), mails=False)["alone"] == ("S4", "S5")


def test_everybody_is_named_with_the_channel_they_used_last() -> None:
    found = shown(Audience())
    assert found["channels"] == (("telegram", 1), ("web", 1))
    assert [(one["unit"], one["name"], one["channel"]) for one in found["names"]] == [
        ("S1", "Người 1", "telegram"),
        ("S1", "Người 2", "web"),
        ("S5", "", "mail"),
    ]


def test_units_are_ticked_by_their_codes() -> None:
    assert [one["code"] for one in to_tick(UNITS, ("U4", "U2")) if one["ticked"]] == ["U2", "U4"]
