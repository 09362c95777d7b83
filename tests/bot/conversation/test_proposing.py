"""The colleague's side: the one criterion, read as any other answer, told to the officers, and nothing else.

Checked against: `_mine` without its look at the person (anybody of the unit answered), `_waits` without its look at
what can be edited (an answer after the submission): each failed here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from talk.sessions import CODE, MINE, NOW, PEOPLE, begun, says_about, standing, submitted, told

from bot.conversation.advance import advance
from bot.conversation.assessment import Assessment
from bot.conversation.codes import hash_code
from bot.conversation.events import Agreed, Pressed, Typed
from bot.conversation.facts import AnswerGiven, NoticeAccepted, PersonJoined, SessionOpened
from bot.conversation.inquiry import Inquiry
from bot.conversation.inquiry_facts import AnswerProposed, ColleagueJoined
from bot.conversation.needs import needs
from bot.conversation.place import Place
from bot.conversation.presses import Press
from bot.conversation.session import Invite, Session
from bot.conversation.turn import Turn, UnitOfficers
from scoring.answers import Answer, ChosenOption, Counts, NoCases, Percentage

ASKED_AT = NOW - timedelta(hours=2)
OPEN = Inquiry(5, 1, "2.1.1", "An", ASKED_AT, ASKED_AT + timedelta(days=7), colleague_id=13, colleague="Cúc")
CHOICE = replace(OPEN, criterion="1.1")
AT = Place(step="propose", focus="2.1.1", pending={"assessment": "1", "seen": str(OPEN.revision)})


def answered(answer: Answer, note: str = "", inquiry: Inquiry = OPEN) -> Inquiry:
    return replace(inquiry, state="answered", answer=answer, note=note, answered_at=NOW - timedelta(minutes=5))


def asked(*inquiries: Inquiry, place: Place = AT, assessment: Assessment | None = None) -> Session:
    opened = replace(assessment or begun(), inquiries=inquiries)
    return replace(standing(PEOPLE["colleague"], opened, place), invite=None, asked=inquiries)


def typed(text: str, *inquiries: Inquiry, place: Place = AT) -> Turn:
    return advance(asked(*(inquiries or (OPEN,)), place=place), Typed(text), NOW)


def proposed(turn: Turn) -> AnswerProposed:
    (fact,) = turn.facts
    assert isinstance(fact, AnswerProposed)
    return fact


def test_a_typed_ratio_goes_to_the_officers_and_counts_for_nothing() -> None:
    turn = typed("350/400")
    assert proposed(turn) == AnswerProposed(5, "2.1.1", Counts(350, 400), "")
    card, notice = turn.replies
    assert (card.template, card.data["sent"]) == ("asked", "first")
    assert (notice.template, notice.to) == ("proposed", UnitOfficers(MINE.id, 13))
    assert [button.label for row in notice.rows for button in row] == [
        "take_proposal", "leave_proposal", "open_criterion",
    ]  # fmt: skip
    after = begun().apply(proposed(turn), 13, "Cúc", NOW)
    assert (dict(after.answers), str(after.card.total), after.seq) == ({}, "0", 1)


def test_an_option_is_taken_by_its_button_and_no_other_answer_is() -> None:
    at = replace(AT, focus="1.1")
    yes = advance(asked(CHOICE, place=at), Pressed(Press("pa", 1, "1.1", "oyes").encode()), NOW)
    assert proposed(yes).answer == ChosenOption("yes")
    for forged in ("x", "p85", "onever", "oyes/"):
        turn = advance(asked(CHOICE, place=at), Pressed(f"pa:1:1.1:{forged}:0"), NOW)
        assert turn.facts == ()


def test_a_doubtful_reading_is_spelled_out_and_taken_on_a_word() -> None:
    doubt = typed("khoảng 87")
    assert (doubt.facts, doubt.replies[0].template, doubt.place.step) == ((), "confirm_reading", "propose_doubt")
    by_word = typed("đúng", place=doubt.place)
    button = doubt.replies[0].rows[0][0]
    by_button = advance(asked(OPEN, place=doubt.place), Pressed(button.press), NOW)
    assert proposed(by_word).answer == proposed(by_button).answer == Percentage(Fraction(87))
    assert typed("không phải", place=doubt.place).facts == ()


def test_nothing_arose_is_an_answer_with_an_explanation_and_an_exemption_is_not_theirs() -> None:
    asks = typed("không phát sinh")
    assert (asks.facts, asks.place.step) == ((), "propose_none")
    assert typed("12", place=asks.place).facts == ()
    told_why = typed("Năm 2025 không có văn bản nội bộ", place=asks.place)
    assert proposed(told_why) == AnswerProposed(5, "2.1.1", NoCases(), "Năm 2025 không có văn bản nội bộ")
    exempt = typed("được miễn")
    assert (exempt.facts, exempt.replies[0].data["hint"]) == ((), {"code": "officers_claim", "typed": ""})


def test_a_note_goes_beside_the_answer_and_a_bare_number_is_asked_about() -> None:
    has = answered(Percentage(Fraction(80)))
    asks = typed("ghi chú", has)
    assert asks.place.step == "propose_note"
    number = typed("90", has, place=asks.place)
    assert (number.facts, number.replies[0].data["what"]) == ((), "number")
    kept = advance(asked(has, place=number.place), Pressed(Press("py", 1, "2.1.1").encode()), NOW)
    assert proposed(kept) == AnswerProposed(5, "2.1.1", has.answer or NoCases(), "90")
    noted = typed("Theo báo cáo số 12/BC-SDL", has, place=asks.place)
    assert proposed(noted).note == "Theo báo cáo số 12/BC-SDL"
    assert noted.replies[1].data["again"] == "noted"


def test_an_answer_is_corrected_as_often_as_they_like_and_a_double_tap_says_nothing_twice() -> None:
    has = answered(Percentage(Fraction(80)), "theo báo cáo")
    assert proposed(typed("85", has)) == AnswerProposed(5, "2.1.1", Percentage(Fraction(85)), "theo báo cáo")
    again = typed("80", has)
    assert (again.facts, [reply.template for reply in again.replies]) == ((), ["asked"])
    emptied = answered(NoCases(), "không có")
    assert proposed(typed("85", emptied)).note == ""  # it explained why there was none


@pytest.mark.parametrize("state", ["taken", "refused", "withdrawn"])
def test_what_is_settled_takes_no_more_answers(state: str) -> None:
    turn = typed("85", replace(answered(Percentage(Fraction(80))), state=state))
    assert (turn.facts, turn.replies[0].template, turn.replies[0].data["state"]) == ((), "asked_over", state)
    assert turn.place.step == "idle"


def test_after_the_submission_nothing_is_proposed() -> None:
    session = asked(OPEN, assessment=submitted())
    for event in (Typed("85"), Pressed(Press("pa", 1, "2.1.1", "p85").encode())):
        turn = advance(session, event, NOW)
        assert (turn.facts, turn.replies[0].data["state"]) == ((), "closed")


@pytest.mark.parametrize("role", ["officer", "leader", "other_officer", "reviewer", "admin", "revoked"])
def test_nobody_else_answers_for_the_colleague(role: str) -> None:
    session = replace(asked(OPEN), person=PEOPLE[role])
    for event in (Typed("85"), Pressed(Press("pa", 1, "2.1.1", "p85").encode())):
        assert not any(isinstance(fact, AnswerProposed) for fact in advance(session, event, NOW).facts)


def test_the_card_shows_nothing_else_of_the_assessment() -> None:
    secret = told(
        begun(),
        AnswerGiven("2.1.1", Percentage(Fraction(61, 7))),
        AnswerGiven("1.1", ChosenOption("yes")),
        AnswerGiven("2.1.2", Percentage(Fraction(77))),
    )
    turn = advance(asked(OPEN, assessment=secret), Typed("/tieptuc"), NOW)
    (reply,) = turn.replies
    assert reply.template == "asked"
    assert not {"progress", "held", "points", "recorded", "total_shown", "inherited"} & set(reply.data)
    assert not says_about(reply, "77")
    assert not any(button.label == "shared_count" for row in reply.rows for button in row)


@pytest.mark.parametrize("said", ["/xemlai", "/nop", "/diem", "xem lại", "/lichsu", "/chuanbi"])
def test_no_command_opens_more_to_them(said: str) -> None:
    turn = advance(replace(asked(OPEN), assessment=None), Typed(said), NOW)
    assert turn.facts == ()
    assert {reply.template for reply in turn.replies} <= {"not_allowed", "asked_list", "asked_none"}
    stays = advance(asked(OPEN), Typed(said), NOW)
    assert {reply.template for reply in stays.replies} == {"not_allowed"}


def test_coming_back_shows_the_one_or_a_list_or_that_there_is_none() -> None:
    idle = Place()
    one = advance(asked(OPEN, place=idle), Typed("/tieptuc"), NOW)
    assert one.replies[0].template == "asked"
    two = advance(replace(asked(OPEN, CHOICE, place=idle), assessment=None), Typed("/tieptuc"), NOW)
    assert [row[0].args["id"] for row in two.replies[0].rows] == ["2.1.1", "1.1"]
    none = advance(replace(asked(place=idle), assessment=None), Typed("/tieptuc"), NOW)
    assert none.replies[0].template == "asked_none"
    said = advance(asked(OPEN, place=idle), Typed("85"), NOW)  # nobody answers what is not shown
    assert (said.facts, said.replies[0].template) == ((), "asked")


def test_a_text_typed_in_another_chat_answers_nothing() -> None:
    turn = advance(replace(asked(OPEN), elsewhere=True), Typed("85"), NOW)
    assert (turn.facts, turn.replies[0].template) == ((), "asked")


def invited(role: str | None, inquiry: Inquiry, *, usable: bool = True) -> Session:
    person = PEOPLE[role] if role else None
    opened = replace(begun(), inquiries=(inquiry,))
    invite = Invite(9, "colleague", MINE, usable, hash_code(CODE))
    return replace(standing(person, opened, Place()), invite=invite, inquiry=inquiry)


FREE = replace(OPEN, colleague_id=None, colleague="")
JOIN = Pressed(Press("jn").encode())


def test_a_stranger_sees_who_asks_and_the_notice_before_the_question() -> None:
    offer = advance(invited(None, FREE), Typed(f"/start {CODE}"), NOW)
    asked_about = offer.replies[0].data["asked"]
    assert isinstance(asked_about, dict)
    assert asked_about["by"] == "An"
    turn = advance(invited(None, FREE), JOIN, NOW)
    assert [type(fact) for fact in turn.facts] == [PersonJoined, ColleagueJoined]
    assert [reply.template for reply in turn.replies] == ["notice", "claimed"]
    fresh = PEOPLE["colleague"]
    assert fresh is not None
    accepting = replace(asked(OPEN, place=Place(step="notice")), person=replace(fresh, accepted=False))
    accepted = advance(accepting, Pressed(Press("ac").encode()), NOW)
    assert (accepted.facts, accepted.replies[0].template) == ((NoticeAccepted(),), "asked")


def test_a_colleague_gets_a_second_criterion_by_a_second_code_at_once() -> None:
    turn = advance(invited("colleague", FREE), JOIN, NOW)
    assert [type(fact) for fact in turn.facts] == [PersonJoined, ColleagueJoined]
    assert [reply.template for reply in turn.replies] == ["asked"]  # the officers know who they are
    assert turn.place.step == "propose"


def test_the_code_opened_again_leads_back_and_uses_nothing_up() -> None:
    turn = advance(invited("colleague", OPEN, usable=False), Typed(f"/start {CODE}"), NOW)
    assert (turn.facts, turn.replies[0].template) == ((), "asked")


def test_an_officer_of_the_unit_answers_by_themselves() -> None:
    for event in (Typed(f"/start {CODE}"), JOIN):
        turn = advance(invited("officer", FREE), event, NOW)
        assert (turn.facts, turn.replies[0].template) == ((), "asked_officer")


def test_on_the_page_the_question_stands_there_when_they_come() -> None:
    turn = advance(invited(None, FREE), Agreed(hash_code(CODE), "s" * 64, "Firefox"), NOW)
    kinds = [type(fact) for fact in turn.facts]
    assert kinds == [PersonJoined, ColleagueJoined, NoticeAccepted, SessionOpened]
    assert turn.replies[0].template == "asked"
    assert turn.place.step == "propose"


def test_only_the_assessment_that_was_asked_about_is_loaded() -> None:
    person = PEOPLE["colleague"]
    words = asked().words
    assert needs(Typed("85"), person, AT, words, private=True).assessment == 1
    assert needs(Typed("/tieptuc"), person, AT, words, private=True).assessment == 1
    assert needs(Typed("/xemlai"), person, AT, words, private=True).assessment is None
    idle = needs(Typed("/tieptuc"), person, Place(), words, private=True)
    assert (idle.asked, idle.active, idle.assessment) == (True, False, None)
    assert not needs(Typed("/tieptuc"), PEOPLE["officer"], Place(), words, private=True).asked
