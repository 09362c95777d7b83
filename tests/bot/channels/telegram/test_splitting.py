"""Long texts are cut so that every part is short enough, whole and still well formed."""

from __future__ import annotations

import re
import unicodedata

import pytest
from fake_bot_api.entities import parse_html, utf16_length
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.telegram.splitting import split_html, visible_length

LINES = "\n".join(f"{number}. Tỷ lệ hồ sơ nộp trực tuyến &amp; <b>xử lý đúng hạn</b>" for number in range(300))


def plain(html: str) -> str:
    return parse_html(html).text


def test_a_text_that_fits_stays_one_part() -> None:
    assert split_html("<b>1.1</b> Câu hỏi") == ("<b>1.1</b> Câu hỏi",)


def test_the_limit_counts_utf16_units_of_what_is_seen() -> None:
    exactly = "<b>" + "😀" * 2048 + "</b>"
    assert split_html(exactly) == (exactly,)
    assert len(split_html(exactly + "&lt;")) == 2


def test_parts_end_where_lines_end() -> None:
    parts = split_html(LINES)
    assert len(parts) > 1
    assert "\n".join(parts) == LINES


def test_an_open_tag_is_closed_and_opened_again() -> None:
    first, second = split_html('<a href="https://x.vn">' + "a" * 60 + "\n" + "b" * 60 + "</a>", 100)
    assert first == '<a href="https://x.vn">' + "a" * 60 + "</a>"
    assert second == '<a href="https://x.vn">' + "b" * 60 + "</a>"


def test_a_line_without_end_is_cut_at_blanks() -> None:
    parts = split_html("thẩm định " * 1000)
    assert all(plain(part).split(" ")[0] in {"thẩm", "định", ""} for part in parts)


def test_a_letter_is_never_cut_from_its_marks() -> None:
    word = unicodedata.normalize("NFD", "ế") * 3000
    for part in split_html(word):
        assert not unicodedata.combining(part[0])
        assert visible_length(part) <= 4096


@pytest.mark.parametrize("reference", ["&lt;", "&amp;", "&quot;", "&#39;"])
def test_an_entity_is_never_cut(reference: str) -> None:
    for part in split_html(reference * 5000):
        assert len(part) % len(reference) == 0


TEXTS = st.lists(
    st.sampled_from(["<b>", "</b>", "<i>", "</i>", "&lt;", "&amp;", "\n", " ", "ế", "ệ", "😀", "tiêu", "chí" * 20]),
    max_size=120,
)


def balance(tokens: list[str]) -> str:
    still_open, out = [], []
    for token in tokens:
        if re.fullmatch(r"<\w>", token):
            still_open.append(token[1])
        elif token.startswith("</"):
            if not still_open or still_open[-1] != token[2]:
                continue
            still_open.pop()
        out.append(token)
    return "".join(out) + "".join(f"</{name}>" for name in reversed(still_open))


@given(TEXTS)
@example(["<b>", "\n", "chí" * 20, "chí" * 20])
def test_every_part_is_well_formed_and_nothing_seen_is_lost(tokens: list[str]) -> None:
    html = balance(tokens)
    parts = split_html(html, 80)
    seen = [parse_html(part) for part in parts]
    if len(parts) > 1:
        assert all(part.length <= 80 and part.text.strip() for part in seen)
    assert "".join("".join(part.text for part in seen).split()) == "".join(plain(html).split())
    assert visible_length(html) == utf16_length(plain(html))
