"""The fields of a ratio's card as one text."""

import pytest
from talk.stage import words

from bot.channels.web.downloads import disposition
from bot.channels.web.figures import figures_text
from bot.conversation.reading.outcomes import Refused
from bot.conversation.reading.percent import read_percent


@pytest.mark.parametrize(
    ("numerator", "denominator", "percent", "text"),
    [
        ("350", "400", "", "350/400"),
        (" 350 ", "400", "87,5", "350/400 = 87,5%"),
        ("", "", "87,5%", "87,5"),
        ("350/400", "", "", "350/400"),
        ("", "350/400", "", "350/400"),
        ("69", None, None, "69"),
        (None, None, "87,5", "87,5"),
        ("", "", "", ""),
        ("/nop", "400", "", "nop/400"),
    ],
)
def test_fields_become_what_somebody_would_type(
    numerator: str | None, denominator: str | None, percent: str | None, text: str
) -> None:
    assert figures_text(numerator, denominator, percent) == text


@pytest.mark.parametrize(("numerator", "denominator"), [("68", ""), ("", "69"), ("100", ""), ("", "1")])
def test_half_of_a_ratio_reads_as_none(numerator: str, denominator: str) -> None:
    read = read_percent(figures_text(numerator, denominator, ""), words())
    assert isinstance(read, Refused)
    assert read.hint != "a_request"


def test_a_download_has_a_name_for_every_browser() -> None:
    told = disposition('Quyết "định";\r\n../x.pdf')
    assert "\r" not in told
    assert "\n" not in told
    assert told.startswith('attachment; filename="Quy_t _')
    assert "filename*=UTF-8''Quy%E1%BA%BFt%20%22" in told
