"""Buttons in words: each has something to type, what is typed finds it, and a notice's never becomes another's.

Checked against: codes of notices that begin anew with each notice ("an older notice's button" pressed the newer one),
and letters on cards whose options are numbered.
"""

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.offering import LETTERS, MOST_NOTICES, Offer, codes, meant, of_card, of_notice
from bot.conversation.turn import Button

CHOICE = (
    (Button("option", "an:1:1.1:oyes:0"),),
    (Button("option", "an:1:1.1:ono:0"),),
    (Button("back", "bk:1:1.1::0"), Button("skip", "sk:1:1.1::0")),
    (Button("help", "hp:1:1.1::0"), Button("list", "ls:1:::0")),
)
RATIO = ((Button("shared_count", "dn:1:2.1.1:120:0"),), (Button("no_cases", "an:1:2.1.1:n:0"),), *CHOICE[2:])


def test_options_have_numbers_and_what_is_beside_every_question_its_words() -> None:
    assert [code for _, code in codes(CHOICE, number=False)] == ["1", "2", "0", "", "?", ""]


def test_where_a_number_is_an_answer_letters_stand_for_the_buttons() -> None:
    given_codes = [code for _, code in codes(RATIO, number=True)]
    assert given_codes == ["A", "B", "", "", "?", ""]
    assert not set(LETTERS) & set("CKDS")  # short for yes, no, right, wrong


def test_what_is_typed_finds_its_button_by_code_or_by_its_words() -> None:
    stored = of_card(None, [Offer("1", "Đúng", "jn"), Offer("2", "Không đúng", "jx"), Offer("", "Bỏ qua", "sk")])
    for text, press in (("1", "jn"), (" 2. ", "jx"), ("1)", "jn"), ("dung", "jn"), ("ĐÚNG", "jn"), ("bo qua", "sk")):
        assert meant(stored, text) == press, text
    for text in ("3", "", "1 2", "87,5", "đúng rồi", "12", "-1", "1,5"):
        assert meant(stored, text) is None, text


def test_nothing_is_meant_where_nothing_was_offered() -> None:
    assert meant(None, "1") is None
    assert meant({}, "1") is None


def test_a_new_card_takes_the_place_of_the_old_and_leaves_notices_alone() -> None:
    stored, (code,) = of_notice(of_card(None, [Offer("1", "a", "old")]), ["notice"])
    stored = of_card(stored, [Offer("1", "b", "new")])
    assert (meant(stored, "1"), meant(stored, code.lower())) == ("new", "notice")


@given(st.lists(st.integers(1, 4), min_size=1, max_size=60))
def test_the_code_of_an_older_notice_never_presses_a_newer_one(sizes: list[int]) -> None:
    stored: dict[str, object] | None = None
    told: dict[str, str] = {}
    for n, size in enumerate(sizes):
        presses = [f"{n}.{k}" for k in range(size)]
        stored, given_codes = of_notice(stored, presses)
        latest = dict(zip(given_codes, presses, strict=True))
        for code, press in latest.items():
            assert meant(stored, code) == press
        for code, press in (told | latest).items():
            assert meant(stored, code) in (press, None) or code in latest
        told |= latest
    assert stored is not None
    assert len(list(stored["notices"])) <= MOST_NOTICES  # type: ignore[call-overload]


@given(st.text(max_size=100))
def test_any_text_at_all_means_a_button_or_none(text: str) -> None:
    stored = of_card(None, [Offer("1", "Đúng", "jn"), Offer("A", "Nộp", "sb")])
    assert meant(stored, text) in ("jn", "sb", None)


def test_a_button_that_begins_with_its_own_number_is_typed_by_it() -> None:
    rows = ((Button("missing", "ms"),), (Button("section", "s1", {"n": 1}),), (Button("section", "s2", {"n": 2}),))
    assert [code for _, code in codes(rows, number=False)] == ["3", "1", "2"]
