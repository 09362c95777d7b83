"""What should be looked at again stands on the review, on its section's page and before handing in.

Checked against: `concerns` that knows contradictions only, one that counts nothing beyond the first eight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from talk.sessions import MINE, NOW, PEOPLE, complete, standing, told
from talk.stage import renderer

from bot.conversation import describing
from bot.conversation.advance import advance
from bot.conversation.assessment import Assessment, Held
from bot.conversation.events import Event, Pressed, Typed
from bot.conversation.facts import AnswerGiven
from scoring.answers import Answer, ChosenOption, Counts, NoCases, Percentage

ODD: Mapping[str, Answer] = {
    "2.6.1": ChosenOption("no"),
    "3.2": Percentage(Fraction(105)),
    "3.3": Counts(58, 58),
    "3.4": Counts(50, 60),
}
DIFFERS, OVER = "3.4: số 60 khác số 58 đã nhập ở 3.3.", "3.2: tỷ lệ trên 100%."
MIXED = "2.6.1 ghi hồ sơ “Không đầy đủ”"


def odd(answers: Mapping[str, Answer] = ODD) -> Assessment:
    return told(complete(), *(AnswerGiven(key, answer) for key, answer in answers.items()))


def shown(assessment: Assessment, event: Event) -> str:
    (reply,) = advance(standing(PEOPLE["officer"], assessment), event, NOW).replies
    card = renderer().web_parts(reply.template, {**reply.data}, [])["card"]
    text = renderer().render(reply.template, reply.data)
    assert ("Nên xem lại" in card) == ("Nên xem lại" in text)
    return text


@pytest.mark.parametrize("event", [Typed("/xemlai"), Typed("/nop")])
def test_what_does_not_fit_is_listed_one_line_each(event: Event) -> None:
    text = shown(odd(), event)
    for words in (DIFFERS, OVER, MIXED):
        assert f"• {words}" in text
    assert "chỗ khác" not in text
    assert "Nên xem lại" not in shown(complete(), event)


def test_a_leader_is_asked_with_the_same_list() -> None:
    whole = odd()
    approved = replace(whole, cycle=replace(whole.cycle, approval=True))
    assert f"• {DIFFERS}" in shown(approved, Typed("/nop"))


def test_a_section_lists_what_concerns_its_own_criteria() -> None:
    second, third = (shown(odd(), Pressed(f"ls:{MINE.id}:{n}::0")) for n in ("2", "3"))
    assert MIXED in second
    assert DIFFERS not in second
    assert (DIFFERS in third, OVER in third, MIXED in third) == (True, True, False)


def test_more_than_eight_are_counted() -> None:
    ratios = [leaf.id for leaf in complete().criteria.ratios if leaf.none_allowed]
    silent = {one: Held(NoCases(""), 1, 11, "An", NOW) for one in ratios}
    whole = odd()
    assessment = replace(whole, answers={**whole.answers, **silent})
    found, more = describing.concerns(assessment)
    assert (len(found), more) == (8, len(ratios) + 3 - 8)
    assert f"và {more} chỗ khác, xem ở từng hạng mục." in shown(assessment, Typed("/xemlai"))
