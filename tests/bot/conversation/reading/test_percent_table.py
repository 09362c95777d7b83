"""Every row of the table of percentage inputs reads as the table says."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.reading.outcomes import Accepted, CountsValue, Doubtful, PercentValue, Ratio, Refused
from bot.conversation.reading.percent import read_percent
from bot.conversation.reading.words import Words

ROWS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "data/percent_inputs.json").read_text(encoding="utf-8")
)

# The sense of the hint in the table -> the codes that may carry it.
SENSES = {
    "Chưa đọc được con số": {"not_read"},
    "Chưa có con số nào": {"no_number"},
    "Mỗi lần chỉ gửi MỘT con số": {"one_number"},
    "Tỷ lệ phải từ 0 đến 100": {"out_of_range"},
    "Tỷ lệ không được âm": {"negative"},
    "Tử số lớn hơn mẫu số": {"numerator_larger"},
    "Mẫu số bằng 0": {"zero_denominator"},
    "Đây có vẻ là SỐ LƯỢNG": {"a_count"},
    "Đây có vẻ là NGÀY": {"a_date"},
    "Bấm nút bên dưới": {"a_request"},
    "Tin quá dài": {"too_long"},
    "Số lớn hơn 100": {"over_100_lost_comma"},
}


def expected(row: dict[str, Any]) -> Ratio:
    if "num" in row:
        return CountsValue(row["num"], row["den"])
    return PercentValue(Fraction(row["value"]))


def test_the_table_is_whole() -> None:
    assert len(ROWS) == 179
    assert {row["expect"] for row in ROWS} == {"accept", "confirm", "reject"}


@pytest.mark.parametrize("row", [row for row in ROWS if row["expect"] == "accept"], ids=lambda row: str(row["id"]))
def test_a_plain_input_is_accepted_exactly(row: dict[str, Any], words: Words) -> None:
    found = read_percent(row["input"], words)
    assert found == Accepted(expected(row))
    assert isinstance(found, Accepted)
    assert found.value.percent == Fraction(row["value"])


@pytest.mark.parametrize("row", [row for row in ROWS if row["expect"] == "confirm"], ids=lambda row: str(row["id"]))
def test_a_doubtful_input_is_spelled_out(row: dict[str, Any], words: Words) -> None:
    found = read_percent(row["input"], words)
    assert isinstance(found, Doubtful)
    assert found.value == expected(row)
    assert found.value.percent == Fraction(row["value"])
    assert found.alternative == (PercentValue(Fraction(row["alt"])) if "alt" in row else None)
    assert found.why


@pytest.mark.parametrize("row", [row for row in ROWS if row["expect"] == "reject"], ids=lambda row: str(row["id"]))
def test_any_other_input_is_refused_in_the_sense_of_the_hint(row: dict[str, Any], words: Words) -> None:
    found = read_percent(row["input"], words)
    assert isinstance(found, Refused)
    assert [codes for sense, codes in SENSES.items() if row["hint"].startswith(sense)] == [{found.hint}]
    if "Có phải ý anh/chị là" in row["hint"]:
        assert found.suggestion == row["hint"].split(" là ")[1].rstrip("?")


def test_a_question_without_a_bound_asks_where_the_others_refuse(words: Words) -> None:
    assert read_percent("120%", words, bounded=False) == Doubtful(PercentValue(Fraction(120)), why="over_100")
    assert read_percent("855", words, bounded=False) == Doubtful(
        PercentValue(Fraction(855)), PercentValue(Fraction(171, 2)), why="over_100"
    )
    assert read_percent("50/45", words, bounded=False) == Doubtful(CountsValue(50, 45), why="numerator_larger")
    assert read_percent("một trăm hai mươi", words, bounded=False) == Doubtful(
        PercentValue(Fraction(120)), why="over_100"
    )
    assert read_percent("100", words, bounded=False) == Accepted(PercentValue(Fraction(100)))
    assert read_percent("5/0", words, bounded=False) == Refused("zero_denominator")
    assert read_percent("-5", words, bounded=False) == Refused("negative")
