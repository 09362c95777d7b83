"""Two counts called by the product's own words, numerator and denominator, in either order.

Checked against: `_read_named` that takes the first count for the numerator.
"""

import pytest

from bot.conversation.reading.outcomes import Accepted, CountsValue, Doubtful, Refused
from bot.conversation.reading.percent import read_percent
from bot.conversation.reading.words import Words


@pytest.mark.parametrize(
    "text",
    [
        "Tử số: 350; Mẫu số: 400",
        "tử số 350, mẫu số 400",
        "mẫu số 400; tử số 350",
        "Mẫu số = 400, tử số = 350.",
        "tu so 350 mau so 400",
        "dạ tử 350 mẫu 400 ạ",
        "tử số 350 / mẫu số 400",
        "mẫu số - 400; tử số - 350",
    ],
)
def test_the_words_say_which_count_is_which(words: Words, text: str) -> None:
    assert read_percent(text, words) == Accepted(CountsValue(350, 400))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Mẫu số là 400, tử số là 350", "labelled"),
        ("tử số 350 văn bản và mẫu số 400 văn bản", "unit"),
        ("tử số 350, mẫu số 400 (87,5%)", "with_percentage"),
        ("350 trên tổng số 400 vb", "in_words"),
    ],
)
def test_what_stands_round_them_is_asked_about(words: Words, text: str, why: str) -> None:
    assert read_percent(text, words) == Doubtful(CountsValue(350, 400), why=why)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("tử số 400, mẫu số 350", "numerator_larger"),
        ("mẫu số 0, tử số 0", "zero_denominator"),
        ("tử số -3, mẫu số 5", "negative"),
        ("tử số 35,5; mẫu số 40", "whole_counts"),
        ("tử số 350, mẫu số 400 (80%)", "percent_disagrees"),
        ("tử số 350", "not_read"),
        ("tử số 350; tử số 400", "not_read"),
        ("tử số 350, mẫu số", "not_read"),
    ],
)
def test_they_are_checked_as_any_two_counts(words: Words, text: str, hint: str) -> None:
    found = read_percent(text, words)
    assert isinstance(found, Refused)
    assert found.hint == hint
    over = read_percent("mẫu số 70, tử số 84", words, bounded=False)
    assert over == Doubtful(CountsValue(84, 70), why="numerator_larger")
