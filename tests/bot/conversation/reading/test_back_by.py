"""The date that ends a reason: before a day, or until its end; everything else is part of the reason."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from talk.stage import words as word_lists

from bot.conversation.reading.back_by import read_back_by
from bot.conversation.reading.words import Words

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 1, 8, 9, 30, tzinfo=ZONE)


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime.combine(date(year, month, day), time(), ZONE)


@pytest.mark.parametrize(
    ("text", "reason", "due_at"),
    [
        ("thiếu số hồ sơ trước ngày 20/01/2026", "thiếu số hồ sơ", midnight(2026, 1, 20)),
        ("thiếu số hồ sơ; trước ngày 20/1", "thiếu số hồ sơ", midnight(2026, 1, 20)),
        ("thiếu số hồ sơ, đề nghị nộp lại trước ngày 20-01-2026.", "thiếu số hồ sơ", midnight(2026, 1, 20)),
        ("thieu so ho so truoc ngay 20/01/2026", "thieu so ho so", midnight(2026, 1, 20)),
        ("Thiếu số (hạn 20/01)", "Thiếu số (hạn 20/01)", None),
        ("Thiếu số, hạn 20/01", "Thiếu số", midnight(2026, 1, 21)),
        ("Thiếu số, hạn: 20/01/2026", "Thiếu số", midnight(2026, 1, 21)),
        ("Thiếu số - chậm nhất ngày 31.01.2026", "Thiếu số", midnight(2026, 2, 1)),
        ("Thiếu số. Đến hết ngày 8/1", "Thiếu số.", midnight(2026, 1, 9)),
        ("chưa có số liệu trước ngày 31/12/2025", "chưa có số liệu trước ngày 31/12/2025", None),
        ("chưa rõ quyết định ngày 20/01/2026", "chưa rõ quyết định ngày 20/01/2026", None),
        ("chưa rõ số 45/2026", "chưa rõ số 45/2026", None),
        ("trước ngày 20/01/2026 phải xong", "trước ngày 20/01/2026 phải xong", None),
        ("chưa rõ", "chưa rõ", None),
        ("", "", None),
        ("hạn 20/01", "", midnight(2026, 1, 21)),
        ("xem lại, hạn 05/01", None, None),
        ("xem lại, hạn 7/1/2026", None, None),
        ("xem lại, hạn 31/02/2026", None, None),
        ("xem lại trước ngày 20/01/2027", None, None),
        ("xem lại trước ngày 45/13", None, None),
    ],
)
def test_a_date_at_the_end_is_read(words: Words, text: str, reason: str | None, due_at: datetime | None) -> None:
    read = read_back_by(text, words.back_by, NOW, ZONE)
    assert read == (None if reason is None else (reason, due_at))
    assert read_back_by(unicodedata.normalize("NFD", text), words.back_by, NOW, ZONE) == (
        None if reason is None else (read and unicodedata.normalize("NFD", read[0]), due_at)
    )


def test_a_day_without_a_year_is_the_next_of_that_name(words: Words) -> None:
    late = datetime(2026, 12, 20, 9, tzinfo=ZONE)
    assert read_back_by("xem lại, hạn 05/01", words.back_by, late, ZONE) == ("xem lại", midnight(2027, 1, 6))


@given(st.text(max_size=60))
def test_whatever_is_written_stays_or_ends_with_a_date_to_come(text: str) -> None:
    for ending in ("", " trước ngày 20/01", " hạn 20/01/2026"):
        read = read_back_by(text + ending, word_lists().back_by, NOW, ZONE)
        if read is not None:
            reason, due_at = read
            assert (text + ending).startswith(reason)
            assert due_at is None or NOW < due_at < NOW + timedelta(days=201)
