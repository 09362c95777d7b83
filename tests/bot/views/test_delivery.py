"""What became of something that went to many: counts that add up, a bar of them, whoever needs a hand first.

Checked once against: a state nobody knows left out of the sum, the thin parts not taken off the others: each failed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.mailing_cards import NEEDS_A_HAND, STATES
from bot.views.delivery import (
    MOST_ATTENDED,
    MOST_OTHERS,
    ORDER,
    Reached,
    attention,
    figures,
    others,
    parts,
    picture,
    tally,
)

AT = datetime(2026, 1, 7, 1, tzinfo=UTC)
COUNTS = st.dictionaries(st.sampled_from([*STATES, "something new"]), st.integers(0, 5000))


def one(state: str, number: int = 1, minutes: int | None = 0, phone: str = "") -> Reached:
    at = None if minutes is None else AT + timedelta(minutes=minutes)
    return Reached(number, f"Sở {number}", "An", phone, "chat", "telegram", state, "", at, None)


def test_every_state_that_is_stored_has_its_place_in_the_bar() -> None:
    assert set(ORDER) == set(STATES)
    assert set(NEEDS_A_HAND) < set(ORDER)


@given(st.lists(st.sampled_from([*STATES, "something new"]), max_size=60))
def test_everybody_is_counted_once(states: list[str]) -> None:
    rows = [one(state, number) for number, state in enumerate(states)]
    assert sum(tally(rows).values()) == len(rows)
    shown = picture(rows)
    assert shown["size"] == len(rows)
    attended, calm = attention(rows), others(rows)
    assert sorted(row.id for row in (*attended, *calm)) == list(range(len(rows)))


@given(COUNTS)
def test_the_numbers_below_the_bar_add_up_to_its_size(counts: dict[str, int]) -> None:
    shown = figures(counts)
    numbers = shown["numbers"]
    assert isinstance(numbers, tuple)
    assert sum(count for _state, count in numbers) == shown["size"] == sum(counts.values())


@given(COUNTS)
def test_a_bar_is_full_and_nobodys_part_is_too_thin_to_be_seen(counts: dict[str, int]) -> None:
    made = parts({state: counts.get(state, 0) for state in ORDER})
    assert sum(part.width for part in made) == (1000 if made else 0)
    assert all(part.width >= 12 for part in made)
    assert [part.x for part in made] == [sum(one.width for one in made[:n]) for n in range(len(made))]
    assert sum(part.count for part in made) == sum(counts.get(state, 0) for state in ORDER)


def test_a_share_is_as_wide_as_it_is_large() -> None:
    assert [(part.state, part.x, part.width) for part in parts({"seen": 10, "sent": 30, "failed": 40})] == [
        ("seen", 0, 125),
        ("sent", 125, 375),
        ("failed", 500, 500),
    ]


def test_the_doubtful_come_first_then_those_that_only_a_call_reaches() -> None:
    rows = [one(state, number) for number, state in enumerate(("sent", "unreached", "blocked", "failed", "uncertain"))]
    assert [row.state for row in attention(rows)] == ["uncertain", "failed", "blocked", "unreached"]
    assert picture(rows)["open"] == 2


def test_what_waits_stands_before_what_went_well_and_the_latest_before_the_rest() -> None:
    rows = [one("sent", 1, 3), one("queued", 2, None), one("seen", 3, 9), one("dropped", 4, 20), one("paused", 5, None)]
    assert [row.id for row in others(rows)] == [2, 5, 3, 1, 4]


def test_a_page_shows_so_many_rows_and_how_many_there_are_besides() -> None:
    rows = [one("sent", number) for number in range(MOST_OTHERS + 7)]
    rows += [one("blocked", number) for number in range(MOST_ATTENDED + 2)]
    shown: dict[str, Any] = picture(rows)
    assert (len(shown["others"]), len(shown["attention"]), shown["more"]) == (MOST_OTHERS, MOST_ATTENDED, 9)
    assert (shown["size"], shown["handed"]) == (len(rows), MOST_ATTENDED + 2)


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [("0232 3822 028", "02323822028"), ("+84 (232) 3822-028", "+842323822028"), ("", ""), ("không có", "")],
)
def test_a_number_is_dialled_without_its_blanks_and_brackets(phone: str, dialled: str) -> None:
    assert one("failed", phone=phone).dial == dialled
