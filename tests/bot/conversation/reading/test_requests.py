"""Commands, phrases and criterion ids are told apart from answers."""

import pytest

from bot.conversation.reading.requests import Request, read_command, read_request
from bot.conversation.reading.words import Words

IDS = frozenset({"1.1", "2.3", "2.3.2", "2.5", "2.7", "2.10.1", "1.10.1"})


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("/tieptuc", "tieptuc", ""),
        ("/TiếpTục", "tieptuc", ""),
        ("/tiep tuc", "tieptuc", ""),
        ("/start", "start", ""),
        ("/start K7Q2-9XPM", "start", "K7Q2-9XPM"),
        ("/start@qb_bot  K7Q29XPM ", "start", "K7Q29XPM"),
        ("/huy@ten_bot", "huy", ""),
        ("/help", "giupdo", ""),
        ("/quaylai", "back", ""),
        ("/sua 2.3.2", "edit", "2.3.2"),
        ("/sua 3", "edit", "#3"),
        ("/khongtontai", "khongtontai", ""),
        ("\u200b/nop", "nop", ""),
    ],
)
def test_a_slash_command_is_read_with_its_argument(text: str, name: str, argument: str, words: Words) -> None:
    assert read_command(text, words) == Request(name, argument)
    assert read_request(text, words, IDS, expecting_number=True) == Request(name, argument)


@pytest.mark.parametrize("text", ["/85", "/", "//start", "/ start", "start", "", "a /start", "/a\x00b"])
def test_other_texts_are_no_command(text: str, words: Words) -> None:
    assert read_command(text, words) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("quay lại", "back"),
        ("Quay lai a", "back"),
        ("bỏ qua", "skip"),
        ("bo qua", "skip"),
        ("để sau", "later"),
        ("xem lại", "xemlai"),
        ("còn thiếu", "conthieu"),
        ("điểm", "diem"),
        ("diem", "diem"),
        ("nộp", "nop"),
        ("Nộp bài!", "nop"),
        ("dạ nộp ạ", "nop"),
        ("trợ giúp", "giupdo"),
        ("giúp em với", "giupdo"),
        ("giup em voi", "giupdo"),
        ("?", "giupdo"),
        ("???", "giupdo"),
        ("tiếp tục", "tieptuc"),
        ("hoàn tác", "undo"),
        ("không áp dụng", "not_applicable"),
        ("n/a", "not_applicable"),
        ("N/A", "not_applicable"),
        ("KAD", "not_applicable"),
        ("không phát sinh", "no_cases"),
        ("hủy", "huy"),
        ("huỷ", "huy"),
        ("chuẩn bị", "chuanbi"),
        ("sửa", "edit"),
    ],
)
def test_a_typed_phrase_asks_for_the_same(text: str, name: str, words: Words) -> None:
    assert read_request(text, words, IDS) == Request(name)
    assert read_request(text, words, IDS, expecting_number=True) == Request(name)


@pytest.mark.parametrize(
    ("text", "argument"),
    [
        ("sửa 2.3.2", "2.3.2"),
        ("sua 2.3.2", "2.3.2"),
        ("sửa câu 3", "#3"),
        ("Sửa câu số 3 giúp em với", "#3"),
        ("câu 12", "#12"),
        ("câu3", "#3"),
        ("câu #3", "#3"),
        ("sửa 2.7", "2.7"),
        ("tiêu chí 2.5", "2.5"),
        ("mục 2.3", "2.3"),
        ("sửa 9.9.9", "9.9.9"),
        ("2.3.2", "2.3.2"),
        ("02.3.2", "2.3.2"),
        ("2,3,2", "2.3.2"),
        ("２．３．２", "2.3.2"),
        ("1.10.1", "1.10.1"),
    ],
)
def test_a_question_is_named_by_id_or_place(text: str, argument: str, words: Words) -> None:
    assert read_request(text, words, IDS, expecting_number=True) == Request("edit", argument)


def test_an_id_of_two_parts_is_a_number_where_one_is_expected(words: Words) -> None:
    assert read_request("2.5", words, IDS) == Request("edit", "2.5")
    assert read_request("2.5", words, IDS, expecting_number=True) is None


@pytest.mark.parametrize(
    "text",
    ["có", "không", "85", "85,5", "45/50", "9.9.9", "2.10", "sửa 3", "đến 85", "bơ qua", "điềm", "sửa câu 3 thành 85",
     "!", " ", "nộp hồ sơ cho sở", "bỏ qua 85", "x" * 5000],
)  # fmt: skip
def test_an_answer_is_no_request(text: str, words: Words) -> None:
    assert read_request(text, words, IDS, expecting_number=True) is None


def test_what_follows_a_command_may_begin_on_the_next_line_and_is_kept_whole(words: Words) -> None:
    """Checked against: an argument cut at 200 characters, in which the end of a reason was lost in silence."""
    reason = "thiếu văn bản " * 60
    assert read_command(f"/tralai SDL\n1.2.2: {reason}", words) == Request("tralai", f"SDL 1.2.2: {reason}".strip())
