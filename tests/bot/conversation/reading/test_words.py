"""The word list is whole, unambiguous where it must be, and compared by its marks."""

import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.reading.folding import fold, may_be, split_words
from bot.conversation.reading.words import Words

SOURCE = (Path(__file__).parents[4] / "messages/vi/words.toml").read_text(encoding="utf-8")


def test_the_list_is_composed_text() -> None:
    assert unicodedata.is_normalized("NFC", SOURCE)


def test_no_phrase_asks_for_two_things() -> None:
    seen: dict[tuple[Any, ...], str] = {}
    for name, phrases in tomllib.loads(SOURCE)["requests"]["phrases"].items():
        for phrase in phrases:
            assert seen.setdefault(split_words(phrase), name) == name, phrase


def test_no_word_is_both_yes_and_no() -> None:
    choice = tomllib.loads(SOURCE)["choice"]
    yes = {fold(word) for key in ("yes", "perhaps_yes") for word in choice[key]}
    no = {fold(word) for key in ("no", "perhaps_no", "not_yet", "exempt") for word in choice[key]}
    assert not yes & no


def test_every_request_and_command_has_a_way_to_be_typed(words: Words) -> None:
    requests = tomllib.loads(SOURCE)["requests"]
    for name, phrases in requests["phrases"].items():
        assert phrases
        assert name in words.commands
        for phrase in phrases:
            assert words.requests.find(split_words(phrase)) == name


@pytest.mark.parametrize("broken", ["polite", "percent", "choice", "requests"])
def test_a_missing_table_is_named(broken: str) -> None:
    mapping = tomllib.loads(SOURCE)
    del mapping[broken]
    with pytest.raises(TypeError, match=broken):
        Words.from_mapping(mapping)


def test_an_unknown_list_is_refused() -> None:
    mapping = tomllib.loads(SOURCE)
    mapping["percent"]["words"]["percnt"] = ["%"]
    with pytest.raises(ValueError, match="percnt"):
        Words.from_mapping(mapping)


def test_folding_drops_every_mark_and_the_stroke() -> None:
    assert fold("  ĐÃ  Ban\u00a0Hành ") == "da ban hanh"
    assert fold("đa\u0303") == "da"


@pytest.mark.parametrize(
    ("typed", "phrase", "fits"),
    [
        ("co", "có", True),
        ("có", "có", True),
        ("cơ", "có", False),
        ("cỡ", "có", False),
        ("chua", "chưa", True),
        ("chúa", "chưa", False),
        ("chưa", "chua", False),
        ("bo qua", "bỏ qua", True),
        ("bơ qua", "bỏ qua", False),
        ("hoà", "hòa", True),
        ("thuỷ", "thủy", True),
        ("đa", "đã", True),
        ("da", "đã", True),
        ("muơi", "mươi", True),
        ("có", "có có", False),
    ],
)
def test_marks_may_be_left_out_but_not_put_in(typed: str, phrase: str, fits: bool) -> None:
    assert may_be(split_words(typed), split_words(phrase)) is fits
