"""How replies look on a page: every sample, whole, escaped, with every button once."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from messages.errors import MessageBroken
from messages.preview import ASSETS, web_buttons
from messages.render import Renderer
from messages.samples import Sample
from messages.web import lines, of_many, paragraphs, parted

VOID = {"input", "br", "use", "rect"}


class Fragment(HTMLParser):
    """A piece of a page, read strictly: what is opened is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def presses(self) -> list[str]:
        return [attrs["value"] or "" for tag, attrs in self.found if tag == "button" and attrs.get("name") == "press"]


def every_sample(renderer: Renderer) -> list[Sample]:
    return [sample for name in renderer.templates() for sample in renderer.sample(name)]


def parts(renderer: Renderer, sample: Sample, **more: Any) -> dict[str, str]:
    return renderer.web_parts(sample.template, {**sample.data, **more}, web_buttons(renderer, sample))


def named(renderer: Renderer, template: str, when: str) -> Sample:
    return next(sample for sample in renderer.sample(template) if when in sample.when)


def leading(links: object) -> list[dict[str, str]]:
    """What leads somewhere from inside a card's data."""
    return [one for one in links if "press" in one] if isinstance(links, list | tuple) else []


def test_every_sample_is_a_sound_card_with_every_button_exactly_once(renderer: Renderer) -> None:
    for sample in every_sample(renderer):
        made = parts(renderer, sample)
        page = Fragment(made["records"] + made["card"])
        wanted = [button["press"] for row in web_buttons(renderer, sample) for button in row]
        wanted += [link["press"] for key in ("links", "concerns") for link in leading(sample.data.get(key))]
        assert sorted(page.presses()) == sorted(wanted), (sample.template, sample.when)
        assert not {"script", "style", "form", "img"} & {tag for tag, _ in page.found}
        assert all(re.fullmatch("/tep/[1-9][0-9]*", attrs["href"] or "") for tag, attrs in page.found if tag == "a")
        assert not any("style" in attrs or any(key.startswith("on") for key in attrs) for _, attrs in page.found)


def test_every_button_says_what_it_does(renderer: Renderer) -> None:
    for sample in every_sample(renderer):
        made = parts(renderer, sample)
        for button in (made["records"] + made["card"]).split("<button")[1:]:
            words = Fragment("<button" + button[: button.index("</button>") + len("</button>")])
            assert "".join(words.text).strip(), (sample.template, button[:80])


def test_every_field_has_a_label_and_belongs_to_the_form_of_figures(renderer: Renderer) -> None:
    page = Fragment(parts(renderer, renderer.sample("question")[2])["card"])
    fields = [attrs for tag, attrs in page.found if tag == "input"]
    labelled = {attrs["for"] for tag, attrs in page.found if tag == "label"}
    assert [field["name"] for field in fields] == ["numerator", "denominator", "percent"]
    assert {field["id"] for field in fields} == labelled
    assert {field["form"] for field in fields} == {"figures"}
    assert all(field["inputmode"] in ("numeric", "decimal") and "value" not in field for field in fields)


def test_what_was_recorded_stands_apart_from_the_card_with_its_undo(renderer: Renderer) -> None:
    made = parts(renderer, named(renderer, "question", "câu trước vừa ghi xong"))
    assert "Đã ghi nhận 1.4.5: Có ban hành" in made["records"]
    assert "Hoàn tác" in made["records"]
    assert "Đã ghi nhận" not in made["card"]


def test_an_undo_without_its_record_stays_on_the_card(renderer: Renderer) -> None:
    made = parts(renderer, renderer.sample("question")[0])
    assert made["records"] == ""
    assert "Hoàn tác 1.2.1" in made["card"]


def test_options_show_their_points_and_none_is_filled(renderer: Renderer) -> None:
    card = parts(renderer, renderer.sample("question")[0])["card"]
    assert "Là người đứng đầu cơ quan" in card
    assert "1 điểm" in card
    assert "primary" not in card


def test_no_card_has_more_than_one_main_button(renderer: Renderer) -> None:
    for sample in every_sample(renderer):
        assert parts(renderer, sample)["card"].count('class="primary') <= 1, (sample.template, sample.when)


