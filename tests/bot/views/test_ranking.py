"""The provisional ranking: places, ties, limits."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from board_office.filled import DUE, NOW, criteria
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.assessment import Cycle
from bot.views.board import BoardUnit
from bot.views.ranking import near_limits, places, ranking

CYCLE = Cycle(1, 2025, DUE, False, criteria())
SO, HUYEN = "so_ban_nganh", "ubnd_cap_huyen"


def handed_in(code: str, total: Fraction | int, kind: str = SO) -> BoardUnit:
    exact = Fraction(total)
    letter = criteria().class_of(exact)
    return BoardUnit(
        code, code, code, kind, state="submitted", decided=38, total=exact,
        class_letter=letter, class_floor=letter, class_ceiling=letter,
    )  # fmt: skip


def block(page: dict[str, Any], kind: str = SO) -> dict[str, Any]:
    return next(one for one in page["blocks"] if one["kind"] == kind)


def test_equal_totals_share_a_place_and_the_next_place_is_skipped() -> None:
    units = [handed_in(*one) for one in (("A", 70), ("B", 90), ("C", 80), ("D", 80), ("E", 60))]
    rows = block(ranking(units, CYCLE, NOW))["rows"]
    assert [(row["code"], row["place"], row["shared"]) for row in rows] == [
        ("B", 1, False), ("C", 2, True), ("D", 2, True), ("A", 4, False), ("E", 5, False),
    ]  # fmt: skip


def test_totals_that_only_look_equal_do_not_share_a_place() -> None:
    close = Fraction(7874, 100)
    rows = block(ranking([handed_in("A", close), handed_in("B", close + Fraction(1, 1000))], CYCLE, NOW))["rows"]
    assert [(row["code"], row["place"], row["total_shown"]) for row in rows] == [("B", 1, "78.74"), ("A", 2, "78.74")]


def test_each_kind_of_unit_is_ranked_by_itself() -> None:
    page = ranking([handed_in("A", 90), handed_in("B", 95, HUYEN), handed_in("C", 50, HUYEN)], CYCLE, NOW)
    assert [(row["code"], row["place"]) for row in block(page, HUYEN)["rows"]] == [("B", 1), ("C", 2)]
    assert [(row["code"], row["place"]) for row in block(page)["rows"]] == [("A", 1)]


def test_who_has_not_handed_in_has_no_place_however_many_points_there_are() -> None:
    back = BoardUnit("R", "R", "R", SO, state="returned", decided=38, total=Fraction(99))
    found = block(ranking([handed_in("A", 50), back], CYCLE, NOW))
    assert [row["code"] for row in found["rows"]] == ["A"]
    assert [row["code"] for row in found["waiting"]] == ["R"]


def test_classes_are_counted_and_the_scale_covers_everything() -> None:
    page: dict[str, Any] = ranking(
        [handed_in("A", 80), handed_in("B", Fraction(7999, 100)), handed_in("C", 20)], CYCLE, NOW
    )
    counted = {one["letter"]: one["units"] for one in block(page)["classes"]}
    assert counted == {"A": 1, "B": 1, "C": 0, "D": 1}
    assert [(one["letter"], one["low"], one["high"]) for one in page["scale"]] == [
        ("D", 0, 50), ("C", 50, 65), ("B", 65, 80), ("A", 80, 100),
    ]  # fmt: skip


def test_near_a_limit_is_within_one_point_on_either_side() -> None:
    totals: dict[str, Fraction | int] = {
        "A": 81,
        "B": Fraction(8101, 100),
        "C": 79,
        "D": Fraction(7899, 100),
        "E": 80,
        "F": Fraction(799999, 10000),
    }
    found = {row["code"]: row for row in near_limits([handed_in(*one) for one in totals.items()], criteria())}
    assert set(found) == {"A", "C", "E", "F"}
    assert (found["A"]["reached"], found["A"]["limit"], found["A"]["distance_shown"]) == (True, "A", "1.00")
    assert (found["C"]["reached"], found["C"]["limit"], found["C"]["distance_shown"]) == (False, "A", "1.00")
    assert (found["E"]["reached"], found["E"]["distance_shown"]) == (True, "0.00")
    assert found["F"]["distance_shown"] == "0.0001"  # a distance never reads as none


def test_the_nearest_stand_first_and_nobody_who_has_not_handed_in() -> None:
    idle = BoardUnit("I", "I", "I", SO, decided=30, total=Fraction(65))
    found = near_limits([handed_in("A", 81), handed_in("B", Fraction(1292, 20)), idle], criteria())
    assert [row["code"] for row in found] == ["B", "A"]


@given(st.lists(st.fractions(0, 100, max_denominator=8), max_size=40))
def test_a_place_is_one_more_than_how_many_are_better(totals: list[Fraction]) -> None:
    best_first = sorted(totals, reverse=True)
    for total, (place, shared) in zip(best_first, places(best_first), strict=True):
        assert place == 1 + sum(other > total for other in totals)
        assert shared == (totals.count(total) > 1)
