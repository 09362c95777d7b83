"""Many answers in one message: what is recorded at once, what is spelled out first, one undo for all, lists to answer.

Checked against: `take` without its look at the revision, an old card's button that takes a newer card's answers,
`to_undo` that knows only the last criterion, a doubtful reading recorded at once, a colleague's answer overwritten by a
single line, `several` without `beside`, a single line recorded beside a card that waits: each failed here.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from talk.sessions import MINE, NOW, PEOPLE, begun, complete, first_answer, standing, submitted, told
from talk.stage import LT, criteria, renderer

from bot.conversation import blocks
from bot.conversation.advance import advance
from bot.conversation.assessment import Assessment, Unit
from bot.conversation.events import Edited, Event, Pressed, Typed
from bot.conversation.facts import AnswerGiven, AssessmentFact, OpeningSettled, Returned
from bot.conversation.place import Place
from bot.conversation.session import Session
from bot.conversation.turn import Reply, Turn
from scoring.answers import Answer, ChosenOption, Counts, Exempt, NoCases, Percentage

YES, NO = ChosenOption("yes"), ChosenOption("no")
HALFWAY = Place(step="question", focus="1.4.1", pending={"seen": "0"})
SETTLED = told(begun(), *(OpeningSettled(one.scope, claims=False) for one in criteria().exemptions))
"""The opening questions are answered, no criterion is."""
UNDER_RATIO = Place(step="question", focus="2.1.1", pending={"seen": "0"})


class Talk:
    """An officer in front of an assessment; every turn's facts and place are kept, as the door would keep them."""

    def __init__(self, assessment: Assessment | None = None, place: Place = HALFWAY) -> None:
        self.session: Session = replace(standing(PEOPLE["officer"], assessment or SETTLED, place), invite=None)

    def does(self, event: Event) -> Turn:
        turn = advance(self.session, event, NOW)
        assessment = self.session.opened
        for fact in turn.facts:
            assert isinstance(fact, AssessmentFact)
            assessment = assessment.apply(fact, 11, "An", NOW)
        self.session = replace(self.session, assessment=assessment, place=turn.place)
        return turn

    def says(self, text: str) -> Reply:
        (reply,) = self.does(Typed(text)).replies
        return reply

    def presses(self, reply: Reply, label: str) -> Reply:
        press = next(button.press for row in reply.rows for button in row if button.label == label)
        (answered,) = self.does(Pressed(press)).replies
        return answered

    def colleague(self, criterion: str, answer: Answer) -> None:
        """Somebody else of the unit answers meanwhile."""
        assessment = self.session.opened.apply(AnswerGiven(criterion, answer), 12, "Bảo", NOW)
        self.session = replace(self.session, assessment=assessment)

    @property
    def answers(self) -> dict[str, Answer]:
        return {key: held.answer for key, held in self.session.opened.answers.items()}


def words(reply: Reply) -> str:
    return renderer().render(reply.template, {**reply.data, "home": None})


def codes(reply: Reply) -> dict[str, str]:
    """Which parts were not read, and why."""
    parts: Any = reply.data["unread"]
    return {one["id"]: one["code"] for one in parts}


def labels(reply: Reply) -> list[str]:
    return [button.label for row in reply.rows for button in row]


def returned_for(*ids: str) -> Assessment:
    return told(submitted(), Returned(ids, "thiếu số liệu"))


@pytest.mark.parametrize("step", ["idle", "accepted", "question", "opening", "review", "submit", "block"])
def test_one_plain_answer_is_recorded_at_once_wherever_answers_are_expected(step: str) -> None:
    focus = {"question": "2.1.1", "opening": "2.3"}.get(step, "")
    talk = Talk(place=Place(step=step, focus=focus, pending={"seen": "0"}))
    shown = talk.says("2.5.1 45/50")
    assert talk.answers == {"2.5.1": Counts(45, 50)}
    assert "Đã ghi nhận 2.5.1: 45/50 = 90% → <b>2/3 điểm</b>." in words(shown)


