"""What is written to many: its fields are found however they are typed, and each unit reads its own.

Caught when seeded: a field without marks taken for an unknown one; the length counted before composing; the date of
what was given back left out.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from talk.addressees import DUE, unit
from talk.stage import renderer, words

from bot.conversation.letter import LIMIT, Letter, NoLetter, body_of, read_letter, shown_to

BACK = DUE + timedelta(days=5)


def letter(text: str) -> Letter:
    read = read_letter(text, words())
    assert isinstance(read, Letter), read
    return read


def reads(text: str, role: str = "officer", **unit_is: object) -> str:
    """The message that a unit with 35 of 38 answers gets."""
    of = replace(unit(1, "open"), decided=35, **unit_is)  # type: ignore[arg-type]
    return renderer().render("broadcast", {"letter": shown_to(body_of(letter(text)), of, role)})


@pytest.mark.parametrize("field", ["[Tên đơn vị]", "[ten don vi]", "[TÊN ĐƠN VỊ]", "[tên cơ quan]", "[ đơn  vị ]"])
def test_a_field_is_known_however_it_is_typed(field: str) -> None:
    assert reads(f"Kính gửi {field}.").endswith("Kính gửi Sở số 1.")


def test_each_field_says_what_it_stands_for() -> None:
    text = "[Đã xong], còn [Còn lại], [Hạn nộp]"
    assert reads(text).endswith("35/38, còn 3, trước ngày 15/01/2026")
    assert reads(text, state="returned", back_due_at=BACK).endswith("trước ngày 20/01/2026")


def test_an_unknown_field_is_told_and_nothing_is_guessed() -> None:
    assert read_letter("[Tên cơ sở] và [ngày họp], [Còn lại]", words()) == NoLetter(
        "unknown_fields", ("[Tên cơ sở]", "[ngày họp]")
    )


def test_a_thousand_characters_are_counted_as_a_person_counts_them() -> None:
    a_thousand = unicodedata.normalize("NFD", "ợ" * LIMIT)
    assert letter(a_thousand).text == "ợ" * LIMIT
    assert isinstance(read_letter(a_thousand + "a", words()), NoLetter)


@pytest.mark.parametrize(("text", "code"), [("", "nothing"), (" \n", "nothing"), ("/huy", "unknown_command")])
def test_what_is_no_letter(text: str, code: str) -> None:
    assert read_letter(text, words()) == NoLetter(code)


def test_markup_stays_text() -> None:
    assert "<b>" not in reads("<b>Khẩn</b> & [Tên đơn vị]").split("\n", 1)[1]


@pytest.mark.parametrize(
    ("state", "role", "button"),
    [
        ("not_begun", "officer", "start"),
        ("submitted", "officer", ""),
        ("open", "leader", ""),
        ("open", "", ""),
    ],
)
def test_the_button_below_is_for_whoever_still_has_something_to_do(state: str, role: str, button: str) -> None:
    assert shown_to({}, unit(1, state), role)["button"] == button
