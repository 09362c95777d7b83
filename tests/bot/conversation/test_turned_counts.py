"""A numerator above its denominator is asked about the other way round, and a yes in any words takes it.

Checked against: `turned` that gives back what it is handed.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from talk.sessions import NOW, PEOPLE, begun, standing, told
from talk.stage import renderer

from bot.conversation.advance import advance
from bot.conversation.events import Event, Pressed, Typed
from bot.conversation.facts import AnswerGiven
from bot.conversation.place import Place
from bot.conversation.session import Session
from bot.conversation.turn import Turn
from scoring.answers import Counts

AT_211 = Place(step="question", focus="2.1.1", pending={"seen": "0"})
ASKED = replace(standing(PEOPLE["officer"], begun(), AT_211), invite=None)


def after(session: Session, event: Event) -> tuple[Session, Turn]:
    turn = advance(session, event, NOW)
    assert session.assessment
    given = told(session.assessment, *(fact for fact in turn.facts if isinstance(fact, AnswerGiven)))
    return replace(session, place=turn.place, assessment=given), turn


@pytest.mark.parametrize("yes", ["đúng", "dung roi", "ok"])
def test_a_yes_takes_what_was_suggested(yes: str) -> None:
    asked, turn = after(ASKED, Typed("400/350"))
    (card,) = turn.replies
    assert (card.template, turn.facts) == ("confirm_reading", ())
    text = renderer().render(card.template, card.data)
    assert "tử số lớn hơn mẫu số" in text
    assert "Có phải là <b>350/400 = 87,5%</b> (4,38/5 điểm) không?" in text
    _, taken = after(asked, Typed(yes))
    assert taken.facts == (AnswerGiven("2.1.1", Counts(350, 400)),)


def test_the_button_takes_it_a_no_asks_again_and_anything_else_is_read() -> None:
    asked, turn = after(ASKED, Typed("400/350"))
    take = turn.replies[0].rows[0][0]
    assert after(asked, Pressed(take.press))[1].facts == (AnswerGiven("2.1.1", Counts(350, 400)),)
    refused, again = after(asked, Typed("không"))
    assert (refused.place.step, again.facts) == ("question", ())
    assert after(asked, Typed("340/400"))[1].facts == (AnswerGiven("2.1.1", Counts(340, 400)),)


def test_it_is_spelled_out_once_more_when_somebody_comes_back() -> None:
    asked, _ = after(ASKED, Typed("400/350"))
    _, again = after(asked, Typed("/tieptuc"))
    assert "350/400" in renderer().render(again.replies[0].template, again.replies[0].data)


def test_a_ratio_that_may_be_above_all_is_kept_as_typed() -> None:
    there = replace(ASKED, place=ASKED.place.at("question", "3.2", seen="0"))
    (card,) = after(there, Typed("84/70"))[1].replies
    assert "84/70 = 120%" in renderer().render(card.template, card.data)


def test_the_words_of_the_question_itself_are_an_answer() -> None:
    for text in ("Tử số: 350; Mẫu số: 400", "2.1.1 mẫu số 400; tử số 350"):
        assert after(ASKED, Typed(text))[1].facts == (AnswerGiven("2.1.1", Counts(350, 400)),), text
