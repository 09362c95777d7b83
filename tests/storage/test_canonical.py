"""The one JSON text of a value, by which stored values are compared: what any JSON library writes with sorted keys.

Checked against: keys left in the order in which they came.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.dialect import from_json, to_json

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_it_is_what_the_standard_library_writes(value: object) -> None:
    assert to_json(value) == json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert from_json(to_json(value)) == value


@pytest.mark.parametrize("strange", [datetime(2026, 1, 14, tzinfo=UTC), {1, 2}, object(), {1: "a number as a key"}])
def test_what_json_cannot_hold_is_refused(strange: object) -> None:
    with pytest.raises(TypeError):
        to_json(strange)
