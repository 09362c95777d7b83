"""Linking, as it is decided: who is joined by which code, and what files are told where a chat takes none.

Checked against: `linking.offer` without its look at the lock, or that joins a known person; `unlink` that takes the
chat in use; a page for files offered where files can be sent, or for somebody who may not file: each failed here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from talk.sessions import MINE, NOW, PEOPLE, begun, complete, standing, submitted

from bot.conversation.advance import advance
from bot.conversation.codes import hash_code
from bot.conversation.events import Filed, Pressed, Typed, Unreadable
from bot.conversation.facts import ChatLinked, ChatUnlinked, EvidenceFiled, PassIssued
from bot.conversation.needs import needs
from bot.conversation.passing import UPLOAD_LIVES
from bot.conversation.place import Place
from bot.conversation.presses import Press
from bot.conversation.session import Link, LinkedChat, Person, Role, Rules, Session
from bot.conversation.turn import EveryChat, OneChat, Turn

CODE = "M3P8WXYZ"
OFFICER = Person(11, "An", True, (Role("officer", MINE),))
LINK = Link(4, OFFICER, Place(step="question", focus="1.1"), usable=True, assessment_id=1)
HERE, THERE = LinkedChat(1, "telegram", NOW), LinkedChat(5, "zalo_oa", NOW)
PHOTO = Unreadable("photo")
AT_FIRST = Place(step="question", focus="1.1")


def stranger(link: Link | None = LINK) -> Session:
    return replace(standing(None, begun()), invite=None, link=link)


def taking_no_files(person: Person | None = OFFICER, place: Place = AT_FIRST) -> Session:
    session = standing(person, begun(), place)
    return replace(session, chat=replace(session.chat, takes_files=False))


def templates(turn: Turn) -> list[str]:
    return [reply.template for reply in turn.replies]


def test_a_strangers_chat_is_the_persons_and_shows_their_question_below_one_line() -> None:
    turn = advance(stranger(), Typed(CODE), NOW)
    assert turn.facts == (ChatLinked(4, 11),)
    assert templates(turn) == ["question", "link_made"]
    assert (turn.replies[0].above, turn.replies[0].data["linked_name"]) == ("linked", "An")
    assert turn.replies[1].to == EveryChat(11, but=1)
    assert (turn.place.step, turn.place.focus) == ("question", "1.1")


@pytest.mark.parametrize("link", [None, replace(LINK, usable=False)], ids=["unknown", "over"])
def test_a_code_that_links_nothing_counts_as_a_wrong_one(link: Link | None) -> None:
    turn = advance(stranger(link), Typed(f"/start {CODE}"), NOW)
    assert [type(fact).__name__ for fact in turn.facts] == ["CodeMissed"]
    assert templates(turn) == ["code_wrong"]


def test_not_even_a_right_code_is_looked_at_while_the_chat_is_locked() -> None:
    session = stranger()
    locked = replace(session, chat=replace(session.chat, locked_until=NOW + timedelta(minutes=5)))
    turn = advance(locked, Typed(CODE), NOW)
    assert (turn.facts, templates(turn)) == ((), ["code_locked"])


@pytest.mark.parametrize(("who", "told"), [("officer", "link_known"), ("other_officer", "link_two_people")])
def test_nobody_known_becomes_somebody_else(who: str, told: str) -> None:
    session = replace(standing(PEOPLE[who], begun(), AT_FIRST), invite=None, link=LINK)
    for text in (CODE, f"/start {CODE}"):
        turn = advance(session, Typed(text), NOW)
        assert (turn.facts, templates(turn), turn.place) == ((), [told], AT_FIRST)


def test_in_a_group_no_code_links_anything() -> None:
    session = stranger()
    turn = advance(replace(session, chat=replace(session.chat, private=False)), Typed(CODE), NOW)
    assert (turn.facts, turn.replies) == ((), ())
    assert needs(Typed(CODE), None, Place(), session.words, private=False).link_digest == ""


def test_a_new_code_says_for_how_long_and_offers_to_take_others_apart() -> None:
    session = replace(standing(OFFICER, begun()), linked=(HERE, THERE), code=CODE)
    turn = advance(session, Typed("/lienket"), NOW)
    assert turn.facts == (PassIssued("chat", 11, hash_code(CODE), timedelta(minutes=15)),)
    reply = turn.replies[0]
    assert (reply.data["code"], reply.data["minutes"], reply.card) == (CODE, 15, True)
    assert [button.press for row in reply.rows for button in row] == ["ul:0::5:0", "rs:1:::0"]


def test_a_chat_is_taken_apart_but_never_the_one_in_use_nor_somebody_elses() -> None:
    session = replace(standing(OFFICER, begun()), linked=(HERE, THERE))
    turn = advance(session, Pressed(Press("ul", argument="5").encode()), NOW)
    assert turn.facts == (ChatUnlinked(5, 11),)
    assert [reply.to for reply in turn.replies[1:]] == [OneChat(5)]
    for other in ("1", "6", ""):
        assert advance(session, Pressed(Press("ul", argument=other).encode()), NOW).facts == ()


def test_where_a_chat_takes_no_files_the_card_leads_to_a_page_for_this_criterion() -> None:
    turn = advance(taking_no_files(), Pressed(Press("ev", 1, "1.3").encode()), NOW)
    (issued,) = turn.facts
    assert isinstance(issued, PassIssued)
    assert (issued.kind, issued.person_id, issued.lives) == ("upload", 11, UPLOAD_LIVES)
    assert issued.subject == {"chat": 1, "assessment": 1, "criterion": "1.3"}
    assert turn.replies[0].data["by_page"] == {"code": "q3Zt8mB1rN5xW0aLc7Yp2g", "minutes": 30}
    assert issued.code_hash == hash_code("q3Zt8mB1rN5xW0aLc7Yp2g")


def test_where_files_can_be_sent_nothing_is_opened() -> None:
    turn = advance(standing(OFFICER, begun()), Pressed(Press("ev", 1, "1.3").encode()), NOW)
    assert (turn.facts, turn.replies[0].data["by_page"]) == ((), None)
    assert advance(standing(OFFICER, begun(), AT_FIRST), PHOTO, NOW).facts == ()


def test_without_pages_it_is_said_that_files_come_another_way() -> None:
    session = taking_no_files()
    turn = advance(replace(session, rules=Rules(session.rules.zone, pages=False)), PHOTO, NOW)
    assert (turn.facts, turn.replies[0].data["by_page"]) == ((), {"code": "", "minutes": 0})


def test_a_picture_that_cannot_be_taken_gets_the_page_and_the_question_stays() -> None:
    turn = advance(taking_no_files(), PHOTO, NOW)
    assert [type(fact).__name__ for fact in turn.facts] == ["PassIssued"]
    assert (turn.place, turn.replies[0].data["id"]) == (AT_FIRST, "1.1")
    assert advance(taking_no_files(), Unreadable("unsupported"), NOW).facts
    assert advance(taking_no_files(), Unreadable("voice"), NOW).facts == ()


@pytest.mark.parametrize("who", sorted(set(PEOPLE) - {"officer"}))
def test_nobody_else_is_given_a_page_for_files(who: str) -> None:
    assert advance(taking_no_files(PEOPLE[who]), PHOTO, NOW).facts == ()


def test_what_was_handed_in_takes_no_files_by_a_page_either() -> None:
    session = taking_no_files()
    assert advance(replace(session, assessment=submitted()), PHOTO, NOW).facts == ()


def test_files_that_came_together_are_filed_together_beside_the_criterion_they_were_for() -> None:
    files = [Filed(str(n) * 64, f"{n}.pdf", "application/pdf", 9, "1.3") for n in range(3)]
    event = replace(files[0], more=tuple(files[1:]), assessment=1)
    turn = advance(standing(OFFICER, complete(), AT_FIRST), event, NOW)
    assert turn.facts == tuple(EvidenceFiled("1.3", one.digest, one.name, one.media, one.size) for one in files)
    assert len(turn.replies) == 1
    asked = needs(event, OFFICER, Place(step="broadcast_text"), standing(None, None).words, private=True)
    assert asked.assessment == 1
