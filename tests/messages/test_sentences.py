"""The sentences a domain expert would read aloud, word for word.

Checked against: progress in figures alone, a bar that rounds up.
"""

from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from messages.environment import capital
from messages.render import Renderer

RATIO = {"kind": "ratio", "label": "", "percent": "87.50", "numerator": 350, "denominator": 400, "note": ""}


def question(renderer: Renderer, **more: Any) -> str:
    ratio = renderer.sample("question")[1]
    return renderer.render("question", {**ratio.data, "recorded": (), **more})


def told(renderer: Renderer, **more: Any) -> str:
    recorded = {
        **RATIO,
        "id": "2.1.1",
        "ids": ("2.1.1",),
        "change": "recorded",
        "points": Fraction(35, 8),
        "maximum": Fraction(5),
        "derived": (),
        "reopened": (),
        "counted_again": (),
        "problems": (),
    }
    return question(renderer, recorded=({**recorded, **more},))


def hinted(renderer: Renderer, code: str, **more: Any) -> str:
    hint = {"code": code, "typed": "", "suggestion": None, "numerator": None, "denominator": None, **more}
    return question(renderer, hint=hint, misses=1)


def test_two_counts_are_repeated_with_percentage_and_points(renderer: Renderer) -> None:
    assert "Đã ghi nhận 2.1.1: 350/400 = 87,5% → <b>4,38/5 điểm</b>." in told(renderer)


def test_progress_stands_in_decided_criteria_with_points_beside_it(renderer: Renderer) -> None:
    assert "Đã xong 12/38 · Tạm tính 13,38/15 điểm" in question(renderer)


def test_a_derived_zero_is_told_with_its_parent(renderer: Renderer) -> None:
    text = told(renderer, id="1.2.1", kind="choice", label="Chưa thành lập", percent=None, numerator=None,
                points=Fraction(0), maximum=Fraction(1), derived=("1.2.2",))  # fmt: skip
    assert "Đã ghi nhận 1.2.1: Chưa thành lập → <b>0/1 điểm</b>." in text
    assert "Vì vậy 1.2.2 được ghi 0 điểm. Nếu sửa 1.2.1, hệ thống sẽ hỏi lại." in text


def test_an_undo_tells_what_stands_now(renderer: Renderer) -> None:
    assert "Đã hoàn tác 2.1.1: câu trả lời vừa rồi được bỏ." in told(renderer, change="withdrawn")
    assert "Đã hoàn tác 2.1.1, ghi lại như trước: 350/400 = 87,5%" in told(renderer, change="restored")


@pytest.mark.parametrize(
    ("code", "more", "sentence"),
    [
        ("out_of_range", {"typed": "120%"}, "“120%” chưa hợp lệ vì tỷ lệ này chỉ từ 0% đến 100%."),
        ("numerator_larger", {"numerator": 420, "denominator": 400}, "Tử số (420) lớn hơn mẫu số (400)."),
        ("numerator_larger", {"suggestion": "45/50"}, "nếu là <b>45/50</b>, anh/chị nhập lại như vậy."),
        ("over_100_lost_comma", {"typed": "855", "suggestion": "85,5"}, "Nếu ý anh/chị là <b>85,5</b>"),
        ("zero_denominator", {}, "anh/chị bấm “Không phát sinh”"),
        ("never_heard_of", {"typed": "ô <hay>"}, "Hệ thống chưa hiểu “ô &lt;hay&gt;”."),
    ],
)  # fmt: skip
def test_a_hint_says_why_and_that_nothing_was_written(
    renderer: Renderer, code: str, more: dict[str, Any], sentence: str
) -> None:
    text = hinted(renderer, code, **more)
    assert sentence in text
    assert "Chưa ghi gì cho câu 2.1.1." in text


def test_each_kind_of_misreading_has_its_own_words(renderer: Renderer) -> None:
    codes = (
        *("no_number", "not_read", "one_number", "out_of_range", "negative", "numerator_larger", "zero_denominator"),
        *("a_count", "a_date", "a_request", "too_long", "over_100_lost_comma", "ambiguous_no", "whole_counts"),
        *("percent_disagrees", "nothing", "a_question", "no_such_option", "several_options", "maybe_exempt"),
        *("exempt_not_allowed", "not_understood"),
    )
    texts = {hinted(renderer, code, typed="x", suggestion="3") for code in codes}
    assert len(texts) == len(codes)


