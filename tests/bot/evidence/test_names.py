"""Names of files as people's devices give them, made fit to be shown and to be given to a download."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evidence.names import LONGEST, LONGEST_BYTES, clean_name, extension

CASES = [
    ("Kế hoạch CNTT 2025.pdf", "pdf", "Kế hoạch CNTT 2025.pdf"),
    (unicodedata.normalize("NFD", "Kế hoạch.pdf"), "pdf", "Kế hoạch.pdf"),
    ("hóa đơn \u202efdp.exe", "pdf", "hóa đơn fdp.pdf"),
    ("C:\\Users\\An\\Desktop\\qd 45.PDF", "pdf", "qd 45.pdf"),
    ("../../etc/passwd", "pdf", "passwd.pdf"),
    ("a\x00b\x1b[31m.docx", "docx", "ab[31m.docx"),
    ("  nhiều   chỗ\ntrống .jpeg", "jpg", "nhiều chỗ trống.jpg"),
    ("Quyết định 45.2025", "pdf", "Quyết định 45.2025.pdf"),
    ("Số 12.3.2025 ngày.pdf.exe", "pdf", "Số 12.3.2025 ngày.pdf.pdf"),
    ('a<b>"c"|d?*.xlsx', "xlsx", "a-b--c--d--.xlsx"),
    (".htaccess", "pdf", "htaccess.pdf"),
    ("CON.pdf", "pdf", "_CON.pdf"),
    ("", "jpg", "ảnh-1.jpg"),
    ("\u200b\u202e", "jpg", "ảnh-1.jpg"),
    ("...", "jpg", "ảnh-1.jpg"),
]


@pytest.mark.parametrize(("name", "ending", "cleaned"), CASES)
def test_a_name_is_cleaned(name: str, ending: str, cleaned: str) -> None:
    assert clean_name(name, ending, "ảnh-1") == cleaned


@given(name=st.text(max_size=400) | st.text("ạệ./\\ \u202e", max_size=400), ending=st.sampled_from(["pdf", "docx"]))
@settings(max_examples=500, deadline=None, derandomize=True)
def test_whatever_came_the_name_is_short_on_one_line_and_ends_as_the_bytes_say(name: str, ending: str) -> None:
    cleaned = clean_name(name, ending, "x")
    assert cleaned.endswith(f".{ending}")
    assert len(cleaned) <= LONGEST
    assert len(cleaned.encode()) <= LONGEST_BYTES
    assert not set(cleaned) & set("/\\|<>\n\r\t\x00\u202e\u2066")
    assert all(unicodedata.category(ch)[0] != "C" for ch in cleaned)
    assert cleaned == unicodedata.normalize("NFC", cleaned).strip()
    assert clean_name(cleaned, ending, "x") == cleaned


@pytest.mark.parametrize(("name", "ending"), [("a.PDF", "pdf"), ("a", ""), (".pdf", ""), ("a.tar.gz", "gz"), ("", "")])
def test_the_ending_is_what_stands_behind_the_last_dot(name: str, ending: str) -> None:
    assert extension(name) == ending
