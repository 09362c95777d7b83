"""One message that answers many: cut into what was typed for each criterion, or for each numbered question.

Checked against: a decimal comma taken for a separator, an id of two parts taken without one, the lead-in before the
first id ignored (notes read as batches), line breaks that part nothing, two answers to one number: each failed here.
"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from side_by_side.counts import many
from talk.stage import criteria

from bot.conversation.reading.batch import Entry, names_criterion, read_batch, read_numbered
from bot.conversation.reading.words import Words

LEAVES = criteria().leaves
IDS = {"2.3": "2.3"} | {leaf.printed_id: leaf.id for leaf in LEAVES} | {leaf.id: leaf.id for leaf in LEAVES}

READ: tuple[tuple[str, dict[str, str]], ...] = (
    ("1.1 có, 1.3 không, 2.1.1 87,5%", {"1.1": "có", "1.3": "không", "2.1.1": "87,5%"}),
    ("1.1 có\n1.3 không\n2.1.1 87,5%", {"1.1": "có", "1.3": "không", "2.1.1": "87,5%"}),
    ("1.1 có\r\n1.3 không", {"1.1": "có", "1.3": "không"}),
    ("1.1: có; 1.3: không", {"1.1": "có", "1.3": "không"}),
    ("1.1=có", {"1.1": "có"}),
    ("1.1 = có, 1.3 => không", {"1.1": "có", "1.3": "không"}),
    ("1.1. có", {"1.1": "có"}),
    ("1.1) co", {"1.1": "co"}),
    ("(1.1) có", {"1.1": "có"}),
    ("1.1-có", {"1.1": "có"}),
    ("1.1 - có", {"1.1": "có"}),
    ("1.1 → có", {"1.1": "có"}),
    ("1.1có,1.3 không", {"1.1": "có", "1.3": "không"}),
    ("1.1 có. 1.3 không", {"1.1": "có", "1.3": "không"}),
    ("câu 1.1 có", {"1.1": "có"}),
    ("Mục 1.1: có\nTiêu chí 1.3: không", {"1.1": "có", "1.3": "không"}),
    ("dạ 1.1 có ạ", {"1.1": "có ạ"}),
    ("- 1.1 có\n- 1.3 không", {"1.1": "có", "1.3": "không"}),
    ("• 1.1 có\n• 1.3 không", {"1.1": "có", "1.3": "không"}),
    ("* 1.1 có\n\n* 1.3 không\n", {"1.1": "có", "1.3": "không"}),
    ("2.1.1\n87,5%\n2.1.2\n90%", {"2.1.1": "87,5%", "2.1.2": "90%"}),
    ("1.1 có và 1.3 không", {"1.1": "có", "1.3": "không"}),
    ("1.1 có, còn 1.3 không", {"1.1": "có", "1.3": "không"}),
    ("1.1 có; câu 1.3 không", {"1.1": "có", "1.3": "không"}),
    ("1.1 có,\n1.3 không", {"1.1": "có", "1.3": "không"}),
    ("2.5.1 45/50", {"2.5.1": "45/50"}),
    ("2.5.1: 45 trên 50", {"2.5.1": "45 trên 50"}),
    ("2.5.1 45 / 50; 2.5.2 40/45", {"2.5.1": "45 / 50", "2.5.2": "40/45"}),
    ("2.5.1 1.250/2.000, 2.5.2 87.5", {"2.5.1": "1.250/2.000", "2.5.2": "87.5"}),
    ("2.5.1 45/50 (90%), 2.5.2 40/45 = 88,9%", {"2.5.1": "45/50 (90%)", "2.5.2": "40/45 = 88,9%"}),
    ("2.1.1 87,5 % 2.1.2 90%", {"2.1.1": "87,5 %", "2.1.2": "90%"}),
    ("2.1.1 87,2.1.2 90", {"2.1.1": "87", "2.1.2": "90"}),
    ("2.5.1 85,1.3 có", {"2.5.1": "85", "1.3": "có"}),
    ("2.1.1 87,1.3", {"2.1.1": "87,1.3"}),
    ("1.1 có 2.1.1 87", {"1.1": "có", "2.1.1": "87"}),
    ("2,1,1 87", {"2.1.1": "87"}),
    ("2,1,1 87,5, 2,1,2 90", {"2.1.1": "87,5", "2.1.2": "90"}),
    ("01.1 có, 1.10.1 không", {"1.1": "có", "2.10.1": "không"}),
    ("1.1 2.3", {"1.1": "2.3"}),
    ("1.1 3.2", {"1.1": "3.2"}),
    ("2.1.1 1.1", {"2.1.1": "1.1"}),
    ("2.1.1 1.1 2.1.2 90", {"2.1.1": "1.1", "2.1.2": "90"}),
    ("1.1 có 1.3 không", {"1.1": "có 1.3 không"}),
    ("2.1.1 -5", {"2.1.1": "-5"}),
    ("2.1.1 ,5", {"2.1.1": ",5"}),
    ("2.1.1 87, 5 %", {"2.1.1": "87, 5 %"}),
    ("2.1.1, 1.1 có", {"2.1.1": "", "1.1": "có"}),
    ("1.1 và 1.3 có", {"1.1": "", "1.3": "có"}),
    ("1.1 ✅, 1.3 ❌", {"1.1": "✅", "1.3": "❌"}),
    ("2.3 miễn", {"2.3": "miễn"}),
    ("2.5.1 không phát sinh: đơn vị mới; chưa cấp, 1.1 có",
     {"2.5.1": "không phát sinh: đơn vị mới; chưa cấp", "1.1": "có"}),
    ("１．１ có，１．３ không", {"1.1": "có", "1.3": "không"}),
    ("1.1\u00a0có;\u00a01.3\u202fkhông", {"1.1": "có", "1.3": "không"}),
    ("\u200b1.1 có,\u200e 1.3 không", {"1.1": "có", "1.3": "không"}),
    (unicodedata.normalize("NFD", "Câu 1.1 có và 1.3 không"), {"1.1": "có", "1.3": "không"}),
)  # fmt: skip

NO_BATCH = (
    "", " ", "có", "87,5", "45/50", "2.1.1", "1.1, 1.3", "2.1.1?", "2.1 3.2", "3.1,5 triệu", "3.2%", "87.5% 1.1",
    "1.250/2.000", "12.5.2025 có 1.1", "1, 3 có", "sửa 2.3.2 giúp em", "có 1.1", "1/1 có", "/sua 1.1",
    "Theo mục 1.1 của Kế hoạch 123/KH-UBND", "Kế hoạch số 12/KH-SDL ngày 1.3.2025, mục 1.1",
    "2.500 hồ sơ", "3,2 có", "Xem 1.1: có nêu tại trang 3",
    "Số liệu 2.5.1: 45/50 lấy từ báo cáo", "Quyết định 45/QĐ-SDL (tiêu chí 1.3)",
)  # fmt: skip


@pytest.mark.parametrize(("text", "said"), READ, ids=range(len(READ)))
def test_each_part_is_read_for_its_own_criterion(text: str, said: dict[str, str], words: Words) -> None:
    assert read_batch(text, IDS, words) == tuple(Entry(key, value) for key, value in said.items())


@pytest.mark.parametrize("text", NO_BATCH)
def test_what_does_not_answer_by_id_is_no_batch(text: str, words: Words) -> None:
    assert read_batch(text, IDS, words) == ()


def test_a_criterion_named_twice_gives_both(words: Words) -> None:
    assert read_batch("1.1 có, 1.1 không", IDS, words) == (Entry("1.1", "có"), Entry("1.1", "không"))


def test_an_unknown_id_of_three_parts_parts_entries_with_any_value(words: Words) -> None:
    assert read_batch("1.1 có, 2.1.3 87,5%", IDS, words) == (Entry("1.1", "có"), Entry("", "2.1.3 87,5%"))


@pytest.mark.parametrize("text", ["9.9 có, 1.1 có", "1.1 có, 9.9 có", "1.1 có\n9.9 có"])
def test_an_unknown_id_is_given_back_with_its_words_beside_a_known_one(text: str, words: Words) -> None:
    assert set(read_batch(text, IDS, words)) == {Entry("", "9.9 có"), Entry("1.1", "có")}


def test_an_id_within_a_value_is_noticed() -> None:
    assert names_criterion("có 1.3 không", IDS)
    assert names_criterion("90 2.1.2 80", IDS)
    assert names_criterion("có 2.1.3 87", IDS)
    assert not any(names_criterion(value, IDS) for value in ("1.3", "87,5", "1.250/2.000", "45/50 = 90.5%", "có"))


CHOICES = ("có", "không", "ko", "Chưa ban hành", "đang xây dựng", "1", "2")
RATIOS = ("87,5%", "87.5", "87,5 %", "45/50", "45 trên 50", "1.250/2.000", "0,85", "100", "không phát sinh: chưa có")
ENTRIES = st.lists(
    st.sampled_from(LEAVES).flatmap(
        lambda leaf: st.tuples(st.just(leaf.id), st.sampled_from(CHOICES if leaf.options else RATIOS))
    ),
    min_size=1,
    max_size=8,
)
GLUE = st.sampled_from([" ", ": ", " : ", "=", ". ", ") ", " - ", "\u00a0", ":"])
PARTED = st.sampled_from([", ", "; ", "\n", ",\n", ";", " ;\n\n", "\n- ", "\n• ", " và "])
LEAD = st.sampled_from(["", "- ", "câu ", "Mục ", "tiêu chí ", "  ", "dạ "])


@given(entries=ENTRIES, glue=GLUE, parted=PARTED, lead=LEAD, nfd=st.booleans())
@settings(max_examples=many(60, 1_500), deadline=None)
def test_whatever_is_written_in_one_style_reads_back(
    words: Words, entries: list[tuple[str, str]], glue: str, parted: str, lead: str, nfd: bool
) -> None:
    text = lead + parted.join(key + glue + value for key, value in entries)
    text = unicodedata.normalize("NFD", text) if nfd else text
    assert read_batch(text, IDS, words) == tuple(Entry(key, value) for key, value in entries)


@given(entries=ENTRIES)
@settings(max_examples=many(25, 500), deadline=None)
def test_ids_of_three_parts_need_no_separator(words: Words, entries: list[tuple[str, str]]) -> None:
    three = [(key, value) for key, value in entries if key.count(".") > 1] or [("2.1.1", "87,5")]
    text = " ".join(f"{key} {value}" for key, value in three)
    assert read_batch(text, IDS, words) == tuple(Entry(key, value) for key, value in three)


PIECES = st.sampled_from(
    [
        "1.1",
        "2.1.1",
        "9.9",
        "1,3",
        "2.3",
        "có",
        "không",
        "87,5",
        "%",
        "/",
        ",",
        ";",
        "\n",
        " ",
        ".",
        "-",
        "và",
        "câu",
        "1",
        "cả",
    ]
)


@given(
    text=st.text(max_size=60) | st.lists(PIECES, max_size=14).map(" ".join) | st.lists(PIECES, max_size=14).map("".join)
)
@settings(max_examples=many(120, 3_000), deadline=None)
def test_any_text_is_read_without_an_error_and_nothing_is_made_up(words: Words, text: str) -> None:
    entries = read_batch(text, IDS, words)
    assert all(entry.id in IDS.values() or not entry.id for entry in entries)
    assert all(value.strip() == value for _, value in ((one.id, one.text) for one in entries))
    said = read_numbered(text, range(1, 5), words)
    assert said is None or (len(said) == 4 and any(said))


@pytest.mark.parametrize(
    "text", ["1.1 " * 1000, "1.1 có, " * 480, "2.1.1 1 " * 450, "- " * 2000, "1.1" + " " * 3990 + "có"]
)
def test_a_long_text_takes_no_long_time(text: str, words: Words) -> None:
    assert len(read_batch(text, IDS, words)) <= 480
    read_numbered(text, range(1, 5), words)


NUMBERED: tuple[tuple[str, tuple[str | None, ...] | None], ...] = (
    ("1 có, 2 không 3 có", ("có", "không", "có", None)),
    ("1. có\n2. không", ("có", "không", None, None)),
    ("1) có 2) không 3) có 4) có", ("có", "không", "có", "có")),
    ("1-có 2-không", ("có", "không", None, None)),
    ("1C 2K 3C", ("có", "không", "có", None)),
    ("1c2k3c4k", ("có", "không", "có", "không")),
    ("c k c k", ("có", "không", "có", "không")),
    ("có không có có", ("có", "không", "có", "có")),
    ("dạ có không có có ạ", ("có", "không", "có", "có")),
    ("có, không, có, không", ("có", "không", "có", "không")),
    ("đã có, chưa có, có TTHC, không yêu cầu", ("đã có", "chưa có", "có TTHC", "không yêu cầu")),
    ("1: Có TTHC\n2: Không có\n3: Chưa đưa\n4: Có yêu cầu", ("Có TTHC", "Không có", "Chưa đưa", "Có yêu cầu")),
    ("câu 1 có, câu 2 không", ("có", "không", None, None)),
    ("1,3 có", ("có", None, "có", None)),
    ("1 và 2 có, 3 không", ("có", "có", "không", None)),
    ("2 không", (None, "không", None, None)),
    ("tất cả không", ("không",) * 4),
    ("Tất cả đều có ạ", ("có",) * 4),
    ("đều không", ("không",) * 4),
    ("không cả", ("không",) * 4),
    ("có tất cả", ("có",) * 4),
    ("cả bốn đều không", ("không",) * 4),
    ("cả hai có", None),
    ("có", None),
    ("có không", None),
    ("có không có có không", None),
    ("c k c", None),
    ("1 có 2", None),
    ("1 có 1 không", None),
    ("5 có", None),
    ("12 có", None),
    ("1.3 có", None),
    ("1 có, còn lại không", None),
    ("tất cả", None),
    ("1 2 3 4", None),
    ("45/50", None),
    ("có 87,5%", None),
    ("1 có không?", None),
    ("Sở có 4 phòng, không có thanh tra", None),
    ("Văn phòng, Thanh tra, Kế toán, Tổ chức", None),
    ("", None),
)


@pytest.mark.parametrize(("text", "said"), NUMBERED, ids=range(len(NUMBERED)))
def test_numbered_questions_get_each_its_answer(text: str, said: tuple[str | None, ...] | None, words: Words) -> None:
    assert read_numbered(text, range(1, 5), words) == said


def test_a_single_question_takes_the_answer_as_it_is(words: Words) -> None:
    assert read_numbered("không có", (1,), words) == ("không có",)
    assert read_numbered("có", (), words) is None


def test_a_question_keeps_its_number_when_others_are_answered(words: Words) -> None:
    assert read_numbered("1 chưa, 3 không", (1, 3, 4), words) == ("chưa", "không", None)
    assert read_numbered("3 không, 4 có", (1, 3, 4), words) == (None, "không", "có")
    assert read_numbered("2 có", (1, 3, 4), words) is None
    assert read_numbered("có, không, có", (1, 3, 4), words) == ("có", "không", "có")
    assert read_numbered("3 không có", (3,), words) == ("không có",)
