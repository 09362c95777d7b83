"""Heat map and distribution: levels, flags, and the weakest criterion first."""

from __future__ import annotations

from fractions import Fraction

import pytest
from board_office.filled import DUE, NOW, criteria

from bot.conversation.assessment import Cycle
from bot.views.board import LEVELS, BoardLine, BoardUnit, Level, level
from bot.views.criteria import distribution
from bot.views.matrix import matrix

CYCLE = Cycle(1, 2025, DUE, False, criteria())
SO, HUYEN = "so_ban_nganh", "ubnd_cap_huyen"


def unit(code: str, kind: str = SO, **lines: BoardLine) -> BoardUnit:
    held = {name.removeprefix("c").replace("_", "."): line for name, line in lines.items()}
    return BoardUnit(code, code, code, kind, decided=len(held), lines=held)


def got(points: object, state: str = "answered", *flags: str) -> BoardLine:
    return BoardLine(Fraction(str(points)), state, flags)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (got(5), "full"), (got("4.99"), "high"), (got("3.75"), "high"), (got("3.74"), "half"), (got("2.5"), "half"),
        (got("2.49"), "low"), (got("0.01"), "low"), (got(0), "zero"), (got(0, "derived"), "zero"),
        (got(5, "exempt"), "exempt"), (BoardLine(), "missing"), (got(0, "none"), "zero"),
    ],
)  # fmt: skip
def test_a_cell_stands_where_its_share_of_the_maximum_is(line: BoardLine, expected: Level) -> None:
    assert level(line, Fraction(5)) == expected


def test_every_unit_has_a_cell_for_every_criterion_in_the_order_of_the_columns() -> None:
    page = matrix([unit("A", c1_1=got(2)), unit("H", HUYEN), unit("B")], CYCLE, NOW)
    assert [block["kind"] for block in page["blocks"]] == [SO, HUYEN]  # type: ignore[attr-defined]
    ids = [column["id"] for column in page["columns"]]  # type: ignore[attr-defined]
    assert len(ids) == 38
    for block in page["blocks"]:  # type: ignore[attr-defined]
        for row in block["rows"]:
            assert [cell["id"] for cell in row["cells"]] == ids
    assert [section["span"] for section in page["sections"]] == [9, 20, 5, 4]  # type: ignore[attr-defined]


def test_a_derived_zero_is_signed_and_not_flagged_and_what_is_odd_is_flagged() -> None:
    held = unit("A", c1_2_2=got(0, "derived", "derived"), c2_5_1=got(3, "answered", "figure_differs"))
    cells = {cell["id"]: cell for cell in matrix([held], CYCLE, NOW)["blocks"][0]["rows"][0]["cells"]}  # type: ignore[index]
    assert (cells["1.2.2"]["derived"], cells["1.2.2"]["flagged"]) == (True, False)
    assert (cells["2.5.1"]["derived"], cells["2.5.1"]["flagged"]) == (False, True)
    assert cells["1.1"]["level"] == "missing"


def test_the_weakest_criterion_stands_first_by_its_mean_share_of_the_maximum() -> None:
    units = [
        unit("A", c1_1=got(1), c2_1_1=got(5), c3_1=got(0)),
        unit("B", c1_1=got(2), c2_1_1=got(1)),
    ]
    rows = distribution(units, CYCLE, NOW)["rows"]
    first = [(row["id"], row["share"], row["answered"]) for row in rows[:4]]  # type: ignore[index]
    assert first[:3] == [("3.1", 0, 1), ("2.1.1", Fraction(3, 5), 2), ("1.1", Fraction(3, 4), 2)]
    assert first[3][1] is None  # what nobody answered comes last


def test_exempt_and_missing_units_do_not_lift_or_lower_the_mean() -> None:
    units = [unit("A", c2_9=got(1)), unit("B", c2_9=got(5, "exempt")), unit("C")]
    (row,) = [row for row in distribution(units, CYCLE, NOW)["rows"] if row["id"] == "2.9"]  # type: ignore[attr-defined]
    assert (row["mean"], row["share"]) == (1, Fraction(1, 5))
    counts = {one["level"]: one["units"] for one in row["counts"]}
    assert (counts["low"], counts["exempt"], counts["missing"]) == (1, 1, 1)


def test_the_counts_of_every_criterion_add_up_to_the_units_of_the_kind() -> None:
    units = [unit("A", c1_1=got(1)), unit("H", HUYEN, c1_1=got(2)), unit("B")]
    for kind, expected in (("", 3), (SO, 2), (HUYEN, 1)):
        page = distribution(units, CYCLE, NOW, kind)
        assert page["units"] == expected
        for row in page["rows"]:  # type: ignore[attr-defined]
            assert sum(one["units"] for one in row["counts"]) == expected
            assert tuple(one["level"] for one in row["counts"]) == LEVELS
