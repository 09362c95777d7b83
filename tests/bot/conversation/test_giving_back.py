"""What is read of a text that gives a result back: criteria, groups and sections, and where the reason begins.

Checked against: groups unknown; a number of the reason read as a section; a reason made of ids; a second
list of ids within the reason left there.
"""

from __future__ import annotations

import pytest
from talk.sessions import NOW, PEOPLE, standing, submitted
from talk.stage import criteria

from bot.conversation.overseeing import read_return

SECTION_4 = ",".join(leaf.id for leaf in criteria().leaves_under("4"))


@pytest.mark.parametrize(
    ("text", "ids", "reason"),
    [
        ("2.3.2, 1.4.5: thiếu số hồ sơ", "1.4.5,2.3.2", "thiếu số hồ sơ"),
        ("2.3: thiếu số hồ sơ", "2.3.1,2.3.2", "thiếu số hồ sơ"),
        ("2.3.2; 2.3, 1.1.: thiếu", "1.1,2.3.1,2.3.2", "thiếu"),
        ("2.3 thiếu", "2.3.1,2.3.2", "thiếu"),
        ("4: xem lại cả hạng mục", SECTION_4, "xem lại cả hạng mục"),
        ("1.10.1 – xem", "2.10.1", "xem"),
        ("1.1 2 hồ sơ còn thiếu", "1.1", "2 hồ sơ còn thiếu"),
        ("1.1 hồ sơ: thiếu 2.3", "1.1", "hồ sơ: thiếu 2.3"),
    ],
)
def test_what_goes_back_and_why(text: str, ids: str, reason: str) -> None:
    turn = read_return(standing(PEOPLE["reviewer"], submitted()), text, NOW)
    assert turn.replies[0].template == "return_confirm"
    assert turn.replies[0].data["governing"] == ()
    assert (turn.place.pending["ids"], turn.place.pending["reason"]) == (ids, reason)


@pytest.mark.parametrize("text", ["2 hồ sơ thiếu", "1.1 1.3", "2.3", "2.3.2.1: xem"])
def test_what_names_no_criterion_or_no_reason_is_asked_again(text: str) -> None:
    (reply,) = read_return(standing(PEOPLE["reviewer"], submitted()), text, NOW).replies
    assert (reply.template, reply.data["hint"]) == ("return_ask", "not_read")


@pytest.mark.parametrize(
    ("text", "hint", "named"),
    [
        ("5: xem", "unknown", ("5",)),
        ("2.12: xem", "unknown", ("2.12",)),
        ("1.1, 9.9: xem", "unknown", ("9.9",)),
        ("1.2.2: thiếu quyết định; 2.3: xem số liệu", "several", ("1.2.2", "2.3")),
        ("1.2.2: thiếu quyết định\n1.1, 4 : xem số liệu", "several", ("1.2.2", "1.1", "4")),
        ("1.2.2 thiếu quyết định; 1.10.1.: xem", "several", ("1.2.2", "1.10.1")),
    ],
)
def test_what_was_not_taken_is_named(text: str, hint: str, named: tuple[str, ...]) -> None:
    (reply,) = read_return(standing(PEOPLE["reviewer"], submitted()), text, NOW).replies
    assert (reply.template, reply.data["hint"], reply.data["named"]) == ("return_ask", hint, named)


@pytest.mark.parametrize("reason", ["thiếu; 9.9: xem", "họp; 2:30 chiều", "xem 2.3: thiếu", "theo 2.3; 4.1 còn thiếu"])
def test_what_only_looks_like_a_second_reason_is_the_reason(reason: str) -> None:
    turn = read_return(standing(PEOPLE["reviewer"], submitted()), f"1.1: {reason}", NOW)
    assert (turn.place.pending["ids"], turn.place.pending["reason"]) == ("1.1", reason)