@pytest.mark.parametrize("step", ["note", "evidence", "no_cases"])
def test_where_a_text_is_asked_for_it_is_the_text(step: str) -> None:
    talk = Talk(place=Place(step=step, focus="2.1.1"))
    talk.says("2.5.1 45/50 theo báo cáo")
    assert "2.5.1" not in talk.answers


def test_several_answers_are_spelled_out_and_written_only_when_confirmed() -> None:
    talk = Talk()
    card = talk.says("1.1 có, 1.3 không, 2.1.1 87,5%")
    assert (card.template, card.card, talk.answers) == ("batch_confirm", True, {})
    text = words(card)
    assert "1.1 <b>Có ban hành</b> → 2/2 điểm" in text
    assert "1.3 <b>Chưa thành lập</b> → 0/1 điểm" in text
    assert "2.1.1 <b>87,5%</b> → 4,38/5 điểm" in text
    assert [label for label, _ in ((b.label, b.press) for row in card.rows for b in row)] == [
        "batch_take",
        "batch_drop",
    ]
    shown = talk.presses(card, "batch_take")
    assert talk.answers == {"1.1": YES, "1.3": NO, "2.1.1": Percentage(Fraction(175, 2))}
    assert shown.template == "question"
    assert words(shown).count("Đã ghi nhận") == 3


@pytest.mark.parametrize("word", ["có", "đúng rồi", "ok", "dạ có"])
def test_a_yes_takes_the_card(word: str) -> None:
    talk = Talk()
    talk.says("1.1 có, 1.3 không")
    talk.says(word)
    assert talk.answers == {"1.1": YES, "1.3": NO}


def test_a_no_takes_nothing_and_asks_on() -> None:
    talk = Talk()
    talk.says("1.1 có, 1.3 không")
    assert talk.says("không").template == "question"
    assert talk.answers == {}


def test_anything_else_keeps_the_card_and_another_batch_is_put_beside_it() -> None:
    talk = Talk()
    talk.says("1.1 có, 1.3 không")
    again = talk.says("87,5")
    assert (again.template, "Hệ thống chưa hiểu “87,5”." in words(again)) == ("batch_confirm", True)
    card = talk.says("1.4.1 có, 1.1 không")
    assert [one["id"] for one in card.data["readings"]] == ["1.1", "1.3", "1.4.1"]  # type: ignore[attr-defined]
    talk.says("có")
    assert talk.answers == {"1.1": NO, "1.3": NO, "1.4.1": YES}


def test_one_line_put_right_keeps_all_the_others_waiting() -> None:
    talk = Talk()
    card = talk.says("1.1 có, 1.3 không, 2.1.1 85, 2.1.2 0,9")
    assert "các câu khác giữ nguyên" in words(card)
    card = talk.says("2.1.2 90%")
    assert (card.template, talk.answers) == ("batch_confirm", {})
    assert labels(card) == ["batch_take", "batch_drop"]
    talk.says("đúng")
    assert talk.answers == {"1.1": YES, "1.3": NO, "2.1.1": Percentage(Fraction(85)), "2.1.2": Percentage(Fraction(90))}


def test_a_line_that_is_still_not_read_loses_nothing() -> None:
    talk = Talk()
    talk.says("1.1 có, 1.3 không")
    card = talk.says("2.1.2 0,9")
    assert (codes(card), len(card.data["readings"])) == ({"2.1.2": "two_readings"}, 2)  # type: ignore[arg-type]
    talk.says("có")
    assert talk.answers == {"1.1": YES, "1.3": NO}


@pytest.mark.parametrize(("anew", "left"), [("2.1.1 400/350", "2.1.1"), ("1.1 abc", "1.1"), ("2.3 abc", "2.3")])
def test_a_line_typed_anew_and_not_read_takes_its_old_answer_away(anew: str, left: str) -> None:
    talk = Talk()
    talk.says("1.1 có, 2.1.1 85%, 2.3 miễn, 1.3 không")
    card = talk.says(anew)
    waiting = {"1.1", "2.1.1", "1.3", "2.3"} - {left}
    assert {one["id"] for one in card.data["readings"]} == waiting  # type: ignore[attr-defined]
    assert (card.data["dropped"], list(codes(card))) == ((left,), [left])
    assert f"Câu trả lời trước của {left} cũng không ghi." in words(card).replace("2.3.1, 2.3.2", "2.3")
    talk.says("có")
    assert set(talk.answers) == waiting


