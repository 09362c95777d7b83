"""The doors of the site: an invite agreed to on one page, one-time links, sessions ended.

Checked once against: `agree` that opens a session without an invite, `sign_in` that takes a used link or another's
chat, `link_for` without a look at the unit, or at only one of the roles the other holds: each made a test here fail.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from talk.sessions import CODE, MINE, NOW, PEOPLE, THIRD, begun, standing

from bot.conversation.advance import advance
from bot.conversation.codes import hash_code
from bot.conversation.events import Agreed, SignedIn, SignedOut
from bot.conversation.facts import NoticeAccepted, PersonJoined, SessionOpened, SessionsEnded, SignInIssued
from bot.conversation.session import Acquaintance, Invite, Role, Session, SignIn
from bot.conversation.signing import LINK_LIVES, OFFICE_SESSION, UNIT_SESSION, link_for, own_link

AGREED = Agreed(hash_code(CODE), "s" * 64, "Chrome, Android")
OPENED = SignedIn(hash_code("x"), "t" * 64, "Firefox")
LINK = SignIn(3, 7, usable=True, of_office=False)


def stranger(invite: Invite | None) -> Session:
    return replace(standing(None, None), invite=invite, cycle=begun().cycle)


def invited(role: str, *, usable: bool = True) -> Invite:
    return Invite(1, role, THIRD if role == "officer" else None, usable=usable, digest=hash_code(CODE))


def test_agreeing_joins_accepts_and_opens_a_session_in_one_turn() -> None:
    turn = advance(stranger(invited("officer")), AGREED, NOW)
    joined, accepted, opened = turn.facts
    assert isinstance(joined, PersonJoined)
    assert (joined.name, joined.unit_id, joined.new) == ("Lan", THIRD.id, True)
    assert accepted == NoticeAccepted()
    assert opened == SessionOpened("s" * 64, "Chrome, Android", NOW + UNIT_SESSION)
    assert {reply.template for reply in turn.replies} == {"claimed"}


def test_the_office_stays_signed_in_for_a_shorter_time() -> None:
    turn = advance(stranger(invited("reviewer")), AGREED, NOW)
    assert SessionOpened("s" * 64, "Chrome, Android", NOW + OFFICE_SESSION) in turn.facts


@pytest.mark.parametrize("invite", [None, invited("officer", usable=False), invited("group")], ids=repr)
def test_a_code_that_opens_nothing_opens_no_session(invite: Invite | None) -> None:
    turn = advance(stranger(invite), AGREED, NOW)
    assert not any(isinstance(fact, SessionOpened | PersonJoined) for fact in turn.facts)
    assert turn.refusal is not None


def test_a_link_lets_its_person_in_once() -> None:
    turn = advance(replace(standing(None, None), sign_in=LINK), OPENED, NOW)
    assert turn.facts == (SessionOpened("t" * 64, "Firefox", NOW + UNIT_SESSION, 3, 7),)


@pytest.mark.parametrize("role", ["officer", "reviewer"])
def test_a_link_of_another_person_does_nothing_in_somebodys_chat(role: str) -> None:
    turn = advance(replace(standing(PEOPLE[role], None), sign_in=replace(LINK, person_id=999)), OPENED, NOW)
    assert (turn.facts, turn.refusal is not None) == ((), True)


@pytest.mark.parametrize("link", [None, replace(LINK, usable=False)], ids=repr)
def test_a_link_that_is_used_or_late_lets_nobody_in(link: SignIn | None) -> None:
    turn = advance(replace(standing(None, None), sign_in=link), OPENED, NOW)
    assert (turn.facts, turn.refusal is not None) == ((), True)


def test_the_link_to_ones_own_page_names_the_person_and_lives_ten_minutes() -> None:
    session = standing(PEOPLE["officer"], begun())
    turn = own_link(session, NOW)
    assert session.person is not None
    assert turn.facts == (SignInIssued(session.person.id, hash_code(session.code), NOW + timedelta(minutes=10)),)
    assert timedelta(minutes=10) == LINK_LIVES
    assert turn.replies[0].data["code"] == session.code
    assert [row[0].args["name"] for row in turn.replies[0].rows] == ["Trần Bình"]


def test_a_colleague_of_the_same_unit_can_be_helped_and_is_told() -> None:
    session = standing(PEOPLE["officer"], begun())
    turn = link_for(session, NOW)
    assert turn.facts == (SignInIssued(9, hash_code(session.code), NOW + LINK_LIVES),)
    assert [reply.template for reply in turn.replies] == ["sign_in_link", "sign_in_made"]


@pytest.mark.parametrize("role", ["officer", "leader", "reviewer", "colleague"])
def test_nobody_but_an_admin_helps_people_of_another_unit(role: str) -> None:
    other = Acquaintance(9, "Trần Bình", (Role("officer", THIRD),))
    turn = link_for(replace(standing(PEOPLE[role], begun()), other=other), NOW)
    assert (turn.facts, [reply.template for reply in turn.replies]) == ((), ["not_allowed"])
    assert link_for(replace(standing(PEOPLE["admin"], begun()), other=other), NOW).facts
    assert THIRD != MINE


FURTHER = {
    "of another unit, too": (Role("officer", MINE), Role("officer", THIRD)),
    "a reviewer, too": (Role("officer", MINE), Role("reviewer")),
    "the leader": (Role("leader", MINE),),
    "nobody any more": (),
}


@pytest.mark.parametrize("who", FURTHER)
def test_a_link_never_leads_further_than_whoever_made_it_may_go(who: str) -> None:
    other = Acquaintance(9, "Trần Bình", FURTHER[who])
    session = replace(standing(PEOPLE["officer"], begun()), other=other, colleagues=(other,))
    assert link_for(session, NOW).facts == ()
    assert own_link(session, NOW).replies[0].rows == ()
    assert link_for(replace(standing(PEOPLE["admin"], begun()), other=other), NOW).facts


def test_anybody_known_signs_out_also_without_a_role_left() -> None:
    for role in ("officer", "revoked"):
        assert advance(standing(PEOPLE[role], None), SignedOut((4,)), NOW).facts == (SessionsEnded((4,)),)
    assert advance(standing(None, None), SignedOut((4,)), NOW).facts == ()
