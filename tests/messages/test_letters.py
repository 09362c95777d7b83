"""Letters: their subject, the plain text, the HTML, and what stands below every one."""

from html.parser import HTMLParser

import pytest

from messages.letters import SUBJECT_LIMIT, Letters, plain
from messages.render import Renderer


@pytest.fixture
def letters(names: dict[str, str]) -> Letters:
    return Letters(names)


@pytest.mark.parametrize(
    ("message", "subject"),
    [
        ("<b>Sở TTTT đề nghị bổ sung</b>\nSở Du lịch", "Sở TTTT đề nghị bổ sung"),
        ("<b>An</b> đã tham gia\nx", "An đã tham gia"),
        ("Kính gửi\n<b>Nhắc hạn nộp</b>\nx", "Nhắc hạn nộp"),
        ("Không có chữ đậm\nx", "Không có chữ đậm"),
        ("(gửi lại)\n<b>Nhắc hạn nộp</b>", "(gửi lại) Nhắc hạn nộp"),
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("", "Thông báo"),
    ],
)
def test_the_subject_is_the_title_of_the_message(letters: Letters, message: str, subject: str) -> None:
    assert letters.letter(message).subject == f"[CQĐT] {subject}"


def test_a_subject_is_one_line_of_bounded_length(letters: Letters) -> None:
    for letter in (letters.letter("<b>" + "Tỷ lệ " * 90 + "</b>"), letters.letter("x", subject="a\r\nb\x00" * 90)):
        assert letter.subject.isprintable()
        assert len(letter.subject) <= SUBJECT_LIMIT + len("[CQĐT] ")


def test_a_link_shows_where_it_leads_in_plain_text() -> None:
    assert plain('<a href="https://x.vn/?a=1&amp;b=2">mở</a> &lt;b&gt;') == "mở (https://x.vn/?a=1&b=2) <b>"


def test_below_stands_where_to_go_and_whom_to_call(letters: Letters, names: dict[str, str]) -> None:
    asked = letters.letter("x", buttons=True)
    told = letters.letter("x")
    for letter in (asked, told):
        assert names["site_url"] in letter.text
        assert f"{names['contact_name']}, điện thoại {names['contact_phone']}" in letter.text
        assert f'href="{names["site_url"]}"' in letter.html
    assert "không có nút bấm" in asked.text
    assert "không có nút bấm" not in told.text


def test_without_pages_or_a_named_person_the_agency_is_named(names: dict[str, str]) -> None:
    bare = Letters(names | {"site_url": "", "contact_name": "", "contact_phone": ""})
    letter = bare.letter("x", buttons=True)
    assert "http" not in letter.text
    assert f"liên hệ {names['agency']}." in letter.text
    assert "kênh nhắn tin" in letter.text


def test_every_notice_reads_whole_as_a_letter(letters: Letters, renderer: Renderer) -> None:
    """Nothing that goes to a mailbox speaks of pressing something."""
    for template in ("returned", "receipt", "claimed", "summary", "consolidated", "doubtful_notices"):
        for sample in renderer.sample(template):
            letter = letters.letter(renderer.render(template, sample.data), buttons=bool(sample.rows))
            Whole().feed(letter.html)
            said = letter.text.partition("\n\n--\n")[0]
            assert not [word for word in ("bấm", "nút", "/tonghop", "/tieptuc") if word in said], (template, said)


class Whole(HTMLParser):
    """Tags that are opened are closed, and there is nothing that could run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {"script", "img", "link", "iframe", "form", "style"}
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in {"meta", "br"}:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag


def test_what_people_wrote_stays_text_and_control_characters_are_left_out(letters: Letters) -> None:
    letter = letters.letter("Ghi chú: &lt;script&gt;\x00\x1b[1m&amp;", left_out='<b>"x"\x07.pdf')
    assert "<script>" not in letter.html
    assert "Ghi chú: <script>[1m&" in letter.text
    assert "\x00" not in letter.html + letter.text
    assert "&lt;b&gt;" in letter.html