def test_a_lone_line_typed_anew_and_not_read_leaves_nothing_to_take() -> None:
    talk = Talk()
    talk.says("2.3 miễn")
    assert labels(talk.says("2.3 abc")) == ["retype"]
    talk.says("có")
    assert talk.answers == {}


def test_what_is_put_back_to_what_stands_waits_no_more() -> None:
    talk = Talk(told(begun(), AnswerGiven("1.1", YES)))
    talk.says("1.1 không, 1.3 không")
    card = talk.says("1.1 có")
    assert (card.data["standing"], [one["id"] for one in card.data["readings"]]) == (("1.1",), ["1.3"])  # type: ignore[attr-defined]
    talk.says("có")
    assert talk.answers == {"1.1": YES, "1.3": NO}


def test_an_exemption_that_a_later_line_takes_apart_is_named() -> None:
    talk = Talk()
    talk.says("2.3.1 miễn, 1.1 có")
    card = talk.says("2.3.1 có")
    assert ([one["id"] for one in card.data["readings"]], card.data["twice"]) == (["1.1", "2.3.1"], ("2.3",))  # type: ignore[attr-defined]


def test_a_line_put_right_does_not_hide_what_a_colleague_changed_in_another() -> None:
    talk = Talk()
    talk.says("1.1 có, 1.3 không")
    talk.colleague("1.1", NO)
    talk.says("1.3 có")
    assert "Chưa ghi 1.1: trong lúc chờ xác nhận" in words(talk.says("có"))
    assert talk.answers == {"1.1": NO, "1.3": YES}


@pytest.mark.parametrize("label", ["review", "missing"])
def test_what_waits_comes_before_what_a_button_leads_to(label: str) -> None:
    talk = Talk()
    talk.says("1.1 có, 1.3 không")
    card = talk.presses(talk.says("/diem"), label)
    assert "Các việc khác làm được ngay sau khi ghi hoặc bỏ 2 câu trên." in words(card)
    talk.says("có")
    assert talk.answers == {"1.1": YES, "1.3": NO}


@pytest.mark.parametrize(
    "text", ["xem lại", "còn thiếu", "bỏ qua", "quay lại", "hoàn tác", "nộp", "nhập nhanh", "/edit"]
)
def test_what_waits_comes_before_whatever_else_is_asked_for(text: str) -> None:
    talk = Talk()
    talk.says("1.1 có, 1.3 không")
    card = talk.says(text)
    assert "Các việc khác làm được ngay sau khi ghi hoặc bỏ 2 câu trên." in words(card)
    talk.presses(card, "batch_drop")
    assert (talk.answers, talk.says("xem lại").template) == ({}, "review")


def test_a_criterion_named_without_an_answer_is_one_to_be_put_right() -> None:
    talk = Talk()
    talk.says("1.1 có, 2.1.2 85")
    card = talk.says("sửa 2.1.2")
    assert (card.template, codes(card)) == ("batch_confirm", {"2.1.2": "no_answer"})
    talk.says("2.1.2 90%")
    talk.says("có")
    assert talk.answers == {"1.1": YES, "2.1.2": Percentage(Fraction(90))}


def test_an_older_cards_button_takes_nothing_newer() -> None:
    talk = Talk()
    old = talk.says("1.1 có, 1.3 không")
    talk.says("1.1 không, 1.4.1 có")
    assert talk.presses(old, "batch_take").template == "batch_confirm"
    assert talk.answers == {}


@pytest.mark.parametrize("in_lists", [False, True])
def test_an_older_cards_button_drops_nothing_newer(*, in_lists: bool) -> None:
    talk = Talk()
    if in_lists:
        talk.says("/nhieucau")
    old = talk.says("1.1 có, 1.3 không")
    newer = talk.says("1.4.1 có")
    assert talk.presses(old, "batch_drop").template == "batch_confirm"
    assert talk.presses(newer, "batch_drop").template == ("block" if in_lists else "question")
    assert talk.says("có").template != "batch_confirm"
    assert {"1.3", "1.4.1"}.isdisjoint(talk.answers)


