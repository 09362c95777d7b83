"""Plain text for platforms without markup: nothing of it is lost, no letter is cut, no part is too long.

Checked against: a length counted in characters, a cut without regard to marks, a last part left out: each failed here.
"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.plain_text import harmless, split_text, to_text, units

LIMIT = 12
_LETTERS = st.sampled_from(
    ["a", "Đ", "e\u0302\u0301", "ệ", "o\u031b\u0323", "\U0001f600", "👩\u200d💻", "👍🏽", "🇻🇳", "5️⃣"]
)
_BLANKS = st.sampled_from([" ", "\n", "\n\n", "  ", "\u00a0"])
TEXTS = st.lists(_LETTERS | _LETTERS | _BLANKS, max_size=60).map("".join)


def solid(text: str) -> str:
    """A text without its blanks."""
    return "".join(text.split())


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@given(TEXTS)
@example("a" * 30)
@example("\U0001f600" * 30)
@example("một hai \u0323ba bốn năm")
def test_parts_fit_and_together_are_the_text(text: str) -> None:
    parts = split_text(text, LIMIT)
    assert solid("".join(parts)) == solid(composed(text))
    for part in parts:
        assert 0 < units(part) <= LIMIT
        assert part.strip()
        assert part == composed(part)


@given(TEXTS)
def test_no_part_begins_inside_a_letter(text: str) -> None:
    for part in split_text(text, LIMIT):
        assert not unicodedata.category(part[0]).startswith("M")
        assert part[0] != "\u200d"
        assert part[-1] != "\u200d"
        flags = [char for char in part if "\U0001f1e6" <= char <= "\U0001f1ff"]
        assert len(flags) % 2 == 0


@given(st.text(max_size=80), st.integers(2, 20))
@example("a" + "\u0323" * 50, 5)
@example("\u200d" * 20, 3)
def test_whatever_is_written_fits_and_is_not_lost(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert solid("".join(parts)) == solid(composed(text))
    assert all(units(part) <= limit for part in parts)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("một\n\nhai\nba bốn", ("một", "hai\nba bốn")),
        ("một hai ba bốn", ("một hai ba", "bốn")),
        ("mộthaibabốnnăm", ("mộthaibabốnn", "ăm")),
        ("  một  ", ("một",)),
        ("", ()),
        (" \n ", ()),
    ],
)
def test_a_cut_is_where_it_hurts_least(text: str, parts: tuple[str, ...]) -> None:
    assert split_text(text, LIMIT) == parts


def test_decomposed_vietnamese_counts_as_it_is_sent() -> None:
    assert split_text("e\u0323\u0302" * 12, LIMIT) == ("ệ" * 12,)


def test_length_is_counted_in_utf_16() -> None:
    assert [units(text) for text in ("a", "ệ", "\U0001f600", "\ud83d")] == [1, 1, 2, 1]


def test_a_long_text_is_cut_in_no_time() -> None:
    text = "chữ " * 20_000 + "x" * 40_000
    assert solid("".join(split_text(text, 2000))) == solid(text)


def test_messengers_get_what_shapes_letters_and_terminals_do_not() -> None:
    html = "<b>👩\u200d💻</b> &amp; \u202eđảo\u202c\x1b[31m\r\n5\u00a0phút"
    assert to_text(html) == "👩💻 & đảo[31m\n5 phút"
    assert to_text(html, shaping=True) == "👩\u200d💻 & \u202eđảo\u202c[31m\n5 phút"


@given(st.text(max_size=40))
def test_no_control_character_gets_through(text: str) -> None:
    shown = harmless(text) + harmless(text, shaping=True)
    assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t"]
