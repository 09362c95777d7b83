"""Moments in words: read for sure or not at all.

Caught when seeded: an afternoon taken for a morning; a past day of this year not carried over to the next; 24:00.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from talk.stage import ZONE, words

from bot.conversation.reading.moment import read_moment

NOW = datetime(2026, 1, 8, 2, 0, tzinfo=UTC)  # 09:00 on Thursday, 08/01/2026


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("08:00 12/01/2026", "2026-01-12 08:00"),
        ("12/01/2026 08:00", "2026-01-12 08:00"),
        ("8h30 ngày 12/01", "2026-01-12 08:30"),
        ("8 giờ 30 phút sáng mai", "2026-01-09 08:30"),
        ("sáng mai", "2026-01-09 08:00"),
        ("sang mai", "2026-01-09 08:00"),
        ("8h mai", "2026-01-09 08:00"),
        ("mai 8h", "2026-01-09 08:00"),
        ("chiều mai lúc 3h", "2026-01-09 15:00"),
        ("1h trưa mai", "2026-01-09 13:00"),
        ("11h trưa mai", "2026-01-09 11:00"),
        ("20 giờ tối nay", "2026-01-08 20:00"),
        ("14:00", "2026-01-08 14:00"),
        ("7h", "2026-01-08 07:00"),
        ("10:00 5/1", "2027-01-05 10:00"),
        ("8g ngày kia", "2026-01-10 08:00"),
        ("0:00 09/01/2026", "2026-01-09 00:00"),
    ],
)
def test_a_moment_is_read(text: str, read: str) -> None:
    at = read_moment(text, words().moments, NOW, ZONE)
    assert at is not None
    assert f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" == read
    assert at.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "mai",
            "hôm qua",
            "29/02/2026 8h",
            "25:00 mai",
            "24:00",
            "8:5",
            "8:60 mai",
            "8",
            "12/01/2026",
            "mai kia 8h",
        ),
        *("8h mai 12/01", "sáng chiều mai", "13h sáng mai", "abc", "8h hoặc 9h mai", "x" * 100, "\u200b"),
    ],
)
def test_what_is_no_moment_for_sure_is_none(text: str) -> None:
    assert read_moment(text, words().moments, NOW, ZONE) is None
