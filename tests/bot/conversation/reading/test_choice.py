"""Options are read from their labels, from yes and no, and never the wrong way round."""

import random

import pytest
from side_by_side.counts import many

from bot.conversation.reading.choice import OptionWords, read_option
from bot.conversation.reading.outcomes import Accepted, Doubtful, Refused
from bot.conversation.reading.words import Words


def pair(yes: tuple[str, ...], no: tuple[str, ...]) -> tuple[OptionWords, ...]:
    return OptionWords("yes", yes, negative=False), OptionWords("no", no, negative=True)


ISSUED = pair(("Có ban hành",), ("Không ban hành", "Chưa ban hành"))
COMPLETE = pair(("Đầy đủ", "Cập nhật đầy đủ"), ("Không đầy đủ",))
PLAIN = pair(("Có",), ("Không",))
USED = pair(("Có ứng dụng",), ("Không ứng dụng",))
DEPLOYED = pair(("Đã triển khai",), ("Chưa triển khai",))
OFTEN = pair(("Thường xuyên",), ("Không thường xuyên",))
HEADED = pair(("Là người đứng đầu cơ quan",), ("Không phải người đứng đầu cơ quan", "Không phải người đứng đầu"))
TIMELY = pair(
    ("Cập nhật đầy đủ, kịp thời", "Đầy đủ, kịp thời"),
    ("Cập nhật không đầy đủ, không kịp thời", "Chưa đầy đủ hoặc chưa kịp thời"),
)
UPDATED = (
    OptionWords("regular", ("Thường xuyên", "Thường xuyên (≥ 3 tin, bài/tháng)"), negative=False),
    OptionWords("irregular", ("Không thường xuyên", "Không thường xuyên (< 3)"), negative=True),
    OptionWords("none", ("Không cập nhật",), negative=True),
)

YES = """có|co|CÓ|Có ạ|dạ có ạ|rồi|roi|đã|đã có|da co|ok|OK|vâng|đúng|có rồi|đã ban hành|đa ban hanh
|co ban hanh|Có ban hành|ban hành rồi|có ban hành rồi ạ|Có ban hành · 2 điểm|ban hanh roi a|Có!"""
NO = """không|khong|ko|k|hok|chưa|chua|chưa có|không có|chưa ạ|dạ chưa|chưa ban hành|chua ban hanh
|CHƯA BAN HÀNH|ko ban hanh|không ban hành nhé|Chưa ban hành · 0 điểm|k ban hành"""
UNFINISHED = """có nhưng chưa ban hành|đang xây dựng|dang xay dung|dự thảo|đang trình|mới dự thảo|chờ ký
|sắp ban hành|đang soạn thảo|có dự thảo rồi"""
EXEMPT = """không áp dụng|khong ap dung|không thuộc|không có phòng thanh tra|cơ quan không có bộ phận thanh tra
|n/a|KAD|được miễn|không phát sinh"""


def listed(text: str) -> list[str]:
    return [item.strip() for item in text.replace("\n", "").split("|")]


@pytest.mark.parametrize("text", listed(YES))
def test_a_plain_yes_is_accepted(text: str, words: Words) -> None:
    assert read_option(text, ISSUED, words) == Accepted("yes")


@pytest.mark.parametrize("text", listed(NO))
def test_a_plain_no_is_accepted(text: str, words: Words) -> None:
    assert read_option(text, ISSUED, words) == Accepted("no")


@pytest.mark.parametrize("text", listed(UNFINISHED))
def test_what_is_not_finished_is_a_no_to_confirm(text: str, words: Words) -> None:
    assert read_option(text, ISSUED, words) == Doubtful("no", "yes", why="not_yet")


@pytest.mark.parametrize("text", listed(EXEMPT))
def test_what_may_be_an_exemption_is_not_a_no(text: str, words: Words) -> None:
    assert read_option(text, USED, words) == Refused("maybe_exempt")


@pytest.mark.parametrize("text", ["không phải không có", "khong phai khong co", "không phải là không có"])
def test_two_negatives_are_asked_about(text: str, words: Words) -> None:
    assert read_option(text, PLAIN, words) == Doubtful("yes", "no", why="double_negative")


