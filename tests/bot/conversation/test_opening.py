"""Opening questions answered together in a chat without buttons: each keeps its number, whatever is answered already.

Checked against: the list numbered anew from one after every reply: failed here.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from talk.sessions import NOW, PEOPLE, begun, standing
from talk.stage import renderer

from bot.conversation.advance import advance
from bot.conversation.events import Typed
from bot.conversation.facts import AssessmentFact
from bot.conversation.place import Place
from bot.conversation.session import Session
from bot.conversation.turn import Reply


class Talk:
    """An officer of a department in a plain chat, before the four opening questions 1.4.4, 2.3, 2.7 and 2.9."""

    def __init__(self) -> None:
        session = standing(PEOPLE["officer"], begun(), Place(step="openings"))
        self.session: Session = replace(session, invite=None, chat=replace(session.chat, plain=True))

    def says(self, text: str) -> Reply:
        turn = advance(self.session, Typed(text), NOW)
        assessment = self.session.opened
        for fact in turn.facts:
            assert isinstance(fact, AssessmentFact)
            assessment = assessment.apply(fact, 11, "An", NOW)
        self.session = replace(self.session, assessment=assessment, place=turn.place)
        (reply,) = turn.replies
        return reply

    @property
    def settled(self) -> dict[str, bool]:
        return dict(self.session.opened.opening)


def words(reply: Reply) -> str:
    return renderer().render(reply.template, {**reply.data, "plain": True, "home": None})


def test_the_numbers_of_the_first_list_hold_after_a_part_of_it() -> None:
    talk = Talk()
    card = words(talk.says("2 có"))
    assert "Còn 3/4 câu mở đầu" in card
    assert [line[:2] for line in card.split("\n") if line[1:2] == "." and line.endswith(")")] == ["1.", "3.", "4."]
    card = words(talk.says("1 chưa, 3 không"))
    assert talk.settled == {"2.3": False, "1.4.4": False, "2.7": True}
    assert card.startswith("<b>Câu mở đầu 4/4</b>")


def test_the_last_numbers_are_taken_and_the_one_that_is_left_keeps_its_own() -> None:
    talk = Talk()
    talk.says("2 có")
    assert words(talk.says("3 không, 4 có")).startswith("<b>Câu mở đầu 1/4</b>")
    assert talk.settled == {"2.3": False, "2.7": True, "2.9": False}
    talk.says("1 chưa")
    assert talk.settled["1.4.4"] is False


def test_a_question_that_is_answered_already_is_not_answered_anew_in_silence() -> None:
    talk = Talk()
    talk.says("2 có")
    card = words(talk.says("2 không, 3 có"))
    assert "câu mở đầu 2 đã được trả lời" in card
    assert "(2.3.1, 2.3.2)" in card
    assert talk.settled == {"2.3": False}
    talk.says("2 có, 3 có")
    assert talk.settled == {"2.3": False, "2.7": False}


def test_the_number_of_another_question_is_no_answer_to_the_one_that_is_left() -> None:
    talk = Talk()
    talk.says("1 chưa, 2 có, 3 có")
    assert talk.says("3 không").template == "opening"
    assert "2.9" not in talk.settled
    talk.says("3 có, 4 có")
    assert talk.settled["2.9"] is False


@pytest.mark.parametrize("text", ["4 không", "không yêu cầu", "2. Không yêu cầu hoặc không phát sinh", "câu 4: không"])
def test_the_one_that_is_left_is_answered_with_and_without_its_number(text: str) -> None:
    talk = Talk()
    talk.says("1 chưa, 2 có, 3 có")
    assert (talk.says(text).template, talk.session.place.focus) == ("ground", "2.9")
