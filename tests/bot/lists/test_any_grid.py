"""Whatever stands in a table, reading it gives units or sentences, never an error, and units are sound."""

import io
from collections.abc import Sequence
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st
from odd_lists.making import HEADING, text_table

from bot.lists.between import known_kinds, lines_of
from bot.lists.heading import choose_sheet, problems_of
from bot.lists.refused import ListRefused
from bot.lists.rows import Reading, read_rows
from bot.lists.tables import Cell, Dated, Sheet
from bot.lists.units import read_list

TEXTS = st.one_of(
    st.sampled_from(
        ["", " ", "A", "007", "7", "I", "II.", "Sở Y tế", "Sở, ban, ngành", "sở", "huyện", "Tổng cộng", "x"]
    ),
    st.sampled_from([*HEADING, "Email", "Điện thoại", "Sáp nhập vào", "Trạng thái", "giải thể", "a@b.vn", "(1)", "29"]),
    st.text(max_size=12),
)
CELLS: st.SearchStrategy[Cell] = st.one_of(
    TEXTS, st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 99).map(float), TEXTS.map(Dated)
)
STORED = st.lists(st.sampled_from(["7", "07", "007", "A", "a"]), unique=True)


def check(sheet: Sheet, stored: Sequence[str]) -> None:
    """Read the table as `read_list` does; what comes out must hold together."""
    try:
        chosen, head = choose_sheet([sheet])
    except ListRefused:
        return
    lines = lines_of(chosen, head)
    if problems_of(head, kinds_told=any(line.group for line in lines)):
        return
    reading = Reading(chosen, head, stored)
    units = read_rows(reading, lines)
    assert sum(line.what == "unit" for line in lines) == len(units)
    if reading.problems:
        return
    assert len({unit.code for unit in units}) == len(units)
    for unit in units:
        assert unit.code
        assert unit.name
        assert unit.kind in known_kinds().values()


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=8), max_size=12), st.booleans(), STORED)
def test_any_grid_is_read_or_refused(grid: list[list[Cell]], headed: bool, stored: list[str]) -> None:
    heading: list[Cell] = [*HEADING, "Sáp nhập vào", "Trạng thái"]
    rows = [heading, *grid] if headed else grid
    numbered = tuple((number, tuple(row)) for number, row in enumerate(rows, start=1))
    merged: dict[tuple[int, int], Cell] = {(3, 0): "A", (4, 3): "sở", (99, 99): "x"}
    check(Sheet("", numbered, merged=merged), stored)


@settings(max_examples=80, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)), st.booleans())
def test_any_bytes_are_read_or_refused(data: bytes, headed: bool) -> None:
    if data.startswith((b"PK", b"\xd0\xcf")):
        return  # a process for each would take minutes; see test_bombs
    told = io.BytesIO()
    told.write(text_table(HEADING).encode() if headed else b"")
    told.write(data)
    with suppress(ListRefused):
        assert read_list(told.getvalue(), "a.csv").units