@pytest.mark.parametrize(
    ("text", "options", "chosen"),
    [
        ("đầy đủ", COMPLETE, "yes"),
        ("day du", COMPLETE, "yes"),
        ("không đầy đủ", COMPLETE, "no"),
        ("khong day du", COMPLETE, "no"),
        ("cập nhật đầy đủ", COMPLETE, "yes"),
        ("thường xuyên", OFTEN, "yes"),
        ("không thường xuyên", OFTEN, "no"),
        ("ko thuong xuyen", OFTEN, "no"),
        ("có thường xuyên", OFTEN, "yes"),
        ("chưa triển khai", DEPLOYED, "no"),
        ("trien khai roi", DEPLOYED, "yes"),
        ("không triển khai", DEPLOYED, "no"),
        ("không phải", HEADED, "no"),
        ("không phải người đứng đầu", HEADED, "no"),
        ("đúng", HEADED, "yes"),
        ("đầy đủ kịp thời", TIMELY, "yes"),
        ("chưa đầy đủ hoặc chưa kịp thời", TIMELY, "no"),
        ("thường xuyên", UPDATED, "regular"),
        ("thuong xuyen", UPDATED, "regular"),
        ("không thường xuyên", UPDATED, "irregular"),
        ("khong thuong xuyen", UPDATED, "irregular"),
        ("ko thuong xuyen", UPDATED, "irregular"),
        ("không cập nhật", UPDATED, "none"),
        ("k cap nhat", UPDATED, "none"),
        ("Thường xuyên (≥ 3 tin, bài/tháng) · 3 điểm", UPDATED, "regular"),
    ],
)
def test_an_options_own_words_are_accepted(
    text: str, options: tuple[OptionWords, ...], chosen: str, words: Words
) -> None:
    assert read_option(text, options, words) == Accepted(chosen)


@pytest.mark.parametrize(
    ("text", "options", "chosen"),
    [
        ("chưa đầy đủ", COMPLETE, "no"),
        ("chua day du", COMPLETE, "no"),
        ("chưa thường xuyên", OFTEN, "no"),
        ("chưa thường xuyên", UPDATED, "irregular"),
        ("trang không thường xuyên cập nhật", UPDATED, "irregular"),
        ("đầy đủ nhưng chưa kịp thời", TIMELY, "no"),
        ("không đầy đủ", TIMELY, "no"),
        ("ban hành", ISSUED, "yes"),
        ("triển khai", DEPLOYED, "yes"),
        ("kiêm nhiệm", PLAIN, "no"),
        ("có, số 123/QĐ-SDL ngày 12/3", ISSUED, "yes"),
        ("chưa có văn bản", ISSUED, "no"),
        ("đã ban hành năm 2023", ISSUED, "yes"),
        ("dạ", ISSUED, "yes"),
        ("👍", ISSUED, "yes"),
        ("❌", ISSUED, "no"),
    ],
)
def test_more_or_less_than_a_label_is_asked_about(
    text: str, options: tuple[OptionWords, ...], chosen: str, words: Words
) -> None:
    found = read_option(text, options, words)
    assert isinstance(found, Doubtful)
    assert found.value == chosen


@pytest.mark.parametrize(
    "text", ["abc", "cơ", "cỡ", "chúa", "không biết", "có hay không", "phó giám đốc", "1", "2", "0"]
)
def test_anything_else_is_not_understood(text: str, words: Words) -> None:
    assert read_option(text, ISSUED, words) == Refused("not_understood")


def test_a_question_back_is_no_answer(words: Words) -> None:
    assert read_option("có không?", ISSUED, words) == Refused("a_question")


def test_a_word_of_several_options_is_refused(words: Words) -> None:
    assert read_option("không", UPDATED, words) == Refused("several_options")
    assert read_option("người đứng đầu", HEADED, words) == Refused("several_options")


@pytest.mark.parametrize("text", ["2", "2.", "(2)", "số 2", "phương án 2", "２", "2️⃣", "dạ 2", "2 ạ", "chọn 2"])
def test_a_number_chooses_where_options_are_numbered(text: str, words: Words) -> None:
    assert read_option(text, ISSUED, words, numbered=True) == Accepted("no")
    assert not isinstance(read_option(text, ISSUED, words), Accepted)


def test_a_number_beyond_the_options_is_refused_with_how_many_there_are(words: Words) -> None:
    for text in ("3", "0", "99"):
        assert read_option(text, ISSUED, words, numbered=True) == Refused("no_such_option", "2")


def test_empty_oversized_and_control_texts_are_refused(words: Words) -> None:
    assert read_option("", ISSUED, words) == Refused("nothing")
    assert read_option("\u200b ", ISSUED, words) == Refused("nothing")
    assert read_option("có" * 400, ISSUED, words) == Refused("too_long", "400")
    assert read_option("có\x00", ISSUED, words) == Refused("not_understood")


def test_no_mixture_of_words_raises_or_reads_a_negated_label_as_yes(words: Words) -> None:
    chance = random.Random(38)
    bits = [
        "không",
        "chưa",
        "có",
        "đã",
        "ban hành",
        "đầy đủ",
        "rồi",
        "dạ",
        "ạ",
        "nhưng",
        "1",
        "👍",
        "n/a",
        "\x00",
        "phải",
        "(",
        "·",
    ]
    for _ in range(many(1_500, 5_000)):
        said = [chance.choice(bits) for _ in range(chance.randint(0, 6))]
        found = read_option(" ".join(said), chance.choice((ISSUED, COMPLETE, UPDATED, PLAIN)), words)
        assert isinstance(found, Accepted | Doubtful | Refused)
        if found == Accepted("yes"):
            assert not {"không", "chưa"} & set(said), said
