"""A citation is split where its parts can be told, and kept whole where they cannot."""

import random
from datetime import date

import pytest

from bot.conversation.reading.citation import Citation, read_citation
from bot.conversation.reading.words import Words


@pytest.mark.parametrize(
    ("text", "symbol", "dated", "issued_by", "place"),
    [
        (
            "Quyết định số 123/QĐ-SDL ngày 12/3/2025 của Sở Du lịch, trang 3",
            "123/QĐ-SDL", date(2025, 3, 12), "Sở Du lịch", "trang 3",
        ),
        (
            "QĐ 21/2019/QĐ-UBND ngày 05 tháng 8 năm 2019 của UBND tỉnh Quảng Bình",
            "21/2019/QĐ-UBND", date(2019, 8, 5), "UBND tỉnh Quảng Bình", "",
        ),
        ("Kế hoạch 78/KH-UBND, mục 2", "78/KH-UBND", None, "", "mục 2"),
        (
            "CV 1145/BTTTT-CATTT ngày 03/4/2020 của Bộ TTTT (điểm a khoản 2)",
            "1145/BTTTT-CATTT", date(2020, 4, 3), "Bộ TTTT", "điểm a khoản 2",
        ),
        ("số 15-KH/TU do Tỉnh ủy ban hành", "15-KH/TU", None, "Tỉnh ủy", ""),
        (
            "Quyet dinh so 5/QD-SNV ngay 1/2/2024 cua So Noi vu phu luc II",
            "5/QD-SNV", date(2024, 2, 1), "So Noi vu", "phu luc II",
        ),
        ("Báo cáo của Sở Y tế về việc chuyển đổi số", "", None, "Sở Y tế", ""),
        ("bản chụp màn hình", "", None, "", ""),
        ("ngày 30/30/2025", "", None, "", ""),
    ],
)  # fmt: skip
def test_the_parts_of_a_citation_are_found(
    text: str, symbol: str, dated: date | None, issued_by: str, place: str, words: Words
) -> None:
    assert read_citation(text, words) == Citation(text, symbol, dated, issued_by, place)


def test_no_text_raises(words: Words) -> None:
    chance = random.Random(7)
    bits = [
        "ngày ",
        "tháng ",
        "năm ",
        "của ",
        "trang ",
        "12",
        "/",
        "-",
        "QĐ",
        "2025",
        " ",
        "về ",
        "\x00",
        "\ud800",
        "²",
        "(",
        ",",
    ]
    for _ in range(3_000):
        text = "".join(chance.choice(bits) for _ in range(chance.randint(0, 20)))
        assert isinstance(read_citation(text, words), Citation)
    assert len(read_citation("1/Q-" * 5000, words).text) <= 2000