@pytest.mark.parametrize("asked", ["?", "/giupdo"])
def test_help_leads_back_to_the_card_that_waits(asked: str) -> None:
    talk = Talk()
    talk.says("1.1 có, 1.3 không")
    shown = talk.says(asked)
    assert (shown.template, labels(shown)) == ("help_commands", ["continue"])
    card = talk.presses(shown, "continue")
    assert (card.template, talk.answers) == ("batch_confirm", {})
    talk.presses(card, "batch_take")
    assert talk.answers == {"1.1": YES, "1.3": NO}
    assert labels(Talk(place=Place()).says(asked)) == []


def test_a_second_tap_changes_nothing_and_blames_nobody() -> None:
    talk = Talk()
    card = talk.says("1.1 có, 1.3 không")
    talk.presses(card, "batch_take")
    seq = talk.session.opened.seq
    again = talk.presses(card, "batch_take")
    assert (talk.session.opened.seq, again.data["stale"]) == (seq, False)


def test_one_undo_takes_all_of_them_back_to_what_stood_before() -> None:
    talk = Talk(told(begun(), AnswerGiven("1.3", YES)))
    card = talk.says("1.1 có, 1.3 không, 2.1.1 87,5%")
    shown = talk.presses(card, "batch_take")
    assert renderer().label("undo", shown.rows[-1][0].args) == "Hoàn tác 3 câu"
    back = talk.presses(shown, "undo")
    assert talk.answers == {"1.3": YES}
    assert "Đã hoàn tác 3 câu: 1.1, 1.3, 2.1.1." in words(back)
    assert talk.says("hoàn tác").template == "nothing_to_undo"


def test_nothing_of_it_is_undone_once_a_colleague_changed_one() -> None:
    talk = Talk()
    card = talk.says("1.1 có, 1.3 không, 1.4.1 có")
    shown = talk.presses(card, "batch_take")
    talk.colleague("1.1", NO)
    assert talk.presses(shown, "undo").data["stale"]
    assert talk.answers == {"1.1": NO, "1.3": NO, "1.4.1": YES}


def test_what_a_colleague_changed_meanwhile_is_left_and_told() -> None:
    talk = Talk()
    card = talk.says("1.1 có, 1.3 không")
    talk.colleague("1.3", YES)
    shown = words(talk.presses(card, "batch_take"))
    assert talk.answers == {"1.1": YES, "1.3": YES}
    assert "Chưa ghi 1.3: trong lúc chờ xác nhận, câu này đã được ghi là Đã thành lập (Bảo" in shown


def test_what_would_change_is_shown_with_what_stands_and_a_single_line_overwrites_nothing() -> None:
    talk = Talk(told(begun(), AnswerGiven("1.1", YES)))
    card = talk.says("1.1 không")
    assert (card.template, talk.answers) == ("batch_confirm", {"1.1": YES})
    assert "– đang ghi: Có ban hành (An, " in words(card)
    talk.says("có")
    assert talk.answers == {"1.1": NO}


def test_what_is_recorded_just_so_already_is_not_recorded_again() -> None:
    talk = Talk(told(begun(), AnswerGiven("1.1", YES)))
    card = talk.says("1.1 có")
    assert (card.data["standing"], labels(card)) == (("1.1",), ["retype"])
    assert "Không có gì thay đổi" in words(card)


def test_of_a_criterion_named_twice_the_last_answer_counts() -> None:
    talk = Talk()
    card = talk.says("1.1 có, 1.3 không, 1.1 không")
    assert card.data["twice"] == ("1.1",)
    talk.says("có")
    assert talk.answers == {"1.1": NO, "1.3": NO}