def test_a_doubtful_ratio_is_told_in_plain_words(renderer: Renderer) -> None:
    card = parts(renderer, renderer.sample("confirm_reading")[0])["card"]
    assert "85 trong 100" in card
    assert "chưa đến 1 trong 100" in card
    assert "Chưa ghi gì" in card


def test_typed_text_is_escaped_wherever_it_stands(renderer: Renderer) -> None:
    hostile = '"><script>alert(1)</script>'
    for template in ("question", "confirm_reading", "receipt", "returned", "review", "joined", "overwrite", "history"):
        for sample in renderer.sample(template):
            made = parts(renderer, sample, unit=hostile, typed=hostile, reason=hostile, by=hostile, returned=hostile)
            assert "<script" not in made["card"] + made["records"]
            Fragment(made["card"])


def words(html: str) -> str:
    """What a reader reads, blanks as one."""
    return " ".join("".join(Fragment(html).text).split())


def test_what_an_officer_meets_most_has_a_look_of_its_own(renderer: Renderer) -> None:
    own = ("ground", "no_cases", "overwrite", "note_ask", "evidence_ask", "file_ask", "note_or_number", "resume")
    for template in (*own, "locked", "prepare", "history", "claimed"):
        for sample in renderer.sample(template):
            assert 'class="text"' not in parts(renderer, sample)["card"], template
    assert 'class="text"' in parts(renderer, renderer.sample("paused")[0])["card"]


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("ground", ("2.3.1, 2.3.2", "7 điểm", "đúng không?", "Dùng căn cứ gợi ý: “Theo quyết định", "Sở TTTT sẽ kiểm")),
        ("no_cases", ("2.1.1.", "giải trình", "0/5 điểm", "Sở TTTT sẽ xem xét", "Chưa ghi gì cho câu 2.1.1")),
        ("overwrite", ("1.1.", "(Trần Văn Hùng) đã trả lời lúc 09:12 ngày 08/01/2026: Có ban hành → 2/2 điểm",
                       "Ghi: Chưa ban hành", "(chưa ghi)")),
        ("note_ask", ("1.1.", "nhập ghi chú", "Sở TTTT sẽ đọc", "Không gửi tài liệu mật")),
        ("evidence_ask", ("1.1.", "ghi rõ mục, trang", "tối đa 20 MB", "Không gửi tài liệu mật")),
        ("note_or_number", ("2.1.1.", "“87,5” là ghi chú hay là câu trả lời", "Chưa lưu gì")),
        ("resume", ("Sở Du lịch đã trả lời 21/38 tiêu chí", "16:05 ngày 08/01/2026", "tiếp tục từ 2.7")),
        ("locked", ("đã nộp lúc 15:42 ngày 10/01/2026", "QB-2025-014", "Chưa có gì thay đổi", "trả lại")),
        ("prepare", ("Văn thư", "2 câu", "1.1.", "Số văn bản nội bộ trao đổi dưới dạng điện tử;", "Trợ giúp")),
        ("history", ("2.1.1", "350/400 = 87,5%", "Nguyễn Thị Hòa · 16:05 ngày 08/01/2026", "và 3 câu trước đó")),
        ("claimed", ("Nguyễn Thị Hòa đã tham gia với vai trò cán bộ đầu mối", "09:30 ngày 05/01/2026", "báo ngay")),
    ],
)  # fmt: skip
def test_a_look_tells_what_the_message_tells(renderer: Renderer, template: str, told: tuple[str, ...]) -> None:
    shown = words(parts(renderer, renderer.sample(template)[0])["card"])
    assert [one for one in told if one not in shown] == [], shown


def test_a_hint_stands_on_every_look_that_may_have_one(renderer: Renderer) -> None:
    for template in ("ground", "no_cases", "note_ask", "evidence_ask", "file_ask"):
        hinted = [sample for sample in renderer.sample(template) if sample.data.get("hint")]
        assert hinted, template
        for sample in hinted:
            assert 'class="tip warn"' in parts(renderer, sample)["card"], (template, sample.when)