def test_after_two_misses_the_tactic_changes(renderer: Renderer) -> None:
    hint = {"code": "not_read", "typed": "x", "suggestion": None, "numerator": None, "denominator": None}
    once, twice = question(renderer, hint=hint, misses=1), question(renderer, hint=hint, misses=2)
    assert "Cần trao đổi, vui lòng liên hệ" not in once
    assert "Cần trao đổi, vui lòng liên hệ Phòng Công nghệ thông tin" in twice
    choice = renderer.sample("question")[0]
    text = renderer.render("question", {**choice.data, "hint": {**hint, "code": "not_understood"}, "misses": 2})
    assert "1. Là người đứng đầu cơ quan · 1 điểm\n2. Không phải người đứng đầu · 0 điểm" in text


def test_a_doubt_spells_both_readings_out(renderer: Renderer) -> None:
    sample = renderer.sample("confirm_reading")[0]
    text = renderer.render("confirm_reading", sample.data)
    assert "Anh/chị nhập “0,85”. Anh/chị muốn ghi <b>0,85%</b> hay <b>85%</b>?" in text
    assert "Chưa ghi gì cho câu 2.1.1." in text


def test_the_steps_of_a_rule_keep_their_edges(renderer: Renderer) -> None:
    text = renderer.render("question", renderer.sample("question")[2].data)
    assert "• Trên 90%: 3 điểm\n• Từ 70%: 2 điểm\n• Từ 40%: 1 điểm\n• Dưới 40%: 0 điểm" in text


def test_a_class_is_shown_only_when_it_is_decided(renderer: Renderer) -> None:
    complete, partial = renderer.sample("review")[:2]
    assert "dự kiến <b>hạng A</b>" in renderer.render("review", complete.data)
    assert "hạng A" not in renderer.render("review", partial.data)


def test_a_total_below_a_limit_is_never_shown_as_the_limit(renderer: Renderer) -> None:
    sample = renderer.sample("submit_confirm")[0]
    text = renderer.render("submit_confirm", {**sample.data, "total_shown": "79.995", "class_letter": "B"})
    assert "<b>79,995</b> điểm, dự kiến <b>hạng B</b>" in text


def test_the_receipt_says_that_the_signed_document_is_still_to_be_sent(renderer: Renderer) -> None:
    text = renderer.render("receipt", renderer.sample("receipt")[0].data)
    assert "Mã biên nhận: <code>QB-2025-014</code>, lần 1" in text
    assert "Kết quả nộp tại đây không thay văn bản đã ký." in text


def test_where_texts_are_asked_for_secrets_are_warned_of(renderer: Renderer) -> None:
    for name in ("notice", "note_ask", "evidence_ask"):
        for sample in renderer.sample(name):
            assert "Không gửi tài liệu mật qua kênh này." in renderer.render(name, sample.data)


def test_the_notice_says_that_a_system_is_talking(renderer: Renderer) -> None:
    assert "hệ thống tự động" in renderer.render("notice", {"unit": "Sở Du lịch", "role": "officer", "waits": False})


def test_a_group_sees_counts_and_no_grounds_or_names(renderer: Renderer) -> None:
    sample = renderer.sample("summary_group")[0]
    text = renderer.render("summary_group", sample.data)
    assert "01 điểm cần xem" in text
    assert all(one["ground"] not in text for one in sample.data["exemptions"] if one["ground"])


def test_without_a_person_to_call_the_agency_is_named(names: dict[str, str], zone: ZoneInfo) -> None:
    bare = Renderer({**names, "contact_name": "", "contact_phone": ""}, zone)
    text = bare.render("help_commands", {"roles": ("officer",), "offered": ("giupdo",)})
    assert text.endswith("Cần trao đổi, vui lòng liên hệ Sở Thông tin và Truyền thông.")


@pytest.mark.parametrize(
    ("arrived", "size", "bar"),
    [
        (0, 29, "░░░░░░░░░░ 0%"),
        (12, 29, "████░░░░░░ 41%"),
        (999, 1000, "█████████░ 99%"),
        (29, 29, "██████████ 100%"),
        (0, 0, "░░░░░░░░░░ 0%"),
    ],
)
def test_what_is_being_sent_shows_how_far_it_is(renderer: Renderer, arrived: int, size: int, bar: str) -> None:
    under_way, paused, later, *_ = renderer.sample("broadcast_progress")
    for one in (under_way, paused):
        counts = {**one.data["counts"], "unreached": 4}  # those were never to be sent to
        data = {**one.data, "arrived": arrived, "size": size + 4, "counts": counts}
        text = renderer.render("broadcast_progress", data)
        assert f"\n{bar}\n" in text
    assert "░" not in renderer.render("broadcast_progress", later.data)


def test_a_capital_letter_first_leaves_the_names_behind_it_as_they_are() -> None:
    """Jinja's own filter writes the rest small: "(zalo, telegram)"."""
    assert capital("liên kết Zalo, Telegram") == "Liên kết Zalo, Telegram"
    assert capital("đã xong") == "Đã xong"
