"""The progress page as data: states, counts, order, search and lateness."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from board_office.filled import DUE, NOW, criteria, some_answers
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.assessment import Cycle
from bot.views.board import BoardLine, BoardUnit
from bot.views.board_progress import ORDERS, Choice, days_left, in_order, progress
from scoring.scorecard import score

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CYCLE = Cycle(1, 2025, DUE, False, criteria())
SO, HUYEN = "so_ban_nganh", "ubnd_cap_huyen"


def unit(code: str, name: str = "", kind: str = SO, **given_fields: Any) -> BoardUnit:
    return BoardUnit(code, name or f"Sở {code}", code, kind, given_fields.pop("officers", ("Lê An",)), **given_fields)


def shown(*units: BoardUnit, now: datetime = NOW, **choice: Any) -> dict[str, Any]:
    return progress(units, CYCLE, now, Choice(**choice), ZONE)


def codes(page: dict[str, Any]) -> list[str]:
    return [row["code"] for row in page["rows"]]


LE_THUY = unit("LT", "UBND huyện Lệ Thủy", HUYEN)
DONG_HOI = unit("DH", "UBND thành phố Đồng Hới", HUYEN, state="submitted", decided=38, total=Fraction(80))
WORKING = unit("WO", decided=12, total=Fraction(9), last_at=NOW, class_floor="D", class_ceiling="A")
BACK = unit("BA", decided=38, state="returned", total=Fraction(70), last_at=NOW - timedelta(days=1), class_floor="B")
ALONE = unit("AL", officers=())
ALL = (LE_THUY, DONG_HOI, WORKING, BACK, ALONE)


def test_each_unit_is_counted_in_exactly_one_state() -> None:
    counts = {count["standing"]: count["units"] for count in shown(*ALL)["counts"]}
    assert counts == {"": 5, "idle": 2, "working": 1, "returned": 1, "submitted": 1}


def test_the_gauges_of_a_state_tell_how_far_each_unit_is_furthest_first() -> None:
    page = shown(unit("A", decided=2), unit("B", decided=19))
    working = next(count for count in page["counts"] if count["standing"] == "working")
    assert working["gauges"] == (Fraction(1, 2), Fraction(1, 19))


@pytest.mark.parametrize("typed", ["le thuy", "LỆ THUỶ", "thuy le", "lệ  thủy", "lt"])
def test_search_ignores_marks_case_and_the_order_of_words(typed: str) -> None:
    assert codes(shown(*ALL, search=typed)) == ["LT"]


def test_search_knows_the_stroked_d_and_the_officers() -> None:
    assert codes(shown(*ALL, search="dong hoi")) == ["DH"]
    assert codes(shown(unit("X", officers=("Đặng Anh Tuấn",)), *ALL, search="dang anh")) == ["X"]
    assert codes(shown(*ALL, search="khong co")) == []


def test_the_counts_follow_kind_and_search_but_not_the_state_chosen() -> None:
    page = shown(*ALL, kind=HUYEN, standing="idle")
    assert {count["standing"]: count["units"] for count in page["counts"]}["submitted"] == 1
    assert codes(page) == ["LT"]
    assert page["units"] == 5


def test_what_needs_attention_comes_first() -> None:
    assert codes(shown(*ALL, order="attention")) == ["AL", "BA", "LT", "WO", "DH"]


def test_by_points_who_has_none_stands_last_whichever_way_round() -> None:
    assert codes(shown(*ALL, order="points")) == ["DH", "BA", "WO", "LT", "AL"]
    assert codes(shown(*ALL, order="points", backwards=True)) == ["WO", "BA", "DH", "LT", "AL"]


def test_points_are_sorted_exactly_not_as_they_are_shown() -> None:
    close = [unit(name, decided=38, total=Fraction(80) - Fraction(1, 10**n)) for n, name in ((5, "NEAR"), (3, "FAR"))]
    assert codes(shown(*reversed(close), order="points")) == ["NEAR", "FAR"]


@given(st.sampled_from(sorted(ORDERS)), st.booleans(), st.permutations(ALL))
def test_every_order_keeps_every_unit(order: str, backwards: bool, units: list[BoardUnit]) -> None:
    found = in_order(units, Choice(order=order, backwards=backwards))
    assert sorted(one.code for one in found) == sorted(one.code for one in ALL)


def test_a_row_says_points_out_of_what_the_decided_criteria_can_give() -> None:
    lines = {"1.1": BoardLine(Fraction(2), "answered"), "2.1.1": BoardLine(Fraction(9, 2), "answered")}
    (row,) = shown(unit("A", decided=2, total=Fraction(13, 2), lines=lines))["rows"]
    assert (row["total_shown"], row["out_of"]) == ("6.50", 7)
    assert [(section["done"], section["total"]) for section in row["sections"]] == [(1, 9), (1, 20), (0, 5), (0, 4)]


def test_a_total_just_below_a_limit_never_reads_as_the_limit() -> None:
    (row,) = shown(unit("A", decided=38, total=Fraction(79_996, 1000), class_letter="B"))["rows"]
    assert row["total_shown"] == "79.996"


@pytest.mark.parametrize(
    ("one", "now", "kind", "days"),
    [
        (LE_THUY, NOW, "left", 2),
        (LE_THUY, DUE - timedelta(seconds=1), "left", 0),
        (LE_THUY, DUE, "overdue", 1),
        (DONG_HOI, DUE + timedelta(days=3), "in_time", 4),
        (replace(DONG_HOI, late=True), DUE, "late", 1),
        (BACK, NOW, "left", 2),
        (BACK, DUE, "again", 1),
        (replace(WORKING, due_at=DUE + timedelta(days=5)), DUE + timedelta(days=1), "left", 3),
        (replace(WORKING, due_at=DUE + timedelta(days=5)), DUE + timedelta(days=5), "overdue", 1),
    ],
)
def test_lateness(one: BoardUnit, now: datetime, kind: str, days: int) -> None:
    (row,) = shown(one, now=now)["rows"]
    assert (row["lateness"]["kind"], row["lateness"]["days"]) == (kind, days)


def test_days_are_counted_by_the_calendar_of_the_office() -> None:
    late_evening = datetime(2026, 1, 12, 16, 59, tzinfo=UTC)  # 23:59 there
    assert days_left(DUE, late_evening, ZONE) == 2
    assert days_left(DUE, late_evening + timedelta(minutes=1), ZONE) == 1


@given(st.integers(0, 10_000), st.integers(0, 38))
def test_decided_and_out_of_agree_with_the_scorecard(seed: int, decided: int) -> None:
    card = score(criteria(), SO, some_answers(SO, decided, random.Random(seed)))
    lines = {one.id: BoardLine(one.points, one.state) for one in card.lines.values()}
    (row,) = shown(unit("A", decided=card.decided, total=card.total, lines=lines))["rows"]
    assert sum(section["done"] for section in row["sections"]) == card.decided == row["decided"]
    assert row["out_of"] == sum(one.maximum for one in card.lines.values() if one.points is not None)


def test_a_unit_waits_for_its_leader_only_where_the_cycle_asks_for_that_word() -> None:
    waiting = unit("STC", decided=38, awaiting_since=NOW)
    asks = replace(CYCLE, approval=True)
    for cycle, since in ((asks, NOW), (CYCLE, None), (replace(asks, closed=True), None)):
        page: dict[str, Any] = progress((waiting,), cycle, NOW, Choice(), ZONE)
        (row,) = page["rows"]
        assert (row["awaiting"], row["standing"]) == (since, "working")