def test_what_is_not_understood_is_told_with_why_and_the_rest_can_be_taken() -> None:
    talk = Talk()
    card = talk.says("1.1 có, 9.9 có, 2.1.1 abc, 2.1.2 0,85, 2.5.1 420/400, 4.1, 2.2.2 không phát sinh, 1.3 xanh")
    assert codes(card) == {
        "": "unknown_id",
        "2.1.1": "not_read",
        "2.1.2": "two_readings",
        "2.5.1": "numerator_larger",
        "4.1": "no_answer",
        "2.2.2": "needs_reason",
        "1.3": "not_understood",
    }
    text = words(card)
    assert "“9.9 có”: không có tiêu chí này." in text
    assert "2.1.2 “0,85”: 0,85% hay 85%?" in text
    talk.says("có")
    assert talk.answers == {"1.1": YES}


def test_two_answers_without_a_comma_are_not_guessed_at() -> None:
    talk = Talk()
    card = talk.says("1.1 có 1.3 không")
    assert codes(card) == {"1.1": "needs_comma"}
    assert talk.answers == {}


def test_a_reason_may_name_another_criterion() -> None:
    talk = Talk()
    talk.says("2.5.1 không phát sinh: như đã nêu ở mục 1.3 của báo cáo")
    assert talk.answers == {"2.5.1": NoCases("như đã nêu ở mục 1.3 của báo cáo")}


def test_a_doubtful_single_answer_is_asked_about_as_ever() -> None:
    talk = Talk()
    assert talk.says("2.1.1 0,85").template == "confirm_reading"
    assert talk.says("1.1 đang xây dựng").template == "confirm_reading"
    assert talk.says("3.2 120%").template == "confirm_reading"
    assert talk.answers == {}
    talk.says("đúng")
    assert talk.answers == {"3.2": Percentage(Fraction(120))}


def test_a_doubtful_answer_among_others_is_quoted() -> None:
    talk = Talk()
    card = talk.says("1.1 đang xây dựng, 1.3 có")
    assert "1.1 <b>Chưa ban hành</b> → 0/2 điểm (anh/chị nhập “đang xây dựng”)" in words(card)


def test_a_single_answer_that_cannot_be_read_asks_that_question_with_why() -> None:
    talk = Talk()
    shown = talk.says("2.5.1 420/0")
    assert (shown.template, talk.session.place.focus) == ("question", "2.5.1")
    assert "Mẫu số bằng 0" in words(shown)


def test_points_are_those_that_all_of_them_together_give() -> None:
    talk = Talk()
    card = talk.says("1.2.2 có, 1.2.1 không, 1.3 có")
    assert "1.2.2 <b>Là người đứng đầu cơ quan</b> → 0/1 điểm, theo 1.2.1" in words(card)
    shown = words(talk.presses(card, "batch_take"))
    assert shown.count("Vì vậy 1.2.2 được ghi 0 điểm. Nếu sửa 1.2.1, hệ thống sẽ hỏi lại.") == 1
    assert shown.count("Vì vậy") == 1


def test_no_cases_need_a_reason_and_take_it_from_the_message() -> None:
    talk = Talk()
    talk.says("2.5.1 không phát sinh: đơn vị mới thành lập")
    assert talk.answers == {"2.5.1": NoCases("đơn vị mới thành lập")}
    assert talk.says("2.5.2 không phát sinh").template == "no_cases"
    talk.says("Chưa có tài khoản nào được cấp")
    assert talk.answers["2.5.2"] == NoCases("Chưa có tài khoản nào được cấp")


def test_an_exemption_is_claimed_with_its_ground_spelled_out_first() -> None:
    talk = Talk()
    card = talk.says("2.7 miễn")
    usual = next(one.usual_ground for one in criteria().exemptions if one.scope == "2.7")
    assert (card.template, talk.answers) == ("batch_confirm", {})
    assert usual[:60] in words(card)
    turn = talk.does(Typed("có"))
    assert OpeningSettled("2.7", claims=True) in turn.facts
    assert talk.answers == {"2.7": Exempt(usual)}


def test_an_exemption_of_a_group_covers_the_answer_before_it() -> None:
    talk = Talk()
    card = talk.says("2.3.2 45/50, 2.3.1 được miễn, 1.1 có")
    assert card.data["twice"] == ("2.3.2",)
    assert "2.3.1, 2.3.2 tính điểm tối đa theo quy định → 7/7 điểm" in words(card)
    talk.says("có")
    assert set(talk.answers) == {"2.3", "1.1"}