def test_a_file_leads_to_its_download_where_it_is_named(renderer: Renderer) -> None:
    asked = parts(renderer, named(renderer, "evidence_ask", "Vừa bỏ một tệp"))["card"]
    assert '<a class="what" href="/tep/42">ke-hoach.pdf</a>' in asked
    assert "/tep/41" not in asked  # what can be taken over is a button
    question = parts(renderer, named(renderer, "question", "Có tệp, gửi lại"))["card"]
    assert '<a href="/tep/41">to-trinh.docx</a>' in question
    assert "<span>quyet-dinh-45.pdf</span>" in question  # it has no number before it is written


def test_a_document_can_be_taken_away_beside_its_name(renderer: Renderer) -> None:
    card = parts(renderer, named(renderer, "evidence_ask", "Vừa bỏ một tệp"))["card"]
    rows = [Fragment(one + "</li>") for one in re.findall(r'<li class="row">.*?(?=</li>)', card, re.DOTALL)]
    assert [("ke-hoach.pdf" in "".join(row.text), len(row.presses())) for row in rows] == [(False, 1), (True, 1)]
    assert "Đã bỏ tài liệu: nham.pdf" in card


def test_a_lone_count_is_told_which_number_lacks(renderer: Renderer) -> None:
    sample = next(one for one in renderer.sample("question") if one.data["hint"] and one.data["kind"] == "ratio")
    for typed, lacks in (("45/?", "Còn thiếu mẫu số"), ("?/50", "Còn thiếu tử số")):
        card = parts(renderer, sample, hint={"code": "not_read", "typed": typed})["card"]
        assert lacks in card
        assert "?/" not in card
        assert "/?" not in card


def test_of_a_receipt_a_line_stays_when_the_next_card_comes(renderer: Renderer) -> None:
    line = words(parts(renderer, renderer.sample("receipt")[0])["records"])
    assert line == "Đã nộp kết quả: 86,38/100 điểm, dự kiến hạng A; mã biên nhận QB-2025-014 · 15:42 ngày 10/01/2026"
    assert "Đã nộp kết quả" not in parts(renderer, renderer.sample("review")[0])["records"]
    assert parts(renderer, renderer.sample("locked")[0])["records"] == ""


def test_a_card_that_lacks_data_is_broken(renderer: Renderer) -> None:
    with pytest.raises(MessageBroken, match="card question"):
        renderer.web_parts("question", {}, ())
    with pytest.raises(MessageBroken, match="no_such"):
        renderer.web_parts("no_such", {}, ())


def test_lines_and_paragraphs_escape_what_is_not_markup() -> None:
    assert lines("a & b\n\n<i>") == "a &amp; b<br>&lt;i&gt;"
    assert paragraphs("a\nb\n\nc") == "<p>a<br>b</p><p>c</p>"


def test_a_bar_has_a_part_for_every_section_and_fills_its_share() -> None:
    first, second = parted(({"done": 1, "total": 1}, {"done": 0, "total": 1}))
    assert (first["x"], first["wide"], first["full"]) == ("0.00%", "49.50%", "49.50%")
    assert (second["x"], second["begun"]) == ("50.50%", False)


@pytest.mark.parametrize(
    ("percent", "told"),
    [
        ("90.00", (9, 10, True, False)),
        ("85.00", (85, 100, True, False)),
        ("87.50", (87, 100, False, False)),
        ("0.90", (1, 100, False, True)),
    ],
)
def test_a_percentage_is_so_many_of_ten_or_of_a_hundred(percent: str, told: tuple[int, int, bool, bool]) -> None:
    many = of_many(percent)
    assert many is not None
    assert (many["n"], many["of"], many["exact"], many["less"]) == told


@pytest.mark.parametrize("percent", ["0", "100.00", "120.00", None])
def test_where_plain_words_say_no_more_there_are_none(percent: object) -> None:
    assert of_many(percent) is None


def test_the_script_is_short_and_has_no_words_of_its_own() -> None:
    script = (ASSETS / "chat.js").read_text(encoding="utf-8")
    assert len(script.splitlines()) <= 150
    assert script.isascii()
    assert "innerHTML" not in script
    assert "://" not in script


def test_styles_fetch_nothing() -> None:
    for sheet in ("tokens.css", "base.css", "chat.css"):
        text = (ASSETS / sheet).read_text(encoding="utf-8")
        assert "url(" not in text
        assert "@import" not in text
