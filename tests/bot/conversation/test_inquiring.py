"""An officer asks a colleague about one criterion, asks no more, takes the answer over or does not.

Checked against: `take` that does not look at what stands (an answer overwritten unseen), `_answered` without its look
at the revision (an answer that was corrected since is taken), `ask` without its limit: each failed here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from talk.sessions import MINE, NOW, PEOPLE, begun, standing, submitted, told

from bot.conversation.advance import advance
from bot.conversation.assessment import Assessment, Written
from bot.conversation.codes import hash_code
from bot.conversation.events import Pressed, Typed
from bot.conversation.facts import AnswerGiven, NoteWritten
from bot.conversation.inquiry import Inquiry, moment
from bot.conversation.inquiry_facts import ColleagueAsked, InquiryWithdrawn, ProposalSettled
from bot.conversation.place import Place
from bot.conversation.presses import Press
from bot.conversation.turn import OnePerson, Reply, Turn
from scoring.answers import Answer, ChosenOption, NoCases, Percentage

ASKED_AT = NOW - timedelta(hours=2)
ANSWERED_AT = NOW - timedelta(minutes=30)
OPEN = Inquiry(5, 1, "2.1.1", "An", ASKED_AT, ASKED_AT + timedelta(days=7))
EIGHTY = Percentage(Fraction(80))


def answered(answer: Answer = EIGHTY, note: str = "", at: datetime = ANSWERED_AT) -> Inquiry:
    return replace(OPEN, state="answered", colleague_id=13, colleague="Cúc", answer=answer, note=note, answered_at=at)


def having(*inquiries: Inquiry, assessment: Assessment | None = None) -> Assessment:
    return replace(assessment or begun(), inquiries=inquiries)


def pressed(press: Press, assessment: Assessment, place: Place | None = None) -> Turn:
    return advance(standing(PEOPLE["officer"], assessment, place), Pressed(press.encode()), NOW)


def take(assessment: Assessment, inquiry: Inquiry, seen: int = 0, place: Place | None = None) -> Turn:
    return pressed(Press("pk", 1, inquiry.criterion, str(seen), inquiry.revision), assessment, place)


def recorded(card: Reply) -> dict[str, object]:
    """The one line that a card tells of what was just done."""
    told = card.data["recorded"]
    assert isinstance(told, tuple)
    (line,) = told
    return dict(line)


def test_asking_gives_a_message_to_pass_on_and_a_code_of_which_only_the_digest_is_kept() -> None:
    session = standing(PEOPLE["officer"], begun(), Place(step="question", focus="2.1.1"))
    turn = advance(session, Pressed(Press("aq", 1, "2.1.1").encode()), NOW)
    assert turn.facts == (ColleagueAsked("2.1.1", hash_code(session.code), NOW + timedelta(days=7)),)
    (reply,) = turn.replies
    assert (reply.template, reply.rows, reply.card, reply.joins) == ("inquiry", (), False, session.code)
    assert (reply.data["by"], reply.data["unit"], reply.data["code"]) == ("An", MINE.name, session.code)
    assert turn.place == session.place  # the question goes on above it


@pytest.mark.parametrize("said", ["hỏi đồng nghiệp", "nhờ đồng nghiệp", "/hoidongnghiep", "/hoidongnghiep 3.1"])
def test_asking_in_words_means_the_question_at_hand_or_the_one_named(said: str) -> None:
    session = standing(PEOPLE["officer"], begun(), Place(step="question", focus="2.1.1"))
    turn = advance(replace(session, invite=None), Typed(said), NOW)
    (fact,) = turn.facts
    assert isinstance(fact, ColleagueAsked)
    assert fact.criterion == ("3.1" if "3.1" in said else "2.1.1")


def test_a_criterion_is_asked_about_once_at_a_time() -> None:
    turn = pressed(Press("aq", 1, "2.1.1"), having(OPEN))
    assert turn.facts == ()
    assert turn.replies[0].data["stale"]
    assert [row[0].label for row in turn.replies[0].rows if "ask" in row[0].label] == ["ask_no_more"]


def test_at_most_ten_criteria_lie_with_colleagues() -> None:
    ids = [leaf.id for leaf in begun().criteria.leaves]
    ten = tuple(replace(OPEN, id=n, criterion=one) for n, one in enumerate(ids[:10]))
    turn = pressed(Press("aq", 1, ids[10]), having(*ten))
    assert (turn.facts, turn.replies[0].template) == ((), "inquiries_full")
    settled = (replace(ten[0], state="refused"), *ten[1:])
    assert pressed(Press("aq", 1, ids[10]), having(*settled)).facts


def test_what_is_locked_is_not_asked_about_nor_taken_over() -> None:
    locked = replace(submitted(), inquiries=(answered(),))
    for press in (
        Press("aq", 1, "1.1"),
        Press("aw", 1, "2.1.1", revision=OPEN.revision),
        Press("pk", 1, "2.1.1", "0", moment(ANSWERED_AT)),
        Press("px", 1, "2.1.1", revision=moment(ANSWERED_AT)),
    ):
        turn = pressed(press, locked)
        assert (turn.facts, {reply.template for reply in turn.replies}) == ((), {"locked"})


def test_an_answer_taken_over_is_the_officers_and_says_whose_it_was() -> None:
    inquiry = answered(note="theo báo cáo quý IV")
    turn = take(having(inquiry), inquiry)
    assert turn.facts == (
        AnswerGiven("2.1.1", EIGHTY),
        NoteWritten("2.1.1", "theo báo cáo quý IV"),
        ProposalSettled(5, taken=True),
    )
    card, colleague = turn.replies
    line = recorded(card)
    assert (line["id"], line["from_colleague"], line["points"]) == ("2.1.1", "Cúc", Fraction(4))
    assert (colleague.to, colleague.data["outcome"]) == (OnePerson(13), "taken")
    assert turn.place.undo["criterion"] == "2.1.1"


def test_a_note_that_stands_there_is_left_alone() -> None:
    inquiry = answered(note="theo báo cáo")
    noted = replace(having(inquiry), texts=(Written(8, "2.1.1", "note", "của An", "An", NOW),))
    assert not any(isinstance(fact, NoteWritten) for fact in take(noted, inquiry).facts)


def test_an_empty_case_brings_its_explanation() -> None:
    inquiry = answered(NoCases(), "không có văn bản nội bộ")
    assert take(having(inquiry), inquiry).facts == (
        AnswerGiven("2.1.1", NoCases("không có văn bản nội bộ")),
        ProposalSettled(5, taken=True),
    )


def test_what_stands_already_is_shown_before_it_is_replaced() -> None:
    inquiry = answered()
    stands = having(inquiry, assessment=told(begun(), AnswerGiven("2.1.1", Percentage(Fraction(60)))))
    first = take(stands, inquiry)
    assert (first.facts, first.replies[0].template) == ((), "overwrite")
    change = next(row[0] for row in first.replies[0].rows if row[0].label == "change")
    second = advance(standing(PEOPLE["officer"], stands), Pressed(change.press), NOW)
    assert AnswerGiven("2.1.1", EIGHTY) in second.facts
    newer = told(stands, AnswerGiven("2.1.1", Percentage(Fraction(70))))
    third = advance(standing(PEOPLE["officer"], newer), Pressed(change.press), NOW)
    assert (third.facts, third.replies[0].template) == ((), "overwrite")  # changed once more meanwhile


def test_the_same_answer_is_not_given_twice() -> None:
    inquiry = answered()
    stands = having(inquiry, assessment=told(begun(), AnswerGiven("2.1.1", EIGHTY)))
    turn = take(stands, inquiry)
    assert turn.facts == (ProposalSettled(5, taken=True),)
    assert recorded(turn.replies[0])["change"] == "inquiry_taken"


@pytest.mark.parametrize("state", ["taken", "refused", "withdrawn"])
def test_a_button_pressed_when_all_is_settled_shows_how_things_stand(state: str) -> None:
    inquiry = answered()
    over = having(replace(inquiry, state=state))
    for press in (
        Press("pk", 1, "2.1.1", "0", inquiry.revision),
        Press("px", 1, "2.1.1", revision=inquiry.revision),
        Press("aw", 1, "2.1.1", revision=OPEN.revision),
    ):
        turn = pressed(press, over)
        assert (turn.facts, len(turn.replies), turn.replies[0].data["stale"]) == ((), 1, True)


def test_an_answer_that_was_corrected_since_is_not_the_one_that_is_taken() -> None:
    seen, now_stands = answered(), answered(Percentage(Fraction(90)), at=ANSWERED_AT + timedelta(minutes=1))
    turn = take(having(now_stands), seen)
    assert (turn.facts, turn.replies[0].data["stale"]) == ((), True)
    labels = [button.label for row in turn.replies[0].rows for button in row]
    assert "take_proposal" in labels


def test_what_is_not_used_is_told_politely_and_changes_nothing() -> None:
    inquiry = answered()
    turn = pressed(Press("px", 1, "2.1.1", revision=inquiry.revision), having(inquiry))
    assert turn.facts == (ProposalSettled(5, taken=False),)
    assert [reply.template for reply in turn.replies] == ["question", "inquiry_settled"]
    assert turn.replies[1].data["outcome"] == "refused"


def test_asking_no_more_tells_the_colleague_only_where_there_is_one() -> None:
    press = Press("aw", 1, "2.1.1", revision=OPEN.revision)
    alone = pressed(press, having(OPEN))
    assert alone.facts == (InquiryWithdrawn(5),)
    assert [reply.template for reply in alone.replies] == ["question"]
    known = pressed(press, having(replace(OPEN, colleague_id=13, colleague="Cúc")))
    assert [reply.template for reply in known.replies] == ["question", "inquiry_settled"]
    answered_since = pressed(press, having(answered()))
    assert (answered_since.facts, answered_since.replies[0].data["stale"]) == ((), True)


def test_who_takes_it_over_from_a_notice_goes_on_where_they_stood() -> None:
    inquiry = answered()
    turn = take(having(inquiry), inquiry, place=Place(step="question", focus="3.1", pending={"seen": "0"}))
    assert (turn.place.step, turn.place.focus) == ("question", "3.1")
    assert turn.replies[0].data["recorded"]


def test_a_forged_answer_is_none_of_the_colleagues() -> None:
    turn = pressed(Press("pk", 1, "2.1.1", "x", moment(ANSWERED_AT)), having(answered()))
    assert turn.facts == ()
    assert ChosenOption("yes") not in turn.facts
