"""Values are compared, hashed and kept from being changed like frozen dataclasses, at a fraction of their price."""

from __future__ import annotations

from dataclasses import dataclass, is_dataclass, replace

import pytest

from bot.conversation.assessment import Unit
from bot.values import value


@dataclass(frozen=True, slots=True)
class Frozen:
    code: str
    number: int = 0


@value(frozen=True, slots=True)
class Plain:
    code: str
    number: int = 0


def test_they_are_equal_and_hashed_by_what_they_hold() -> None:
    assert Plain("a", 1) == Plain("a", 1) != Plain("a", 2)
    assert hash(Plain("a", 1)) == hash(Frozen("a", 1)) != hash(Plain("b", 1))
    assert {Plain("a"): "found"}[replace(Plain("b"), code="a")] == "found"


def test_they_have_the_fields_they_name_and_no_others() -> None:
    assert is_dataclass(Plain)
    with pytest.raises(AttributeError):
        Plain("a").other = 1  # type: ignore[attr-defined]


def test_the_type_checker_forbids_what_the_interpreter_lets_pass() -> None:
    """The proof is mypy's: where it let the assignment pass, it would call the ignore unused."""
    unit = Unit(1, "SDL", "Sở Du lịch", "SDL", "so_ban_nganh")
    unit.code = "STP"  # type: ignore[misc]
    assert unit.code == "STP"