def test_a_unit_that_is_not_exempt_is_told_so() -> None:
    district = Unit(1, "LT", LT.name, LT.short_name, LT.kind)
    person = replace(PEOPLE["officer"], roles=(replace(PEOPLE["officer"].roles[0], unit=district),))  # type: ignore[union-attr, type-var]
    talk = Talk(begun(district))
    talk.session = replace(talk.session, person=person)
    card = talk.says("2.7 miễn, 2.1.1 miễn, 1.1 miễn, 2.9 miễn, 2.3 có")
    assert codes(card) == {
        "2.7": "exempt_not_allowed",
        "2.1.1": "only_no_cases",
        "1.1": "no_such_case",
        "2.3": "a_group",
    }
    assert "2.3: nhóm này gồm nhiều tiêu chí, anh/chị trả lời từng tiêu chí: 2.3.1, 2.3.2." in words(card)
    assert [one["id"] for one in card.data["readings"]] == ["2.9"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["3.2 phần trăm", "4.1 điểm", "2.5 45/50", "1.1", "3.2", "3.2%", "0,85", "45/50"])
def test_a_number_under_a_percentage_question_stays_a_number(text: str) -> None:
    talk = Talk(place=UNDER_RATIO)
    shown = talk.says(text)
    assert set(talk.answers) <= {"2.1.1"}
    assert shown.template in ("question", "confirm_reading")
    assert talk.session.place.focus in ("2.1.1", "2.1.2")


def test_two_numbers_under_a_percentage_question_are_asked_about() -> None:
    talk = Talk(place=UNDER_RATIO)
    card = talk.says("1.1 2")
    assert (card.template, talk.answers) == ("batch_confirm", {})


def test_a_word_or_three_parts_name_their_criterion_under_a_percentage_question_too() -> None:
    talk = Talk(place=UNDER_RATIO)
    talk.says("1.1 có")
    talk.says("2.1.2 90")
    assert talk.answers == {"1.1": YES, "2.1.2": Percentage(Fraction(90))}


@pytest.mark.parametrize("assessment", [submitted(), begun(closed=True)], ids=["handed in", "closed"])
def test_nothing_is_taken_once_the_result_is_out_of_hand(assessment: Assessment) -> None:
    talk = Talk(assessment)
    before = talk.answers
    assert talk.says("1.1 không, 1.3 không").template in ("locked", "cycle_closed")
    assert talk.says("1.1 không").template in ("locked", "cycle_closed")
    assert talk.answers == before


def test_only_what_was_given_back_is_taken() -> None:
    talk = Talk(returned_for("2.1.1"))
    card = talk.says("2.1.1 87,5, 1.1 không")
    assert codes(card) == {"1.1": "locked"}
    talk.says("có")
    assert (talk.answers["2.1.1"], talk.answers["1.1"]) == (Percentage(Fraction(175, 2)), first_answer("1.1"))
    assert talk.says("1.1 không").template == "locked"


def test_what_was_locked_meanwhile_is_left_and_told() -> None:
    talk = Talk(returned_for("2.1.1", "1.1"))
    card = talk.says("2.1.1 87,5, 1.1 không")
    assert codes(card) == {}
    talk.session = replace(talk.session, assessment=replace(talk.session.opened, reopened=frozenset({"2.1.1"})))
    shown = words(talk.presses(card, "batch_take"))
    assert "Chưa ghi 1.1: câu này hiện không sửa được." in shown
    assert talk.answers["1.1"] == first_answer("1.1")


def test_an_edited_message_is_spelled_out_and_never_applied_by_itself() -> None:
    talk = Talk()
    talk.says("1.1 có, 1.3 không")
    talk.says("có")
    (card,) = talk.does(Edited("1.1 có, 1.3 có")).replies
    assert (card.template, card.data["standing"]) == ("batch_confirm", ("1.1",))
    assert talk.answers["1.3"] == NO
    (same,) = Talk(talk.session.opened).does(Edited("1.1 có, 1.3 không")).replies
    assert same.template == "edited"


