"""A ground or an explanation is said in words: an answer that was typed there is asked about, and never recorded.

Checked against: `explanation` without `_counts`, without `_answers`, and with a batch of the own number let through.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from talk.sessions import NOW, PEOPLE, begun, standing
from talk.stage import renderer

from bot.conversation.advance import advance
from bot.conversation.events import Typed
from bot.conversation.facts import AnswerGiven
from bot.conversation.place import Place
from bot.conversation.turn import Turn
from scoring.answers import Exempt, NoCases

ANSWERS = (
    "2.7 có", "2.2.2 có 350/400 hồ sơ", "2.2.2: 350/400", "1.1 có, 1.3 không", "2.1.1 85%", "1.1 abc",
    "4 không", "2 không ạ", "câu 4: không", "1 đã đưa, 2 không", "1, 2 không",
    "350/400 văn bản", "400/350 hồ sơ", "350 trên 400", "khoảng 85%", "dạ 85% ạ", "Tỷ lệ đạt 85%", "0/0 hồ sơ",
    "có", "85",
)  # fmt: skip
WORDS = (
    "Theo Quyết định 45/QĐ-UBND năm 2025 chưa có thủ tục nào", "Cả 12 TTHC đều do Bộ giải quyết",
    "1 thủ tục chưa được giao", "4 đơn vị trực thuộc không có trụ sở riêng", "15/12/2025 mới có thủ tục",
    "Nghị định 45/2025 bãi bỏ 100% thủ tục", "350 hồ sơ đều nộp tại Trung tâm nên không phát sinh",
    "Đã xử lý 45/50 hồ sơ, còn lại chuyển sang năm sau", "Năm 2025 không có, theo Công văn 12/2025",
    "Quyết định 45 ngày 12.5.2025",
)  # fmt: skip
PLACES = (Place(step="ground", focus="2.7", pending={"seen": "0"}), Place(step="no_cases", focus="2.2.2"))


def note_of(turn: Turn) -> str:
    (given,) = (fact.answer for fact in turn.facts if isinstance(fact, AnswerGiven))
    assert isinstance(given, Exempt | NoCases)
    return given.note


def typed(place: Place, text: str) -> Turn:
    session = replace(standing(PEOPLE["officer"], begun(), place), invite=None)
    return advance(session, Typed(text), NOW)


@pytest.mark.parametrize("place", PLACES, ids=lambda one: one.step)
@pytest.mark.parametrize("text", ANSWERS)
def test_an_answer_is_no_ground_and_words_are_asked_for_again(place: Place, text: str) -> None:
    turn = typed(place, text)
    (reply,) = turn.replies
    assert (turn.facts, turn.place.step, turn.place.focus) == ((), place.step, place.focus)
    assert "bằng chữ" in renderer().render(reply.template, reply.data)


@pytest.mark.parametrize("place", PLACES, ids=lambda one: one.step)
@pytest.mark.parametrize("text", WORDS)
def test_a_sentence_with_numbers_in_it_is_one(place: Place, text: str) -> None:
    assert note_of(typed(place, text)) == text


def test_the_words_may_begin_with_the_number_they_are_asked_for() -> None:
    text = "2.7 chưa có thủ tục nào được giao"
    assert note_of(typed(PLACES[0], text)) == text
    assert typed(PLACES[1], text).facts == ()
