"""Two officers on one criterion: what the other one answered meanwhile is never written over unseen, however it comes.

Checked against: an explanation or a ground that counts for what stands when it is typed instead of when it was asked
for, an edited text that takes whatever stands as seen, a claim that does not look at the answers under it: each failed.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from talk.sessions import NOW, PEOPLE, begun, standing, told

from bot.conversation.advance import advance
from bot.conversation.assessment import Assessment
from bot.conversation.events import Edited, Event, Pressed, Typed
from bot.conversation.facts import AnswerGiven, AnswerWithdrawn, OpeningSettled
from bot.conversation.place import Place
from bot.conversation.presses import Press
from bot.conversation.turn import Turn
from scoring.answers import ChosenOption, Exempt, NoCases, Percentage

EIGHTY = Percentage(Fraction(80))
BY_THE_OTHER = told(begun(), AnswerGiven("2.1.1", EIGHTY), by=19)
AT_QUESTION = Place(step="question", focus="2.1.1", pending={"seen": "0"})


def does(event: Event, place: Place, assessment: Assessment = BY_THE_OTHER) -> Turn:
    return advance(replace(standing(PEOPLE["officer"], assessment, place), invite=None), event, NOW)


@pytest.mark.parametrize(
    "text", ["90", "45/50", "khoảng 87", "87,123456789012345678901"], ids=["percent", "counts", "doubtful", "long"]
)
def test_a_typed_answer_meets_the_one_that_came_meanwhile(text: str) -> None:
    turn = does(Typed(text), AT_QUESTION)
    if turn.place.step == "confirm" and "against" not in turn.place.pending:  # the reading is asked about first
        turn = does(Typed("có"), turn.place)
    assert (turn.facts, turn.replies[0].template) == ((), "overwrite")
    change = next(row[0] for row in turn.replies[0].rows if row[0].label == "change")
    assert any(isinstance(fact, AnswerGiven) for fact in does(Pressed(change.press), turn.place).facts)
    newer = told(BY_THE_OTHER, AnswerGiven("2.1.1", Percentage(Fraction(70))), by=19)
    again = does(Pressed(change.press), turn.place, newer)
    assert (again.facts, again.replies[0].template) == ((), "overwrite")


def test_an_explanation_typed_meanwhile_is_kept_until_the_officer_decides() -> None:
    asks = does(Typed("không phát sinh"), AT_QUESTION, begun())
    assert asks.place.step == "no_cases"
    turn = does(Typed("Năm 2025 không có văn bản nào"), asks.place)
    assert (turn.facts, turn.replies[0].template) == ((), "overwrite")
    change = next(row[0] for row in turn.replies[0].rows if row[0].label == "change")
    for event in (Pressed(change.press), Typed("có")):
        assert does(event, turn.place).facts == (AnswerGiven("2.1.1", NoCases("Năm 2025 không có văn bản nào")),)
    back = does(Typed("/tieptuc"), turn.place)
    assert (back.facts, back.replies[0].template) == ((), "overwrite")
    assert does(Typed("không"), turn.place).facts == ()


def test_a_hint_on_the_explanation_is_no_look_at_what_came_meanwhile() -> None:
    asks = does(Typed("không phát sinh"), AT_QUESTION, begun())
    hinted = does(Typed("12"), asks.place)
    assert hinted.place.step == "no_cases"
    assert does(Typed("Năm 2025 không có"), hinted.place).facts == ()


@pytest.mark.parametrize("text", ["không phát sinh", "không áp dụng"])
def test_words_that_claim_something_show_first_what_came_meanwhile(text: str) -> None:
    turn = does(Typed(text), AT_QUESTION)
    assert (turn.facts, turn.place.step) == ((), "question")
    assert turn.replies[0].data["held"]


def test_an_exemption_is_not_claimed_over_an_answer_that_came_meanwhile() -> None:
    answered = told(begun(), AnswerGiven("2.7", ChosenOption("no")), by=19)
    ground = Place(step="ground", focus="2.7", pending={"seen": "0"})
    for event in (
        Typed("Sở không có phòng thanh tra"),
        Pressed(Press("gr", 1, "2.7").encode()),
        Pressed(Press("an", 1, "2.7", "x").encode()),
    ):
        assert does(event, ground, answered).facts == ()


def test_a_claim_over_a_group_knows_the_answers_under_it() -> None:
    scopes = {one.scope for one in begun().criteria.exemptions}
    scope = next(one for one in scopes if one not in begun().card.lines)
    leaf = begun().criteria.leaves_under(scope)[0]
    answer = ChosenOption(leaf.options[0].id) if leaf.options else EIGHTY
    answered = told(begun(), AnswerGiven(leaf.id, answer), by=19)
    turn = does(Pressed(Press("gr", 1, scope).encode()), Place(step="ground", focus=scope), answered)
    assert (turn.facts, turn.replies[0].data["stale"], turn.place.focus) == ((), True, leaf.id)
    seen = answered.revision_of(scope)
    claimed = does(Pressed(Press("gr", 1, scope, revision=seen).encode()), Place(), answered)
    assert any(isinstance(fact, AnswerGiven) and isinstance(fact.answer, Exempt) for fact in claimed.facts)


def test_several_facts_of_one_answer_wait_together() -> None:
    claimed = told(begun(), OpeningSettled("2.7", claims=True), AnswerGiven("2.7", Exempt()), by=19)
    at = Place(step="question", focus="2.7", pending={"seen": "0"})
    first = does(Typed("có"), at, claimed)
    assert (first.facts, first.replies[0].template) == ((), "overwrite")
    change = next(row[0] for row in first.replies[0].rows if row[0].label == "change")
    kinds = [type(fact) for fact in does(Pressed(change.press), first.place, claimed).facts]
    assert AnswerGiven in kinds
    assert AnswerWithdrawn not in kinds  # the claim stood under the very criterion


def test_an_edited_text_does_not_take_what_another_answered_since_as_seen() -> None:
    mine = told(begun(), AnswerGiven("2.1.1", Percentage(Fraction(70))))
    newer = told(mine, AnswerGiven("2.1.1", EIGHTY), by=19)
    undo = {"criterion": "2.1.1", "revision": "1", "previous": '{"2.1.1": null}'}
    spelled = does(Edited("90"), Place(step="question", focus="2.1.2", undo=undo), newer)
    take = spelled.replies[0].rows[0][0]
    turn = does(Pressed(take.press), spelled.place, newer)
    assert (turn.facts, turn.replies[0].template) == ((), "overwrite")
    alone = does(Edited("90"), Place(step="question", focus="2.1.2", undo=undo), mine)
    assert does(Pressed(alone.replies[0].rows[0][0].press), alone.place, mine).facts
