"""What was given back shows what has been done about it since, and handing in again says what has not been touched.

Checked against: `supplemented` that counts answers only, `supplemented` that counts what was written before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from talk.sessions import NOW, PEOPLE, first_answer, standing, submitted, told
from talk.stage import renderer

from bot.conversation.advance import advance
from bot.conversation.assessment import Assessment, Written
from bot.conversation.events import Typed
from bot.conversation.facts import AnswerGiven, Returned
from scoring.answers import ChosenOption

EARLIER, LATER = NOW - timedelta(hours=2), NOW - timedelta(minutes=5)
BACK = replace(told(submitted(), Returned(("1.1", "1.3", "1.4.5", "2.1.1"), "Thiếu văn bản", None)), texts=())


def beside(assessment: Assessment, criterion: str, kind: str, at: datetime) -> Assessment:
    text = Written(50 + len(assessment.texts), criterion, kind, "văn bản 12", "An", at)
    return replace(assessment, texts=(*assessment.texts, text))


def answered(assessment: Assessment, criterion: str) -> Assessment:
    return assessment.apply(AnswerGiven(criterion, first_answer(criterion)), 11, "An", LATER)


def shown(assessment: Assessment, text: str) -> str:
    (reply,) = advance(standing(PEOPLE["officer"], assessment), Typed(text), NOW).replies
    assert "class=" in renderer().web_parts(reply.template, {**reply.data}, [])["card"]
    return renderer().render(reply.template, reply.data)


def test_an_answer_a_note_and_a_document_each_count_and_only_later_ones() -> None:
    done = answered(beside(beside(BACK, "1.4.5", "file", LATER), "2.1.1", "note", LATER), "1.3")
    done = beside(done, "1.1", "file", EARLIER)
    assert done.supplemented == ("1.3", "1.4.5", "2.1.1")
    assert "1.1, 1.3 (đã bổ sung), 1.4.5 (đã bổ sung), 2.1.1 (đã bổ sung)." in shown(done, "/xemlai")
    assert done.to_revisit == ("1.1", "1.4.5", "2.1.1")  # an answer is what a question asks for


def test_handing_in_again_names_what_nobody_touched() -> None:
    warned = "anh/chị chưa sửa hay bổ sung gì cho câu"
    assert f"{warned} 1.1, 1.3, 1.4.5, 2.1.1." in shown(BACK, "/nop")
    some = answered(beside(BACK, "1.4.5", "file", LATER), "1.3")
    assert f"{warned} 1.1, 2.1.1." in shown(some, "/nop")
    every = answered(answered(some, "1.1"), "2.1.1")
    assert warned not in shown(every, "/nop")
    approved = replace(some, cycle=replace(some.cycle, approval=True))
    assert f"{warned} 1.1, 2.1.1." in shown(approved, "/nop")


def test_what_counts_nothing_for_another_one_goes_with_that_one() -> None:
    none = told(submitted(), AnswerGiven("1.2.1", ChosenOption("no")), Returned(("1.2.1", "1.2.2"), "xem", None))
    assert (none.supplemented, none.to_revisit) == ((), ("1.2.1",))
    again = none.apply(AnswerGiven("1.2.1", ChosenOption("no")), 11, "An", LATER)
    assert again.supplemented == ("1.2.1", "1.2.2")
