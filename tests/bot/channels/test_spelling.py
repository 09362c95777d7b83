"""JSON to and from platforms: as sound JSON says it, and torn letters do not stop a message on either way.

Checked against: the quick way alone, in `spell` and in `unspell`.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.spelling import spell, unspell

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_what_is_spelled_says_the_same_when_read_again(value: object) -> None:
    assert unspell(spell(value)) == json.loads(spell(value)) == value


def test_half_a_letter_goes_out_as_a_question_mark() -> None:
    assert json.loads(spell({"text": "chào \ud83d anh"})) == {"text": "chào ? anh"}


def test_half_a_letter_comes_in_as_it_is() -> None:
    assert unspell(b'{"text": "ch\\ud83d"}') == {"text": "ch\ud83d"}


@pytest.mark.parametrize("broken", [b"", b"{", b"\xff", b'{"a": 1} b'])
def test_what_is_no_json_is_a_value_error(broken: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any kind of it
        unspell(broken)
