"""Addresses are read strictly, and links keep what was asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.board.asked import LONGEST_SEARCH, Asked, read_query, read_year
from bot.views.board import STANDINGS
from bot.views.board_progress import ORDERS, Choice

KINDS = ("so_ban_nganh", "ubnd_cap_huyen")


def test_what_is_known_is_read() -> None:
    query = {"nam": "2025", "khoi": KINDS[0], "trang": "idle", "tim": "  le  thuy ", "xep": "points", "nguoc": "1"}
    asked = read_query("/bang", query | {"o": "SDL:2.1.2"}, KINDS)
    assert asked == Asked("/bang", Choice(KINDS[0], "idle", "le thuy", "points", True), 2025, ("SDL", "2.1.2"), True)


@pytest.mark.parametrize("name", ["nam", "khoi", "trang", "xep", "nguoc", "o", "la"])
@pytest.mark.parametrize("value", ["", "x", "<script>", "-1", "2025'", "٢٠٢٥", ":", "SDL:", ":2.1", "1 OR 1"])
def test_what_is_not_known_is_as_if_it_were_not_there(name: str, value: str) -> None:
    assert read_query("/bang", {name: value}, KINDS) == Asked("/bang")


@given(st.dictionaries(st.sampled_from(["nam", "khoi", "trang", "tim", "xep", "nguoc", "o"]), st.text(max_size=200)))
def test_no_query_breaks_anything(query: dict[str, str]) -> None:
    asked = read_query("/bang", query, KINDS)
    assert asked.choice.kind in ("", *KINDS)
    assert asked.choice.standing in ("", *STANDINGS)
    assert asked.choice.order in ORDERS
    assert len(asked.choice.search) <= LONGEST_SEARCH
    assert asked.link().startswith("/bang")
    assert read_year(query) is None or 0 <= (read_year(query) or 0) <= 9999


def test_a_link_changes_one_wish_and_keeps_the_rest() -> None:
    asked = read_query("/bang", {"khoi": KINDS[1], "tim": "đồng hới", "nam": "2024"}, KINDS)
    assert asked.link(trang="idle") == (f"/bang?nam=2024&khoi={KINDS[1]}&trang=idle&tim=%C4%91%E1%BB%93ng+h%E1%BB%9Bi")
    assert "khoi" not in asked.link(khoi="")
    assert asked.to("/bang/ma-tran") == "/bang/ma-tran?nam=2024"
    assert asked.unit("A/B ?") == "/bang/don-vi/A%2FB%20%3F?nam=2024"


def test_sorting_by_the_same_column_again_turns_it_round() -> None:
    once = read_query("/bang", {"xep": "points"}, KINDS)
    assert once.sort("points") == "/bang?xep=points&nguoc=1"
    assert read_query("/bang", {"xep": "points", "nguoc": "1"}, KINDS).sort("points") == "/bang?xep=points"
    assert once.sort("name") == "/bang?xep=name"


def test_a_form_carries_on_what_it_does_not_ask_itself() -> None:
    asked = read_query("/bang", {"nam": "2024", "khoi": KINDS[0], "tim": "a"}, KINDS)
    assert asked.wishes("tim") == {"nam": "2024", "khoi": KINDS[0]}