def test_the_card_waits_for_whoever_comes_back() -> None:
    talk = Talk()
    talk.says("1.1 có, 1.3 không")
    talk.session = replace(talk.session, place=Place.from_json(talk.session.place.to_json()))
    again = talk.says("/tieptuc")
    assert again.template == "batch_confirm"
    talk.presses(again, "batch_take")
    assert talk.answers == {"1.1": YES, "1.3": NO}


def test_of_very_many_only_the_numbers_are_told_again() -> None:
    talk = Talk()
    choices = [leaf.id for leaf in criteria().leaves if len(leaf.options) == 2][:12]
    talk.says("\n".join(f"{one} có" for one in choices))
    shown = words(talk.says("có"))
    assert f"Đã ghi nhận 12 câu: {', '.join(choices)} →" in shown
    assert set(talk.answers) == set(choices)


def test_a_card_of_everything_at_once_stays_one_message() -> None:
    talk = Talk(complete())
    why = "không phát sinh: " + "do trong năm đơn vị không có trường hợp nào, " * 3
    said = [f"{leaf.id} {why if leaf.none_allowed else '2'}" for leaf in criteria().leaves]
    text = "\n".join(said)[:3500] + "\n" + "9.9 có\n" * 60
    card = talk.says(text)
    assert card.template == "batch_confirm"
    assert len(words(card)) <= 4096
    assert card.data["more_unread"] == 48


def test_the_opening_questions_are_not_lost_on_the_way() -> None:
    talk = Talk(begun(), Place(step="opening", focus="1.4.4"))
    talk.says("1.1 có, 1.3 không")
    assert talk.says("có").template == "opening"


def test_the_lists_lead_through_the_whole_in_few_messages() -> None:
    talk = Talk()
    shown, messages = talk.says("trả lời nhiều câu"), 0
    while shown.template == "block":
        items: Any = shown.data["items"]
        assert len(words(shown)) <= 2300
        shown = talk.says("\n".join(f"{one['id']} {'90%' if one['how'] == 'ratio' else '1'}" for one in items))
        shown = talk.presses(shown, "batch_take")
        messages += 1
    assert (shown.template, messages <= 4) == ("review", True)
    assert talk.session.opened.card.missing == ()
    assert talk.session.place.return_to == ""


def test_a_list_fits_the_room_it_is_given_and_holds_one_criterion_at_the_least() -> None:
    session = standing(PEOPLE["officer"], begun(MINE))
    for room in (0, 700, 1000, 1700, 5000):
        (card,) = blocks.card(session, session.place, room=max(room, 1)).replies
        items: Any = card.data["items"]
        lines = [line for line in words(card).split("\n") if line.split(". ")[0] in {one["id"] for one in items}]
        assert len(lines) == len(items)
        assert 1 <= len(items) <= 38
        assert sum(len(line) + 1 for line in lines) <= max(room, blocks.LEAST_ROOM)
        assert card.data["more"] == 38 - len(items)


def test_a_single_answer_and_an_undo_lead_back_to_the_list() -> None:
    talk = Talk()
    talk.says("/nhieucau")
    shown = talk.says("1.1 có")
    assert (shown.template, talk.answers) == ("block", {"1.1": YES})
    assert talk.presses(shown, "undo").template == "block"
    assert talk.answers == {}


def test_a_list_is_left_for_single_questions_or_the_review() -> None:
    talk = Talk()
    card = talk.says("nhập nhanh")
    assert talk.says("abc").data["hint"] == "abc"
    assert talk.presses(card, "one_by_one").template == "question"
    assert talk.session.place.return_to == ""
    talk.presses(talk.says("nhiều câu"), "review")
    assert talk.session.place.return_to == ""


def test_lists_name_what_was_given_back_and_nothing_else() -> None:
    talk = Talk(returned_for("2.1.1", "1.1"))
    items: Any = talk.says("nhiều câu").data["items"]
    assert [one["id"] for one in items] == ["1.1", "2.1.1"]
    whole = Talk(complete())
    assert whole.says("nhiều câu").template == "review"
