"""What is open stays open: help leads back to it, and a text that is not taken is never dropped without a word.

Checked against: `help_on` that always leads to the question, `typed` that passes no hint: failed here.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from talk.sessions import NOW, PEOPLE, begun, standing, told
from talk.stage import criteria, renderer

from bot.conversation.advance import advance
from bot.conversation.events import Pressed, Typed
from bot.conversation.facts import AnswerGiven, OpeningSettled
from bot.conversation.place import Place
from bot.conversation.session import Session
from bot.conversation.turn import Reply
from scoring.answers import Counts

SETTLED = told(begun(), *(OpeningSettled(one.scope, claims=False) for one in criteria().exemptions))
REVIEW = Place(step="review")
OPEN = {
    "opening": (begun(), Place(step="opening", focus="2.9"), ()),
    "ground": (begun(), Place(step="opening", focus="2.9"), ("không",)),
    "confirm": (SETTLED, Place(step="question", focus="2.1.1"), ("2.1.1 0,85",)),
    "numerator": (
        told(SETTLED, AnswerGiven("2.5.2", Counts(40, 50))),
        Place(step="numerator", focus="2.5.1", pending={"denominator": "50", "seen": "0"}),
        (),
    ),
    "no_cases": (SETTLED, Place(step="question", focus="2.5.1"), ("không phát sinh",)),
    "note": (SETTLED, Place(step="question", focus="1.1"), ("thêm ghi chú",)),
    "evidence": (SETTLED, Place(step="question", focus="1.1"), ("thêm tài liệu",)),
    "question": (SETTLED, Place(step="question", focus="2.1.1"), ()),
}


def said(session: Session, text: str) -> tuple[Session, Reply]:
    turn = advance(session, Typed(text), NOW)
    return replace(session, place=turn.place), turn.replies[0]


def words(reply: Reply) -> str:
    return renderer().render(reply.template, {**reply.data, "plain": True, "home": None})


@pytest.mark.parametrize("step", OPEN)
@pytest.mark.parametrize("aside", ["?", "/diem", "/chuanbi"])
def test_going_on_after_help_leads_back_to_what_was_open(step: str, aside: str) -> None:
    assessment, place, before = OPEN[step]
    session = replace(standing(PEOPLE["officer"], assessment, place), invite=None)
    for text in before:
        session, _ = said(session, text)
    was = session.place
    assert was.step == step
    session, shown = said(session, aside)
    go_on = next(one.press for row in shown.rows for one in row if one.label == "continue")
    turn = advance(session, Pressed(go_on), NOW)
    assert (turn.place.step, turn.place.focus) == (was.step, was.focus)
    assert {key: turn.place.pending.get(key) for key in was.pending} == dict(was.pending)


@pytest.mark.parametrize(
    ("text", "told_so"),
    [
        ("2.1 85", "Nhóm 2.1 gồm các câu 2.1.1, 2.1.2."),
        ("2.10 có", "Nhóm 2.10 gồm các câu 2.10.1, 2.10.2."),
        ("1,1 có, 1,3 không", "Chưa hiểu “1,1 có, 1,3 không” nên chưa ghi gì."),
        ("abc xyz", "Chưa hiểu “abc xyz” nên chưa ghi gì."),
        ("9.9 có", "Chưa hiểu “9.9 có” nên chưa ghi gì."),
    ],
)
def test_a_text_at_the_review_that_is_not_taken_is_told_and_the_review_stays(text: str, told_so: str) -> None:
    session = replace(standing(PEOPLE["officer"], SETTLED, REVIEW), invite=None)
    session, shown = said(session, text)
    assert (shown.template, session.place.step) == ("review", "review")
    assert told_so in words(shown)


def test_a_long_text_that_is_not_taken_is_told_in_short() -> None:
    session = replace(standing(PEOPLE["officer"], SETTLED, REVIEW), invite=None)
    _, shown = said(session, "chữ " * 300)
    assert "chữ " * 20 not in words(shown)


@pytest.mark.parametrize("step", ["idle", "submit"])
def test_a_text_that_is_not_taken_elsewhere_is_told_with_the_question_that_follows(step: str) -> None:
    session = replace(standing(PEOPLE["officer"], SETTLED, Place(step=step)), invite=None)
    _, shown = said(session, "abc xyz")
    assert "chưa hiểu “abc xyz”" in words(shown)


def test_ways_to_answer_a_ratio_are_no_list_of_numbers_to_choose_from() -> None:
    session = replace(
        standing(PEOPLE["officer"], SETTLED, Place(step="question", focus="2.1.1", misses=1)), invite=None
    )
    _, shown = said(session, "nhiều lắm")
    assert "• Chưa có số liệu: nhập “Bỏ qua”" in words(shown)
    assert "\n1. " not in words(shown)
