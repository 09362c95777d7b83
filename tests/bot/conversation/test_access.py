"""Who may do what: every button, command and event against every role; the table stands here a second time, by hand.

Checked once against: `READ_SUBMISSION` allowed to officers, `_grants` without its look at the unit, `pressed` without
`may`, the start button looking at whatever it names or working before the notice, `advance` that lets anybody do what
the office does: each made rows of this table fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from talk.sessions import CODE, NOW, PEOPLE, begun, complete, first_answer, fresh, says_about, standing, submitted, told

from bot.conversation.access import ALLOWED, ROLES, Action, may
from bot.conversation.advance import advance
from bot.conversation.assessment import Assessment
from bot.conversation.codes import hash_code, to_argument
from bot.conversation.commands import COMMANDS
from bot.conversation.events import Blocked, Edited, Event, Moved, Pressed, Typed, Unreadable
from bot.conversation.facts import AnswerGiven, ApprovalAsked
from bot.conversation.inquiry import Inquiry, moment
from bot.conversation.menu import MENU
from bot.conversation.place import Place
from bot.conversation.presses import Press
from bot.conversation.pressing import VERBS
from bot.conversation.session import Session
from bot.conversation.turn import Turn
from scoring.answers import Counts, Percentage

EVERYBODY = frozenset(PEOPLE)
JOINED = EVERYBODY - {"none", "revoked"}
OFFICER = frozenset({"officer"})
OF_THE_UNIT = frozenset({"officer", "leader"})
OFFICE = frozenset({"reviewer", "admin"})
REVIEWER = frozenset({"reviewer"})
ADMIN = frozenset({"admin"})
HELPERS = OFFICER | ADMIN

CONFIRMING = Place(step="confirm", focus="2.1.1", pending={"value": "percent=85", "typed": "0,85", "seen": "0"})
NOTING = Place(step="note", focus="1.1", pending={"text": "85"})
BATCHED = Place(step="batch", pending={"1.1": '{"option": "yes"}@0', "2.1.1": '{"percent": "175/2"}@0', "seen": "3f0c"})
ANSWERED = told(begun(), AnswerGiven("1.1", first_answer("1.1")))
UNDOABLE = Place(
    step="question", focus="1.2.1", undo={"criterion": "1.1", "revision": "1", "previous": '{"1.1": null}'}
)
COLLEAGUE = frozenset({"colleague"})
ASKED = replace(begun(), inquiries=(Inquiry(5, 1, "2.1.1", "An", NOW, NOW, colleague_id=13, colleague="Cúc"),))
PROPOSED = replace(
    begun(),
    inquiries=(replace(ASKED.inquiries[0], state="answered", answer=Percentage(Fraction(80)), answered_at=NOW),),
)
PROPOSING = Place(
    step="propose_doubt", focus="2.1.1", pending={"assessment": "1", "value": "percent=85", "seen": str(moment(NOW))}
)
COUNTED = told(begun(), AnswerGiven("2.5.1", Counts(45, 50)))
RETURNING = Place(step="return", focus="1", pending={"ids": "1.1", "reason": "sai năm"})
HANDED_IN = submitted()
LEADER = frozenset({"leader"})
APPROVED_FIRST = replace(complete(), cycle=replace(complete().cycle, approval=True))
WAITING = told(APPROVED_FIRST, ApprovalAsked())
REMARKING = Place(step="remark", pending={"seen": str(WAITING.seq), "text": "Rà soát lại câu 2.3.2"})
FILING = Place(step="file", pending={"0": f"{'a' * 64}|application/pdf|9|ke-hoach.pdf|"})
WRITING_TO_MANY = Place(step="broadcast_whom", pending={"draft": "17"})
NOTHING = Place()

VERB_ROWS: Mapping[str, tuple[frozenset[str], Assessment, Place, Press]] = {
    # verb: who may, in front of what, standing where, the button
    "jn": (EVERYBODY, begun(), NOTHING, Press("jn", argument=to_argument(hash_code(CODE)))),
    "ja": (EVERYBODY, begun(), NOTHING, Press("ja", argument=to_argument(hash_code(CODE)))),
    "jx": (EVERYBODY, begun(), NOTHING, Press("jx")),
    "ac": (JOINED, begun(), NOTHING, Press("ac", 1)),
    "st": (JOINED, ANSWERED, NOTHING, Press("st", 1)),
    "cn": (JOINED, ANSWERED, NOTHING, Press("cn", 1)),
    "pr": (OF_THE_UNIT, begun(), NOTHING, Press("pr", 1)),
    "du": (OF_THE_UNIT, begun(), NOTHING, Press("du", argument="1")),
    "si": (HELPERS, begun(), NOTHING, Press("si", argument="9")),
    "bt": (OFFICER, begun(), BATCHED, Press("bt", 1, argument="3f0c")),
    "bb": (OFFICER, ANSWERED, NOTHING, Press("bb", 1)),
    "lk": (JOINED, ANSWERED, NOTHING, Press("lk")),
    "ul": (JOINED, ANSWERED, NOTHING, Press("ul", argument="5")),
    "rs": (OFFICER, ANSWERED, NOTHING, Press("rs", 1)),
    "an": (OFFICER, begun(), NOTHING, Press("an", 1, "1.1", "oyes")),
    "tp": (OFFICER, begun(), CONFIRMING, Press("tp", 1, "2.1.1")),
    "dn": (OFFICER, COUNTED, NOTHING, Press("dn", 1, "2.5.2", "45")),
    "un": (OFFICER, ANSWERED, UNDOABLE, Press("un", 1, "1.1", revision=1)),
    "op": (OFFICER, begun(), NOTHING, Press("op", 1, "2.7", "no")),
    "gr": (OFFICER, begun(), NOTHING, Press("gr", 1, "2.7")),
    "go": (OFFICER, ANSWERED, NOTHING, Press("go", 1, "1.1")),
    "bk": (OFFICER, ANSWERED, NOTHING, Press("bk", 1, "1.2.1")),
    "sk": (OFFICER, ANSWERED, NOTHING, Press("sk", 1, "1.2.1")),
    "hp": (OF_THE_UNIT, ANSWERED, NOTHING, Press("hp", 1, "1.1")),
    "ls": (OF_THE_UNIT, ANSWERED, NOTHING, Press("ls", 1, "1")),
    "rv": (OF_THE_UNIT, ANSWERED, NOTHING, Press("rv", 1)),
    "ms": (OF_THE_UNIT, ANSWERED, NOTHING, Press("ms", 1)),
    "pt": (OF_THE_UNIT, ANSWERED, NOTHING, Press("pt", 1)),
    "nt": (OFFICER, ANSWERED, NOTHING, Press("nt", 1, "1.1")),
    "ev": (OFFICER, ANSWERED, NOTHING, Press("ev", 1, "1.1")),
    "cu": (OFFICER, ANSWERED, NOTHING, Press("cu", 1, "1.3", "7")),
    "rm": (OFFICER, ANSWERED, NOTHING, Press("rm", 1, "1.1", "7")),
    "fl": (OFFICER, ANSWERED, FILING, Press("fl", 1, "1.3")),
    "kn": (OFFICER, ANSWERED, NOTING, Press("kn", 1, "1.1")),
    "aq": (OFFICER, begun(), NOTHING, Press("aq", 1, "2.1.1")),
    "aw": (OFFICER, ASKED, NOTHING, Press("aw", 1, "2.1.1", revision=moment(NOW))),
    "pk": (OFFICER, PROPOSED, NOTHING, Press("pk", 1, "2.1.1", "0", moment(NOW))),
    "px": (OFFICER, PROPOSED, NOTHING, Press("px", 1, "2.1.1", revision=moment(NOW))),
    "io": (COLLEAGUE, ASKED, NOTHING, Press("io", 1, "2.1.1")),
    "pa": (COLLEAGUE, ASKED, NOTHING, Press("pa", 1, "2.1.1", "p85")),
    "pn": (COLLEAGUE, ASKED, NOTHING, Press("pn", 1, "2.1.1")),
    "pw": (COLLEAGUE, PROPOSED, NOTHING, Press("pw", 1, "2.1.1")),
    "py": (COLLEAGUE, ASKED, PROPOSING, Press("py", 1, "2.1.1")),
    "sb": (OFFICER, complete(), NOTHING, Press("sb", 1)),
    "ok": (OFFICER, complete(), NOTHING, Press("ok", 1, revision=complete().seq)),
    "la": (OFFICER, APPROVED_FIRST, NOTHING, Press("la", 1, revision=APPROVED_FIRST.seq)),
    "lw": (OFFICER, WAITING, NOTHING, Press("lw", 1, revision=WAITING.seq)),
    "rd": (OF_THE_UNIT, WAITING, NOTHING, Press("rd", 1, "2")),
    "av": (OF_THE_UNIT, WAITING, NOTHING, Press("av", 1)),
    "lp": (LEADER, WAITING, NOTHING, Press("lp", 1, revision=WAITING.seq)),
    "ly": (LEADER, WAITING, NOTHING, Press("ly", 1, revision=WAITING.seq)),
    "lr": (LEADER, WAITING, NOTHING, Press("lr", 1, revision=WAITING.seq)),
    "lc": (LEADER, WAITING, REMARKING, Press("lc", 1, revision=WAITING.seq)),
    "sz": (OF_THE_UNIT, ANSWERED, NOTHING, Press("sz", 1)),
    "rw": (OFFICE, HANDED_IN, NOTHING, Press("rw", 1, "1")),
    "rt": (REVIEWER, HANDED_IN, NOTHING, Press("rt", 1)),
    "rc": (REVIEWER, HANDED_IN, RETURNING, Press("rc", 1, revision=HANDED_IN.seq)),
    "bw": (ADMIN, begun(), WRITING_TO_MANY, Press("bw", subject="not_submitted", argument="17")),
    "bd": (ADMIN, begun(), WRITING_TO_MANY, Press("bd", subject="text", argument="17")),
    "bl": (ADMIN, begun(), NOTHING, Press("bl", subject="new")),
    "bm": (ADMIN, begun(), NOTHING, Press("bm", subject="approve", argument="16-17")),
    "sa": (ADMIN, begun(), NOTHING, Press("sa", revision=3)),
    "lb": (ADMIN, begun(), NOTHING, Press("lb", revision=3)),
}
WRITING_VERBS = frozenset(
    {"jn", "si", "lk", "bt", "an", "tp", "un", "op", "gr", "cu", "rm", "fl", "kn", "ok", "rc", "sa", "lb", "sz"}
    | {"aq", "aw", "pk", "px", "pa", "py"}
    | {"la", "lw", "ly", "lc"}
)
"""What changes something when it is allowed; "du" notes only which unit somebody turned to, "ac" is accepted here."""

COMMAND_ROWS: Mapping[str, tuple[frozenset[str], Assessment, Place, str]] = {
    # command: who may, in front of what, standing where, its argument
    "start": (JOINED, ANSWERED, NOTHING, ""),
    "hoidongnghiep": (OFFICER, ANSWERED, Place(step="question", focus="1.3"), ""),
    "tieptuc": (OF_THE_UNIT | COLLEAGUE, ANSWERED, NOTHING, ""),
    "xemlai": (OF_THE_UNIT, ANSWERED, NOTHING, ""),
    "conthieu": (OF_THE_UNIT, ANSWERED, NOTHING, ""),
    "diem": (OF_THE_UNIT, ANSWERED, NOTHING, ""),
    "lichsu": (OF_THE_UNIT, ANSWERED, NOTHING, ""),
    "chuanbi": (OF_THE_UNIT, ANSWERED, NOTHING, ""),
    "donvi": (JOINED, ANSWERED, NOTHING, ""),
    "giupdo": (JOINED, ANSWERED, NOTHING, ""),
    "nop": (OFFICER, complete(), NOTHING, ""),
    "edit": (OFFICER, ANSWERED, NOTHING, "1.1"),
    "undo": (OFFICER, ANSWERED, UNDOABLE, ""),
    "back": (OFFICER, ANSWERED, Place(step="question", focus="1.3"), ""),
    "skip": (OFFICER, ANSWERED, Place(step="question", focus="1.3"), ""),
    "later": (OFFICER, ANSWERED, Place(step="question", focus="1.3"), ""),
    "pause": (OF_THE_UNIT, ANSWERED, NOTHING, ""),
    "note": (OFFICER, ANSWERED, Place(step="question", focus="1.3"), ""),
    "evidence": (OFFICER, ANSWERED, Place(step="question", focus="1.3"), ""),
    "no_cases": (OFFICER, ANSWERED, Place(step="question", focus="2.1.1"), ""),
    "nhieucau": (OFFICER, ANSWERED, NOTHING, ""),
    "not_applicable": (OFFICER, ANSWERED, Place(step="question", focus="2.7"), ""),
    "huy": (JOINED, ANSWERED, NOTHING, ""),
    "dangnhap": (JOINED, ANSWERED, NOTHING, ""),
    "bang": (JOINED, ANSWERED, NOTHING, ""),
    "lienket": (JOINED, ANSWERED, NOTHING, ""),
    "tonghop": (OFFICE, ANSWERED, NOTHING, ""),
    "phathanh": (ADMIN, ANSWERED, NOTHING, ""),
    "tralai": (REVIEWER, HANDED_IN, NOTHING, "SDL 1.1: sai năm"),
}
WRITING_COMMANDS = frozenset({"undo", "hoidongnghiep", "dangnhap", "bang", "lienket"})

DENIED = frozenset({"not_allowed", "welcome"})
"""What somebody reads who may not; it names no unit and carries no button."""


def pressed(role: str, verb: str) -> tuple[Turn, Session]:
    _, assessment, place, press = VERB_ROWS[verb]
    session = standing(PEOPLE[role], assessment, place)
    return advance(session, Pressed(press.encode()), NOW), session


def commanded(role: str, name: str) -> tuple[Turn, Session]:
    _, assessment, place, argument = COMMAND_ROWS[name]
    session = standing(PEOPLE[role], assessment, place)
    return advance(session, Typed(f"/{name} {argument}".strip()), NOW), session


def assert_denied(turn: Turn, session: Session) -> None:
    """Nothing came of it and nothing was told."""
    assert turn.facts == ()
    assert turn.place == session.place
    assert {reply.template for reply in turn.replies} <= DENIED
    assert len(turn.replies) == 1
    assert not any(says_about(reply, "Sở Du lịch") or reply.rows for reply in turn.replies)


def test_every_verb_and_command_stands_in_the_table_and_no_other() -> None:
    assert set(VERB_ROWS) == set(VERBS)
    assert set(COMMAND_ROWS) == set(COMMANDS)
    assert all(row[3].verb == verb for verb, row in VERB_ROWS.items())


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("verb", VERB_ROWS)
def test_a_button_does_something_only_for_those_who_may(verb: str, role: str) -> None:
    turn, session = pressed(role, verb)
    if role in VERB_ROWS[verb][0]:
        assert turn.replies
        assert "not_allowed" not in {reply.template for reply in turn.replies}
        assert bool(turn.facts) or verb not in WRITING_VERBS
    else:
        assert_denied(turn, session)


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("name", COMMAND_ROWS)
def test_a_command_does_something_only_for_those_who_may(name: str, role: str) -> None:
    turn, session = commanded(role, name)
    if role in COMMAND_ROWS[name][0]:
        assert turn.replies
        assert not {reply.template for reply in turn.replies} & DENIED
        assert bool(turn.facts) or name not in WRITING_COMMANDS
    else:
        assert_denied(turn, session)


@pytest.mark.parametrize("role", sorted(JOINED - OF_THE_UNIT - OFFICE))
@pytest.mark.parametrize("verb", sorted(verb for verb, row in VERB_ROWS.items() if row[0] != COLLEAGUE))
def test_nobody_outside_reads_about_the_unit_whatever_button_they_forge(verb: str, role: str) -> None:
    turn, _ = pressed(role, verb)
    assert not any(says_about(reply, "Sở Du lịch") for reply in turn.replies)


@pytest.mark.parametrize("role", sorted(JOINED))
@pytest.mark.parametrize("verb", sorted(set(VERB_ROWS) - {"jn", "jx", "ja", "ac"}))
def test_before_the_notice_is_accepted_every_button_shows_the_notice(verb: str, role: str) -> None:
    _, assessment, place, press = VERB_ROWS[verb]
    turn = advance(standing(fresh(PEOPLE[role]), assessment, place), Pressed(press.encode()), NOW)
    assert turn.facts == ()
    assert {reply.template for reply in turn.replies} <= {"notice", "not_allowed"}


@pytest.mark.parametrize("role", sorted(JOINED))
@pytest.mark.parametrize("name", COMMAND_ROWS)
def test_before_the_notice_is_accepted_every_command_shows_the_notice(name: str, role: str) -> None:
    _, assessment, place, argument = COMMAND_ROWS[name]
    turn = advance(standing(fresh(PEOPLE[role]), assessment, place), Typed(f"/{name} {argument}"), NOW)
    assert (turn.facts, {reply.template for reply in turn.replies}) == ((), {"notice"})


TYPED_ROWS: Mapping[str, tuple[frozenset[str], Place, str]] = {
    "many answers": (OFFICER, BATCHED, "có"),
    "an answer that names its criterion": (OFFICER, NOTHING, "2.5.1 45/50"),
    "an answer": (OFFICER, Place(step="question", focus="2.1.1", pending={"seen": "0"}), "85"),
    "a word that confirms": (OFFICER, CONFIRMING, "có"),
    "a count": (OFFICER, Place(step="numerator", focus="2.5.2", pending={"denominator": "45", "seen": "0"}), "40"),
    "a ground": (OFFICER, Place(step="ground", focus="2.7"), "Sở không có phòng thanh tra"),
    "an explanation": (OFFICER, Place(step="no_cases", focus="2.1.1"), "Năm 2025 không phát sinh văn bản"),
    "a note": (OFFICER, Place(step="note", focus="1.1"), "Đang rà soát"),
    "a citation": (OFFICER, Place(step="evidence", focus="1.1"), "Quyết định số 45/QĐ-SDL"),
    "what a colleague was not asked": (frozenset(), PROPOSING, "85"),
    "an opening answer": (OFFICER, Place(step="opening", focus="2.7"), "có"),
}


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("what", TYPED_ROWS)
def test_a_text_writes_only_for_the_officer_of_the_unit(what: str, role: str) -> None:
    allowed, place, text = TYPED_ROWS[what]
    session = standing(PEOPLE[role], begun(), place)
    turn = advance(replace(session, invite=None), Typed(text), NOW)
    assert bool(turn.facts) == (role in allowed)
    assert role in allowed or {reply.template for reply in turn.replies} <= DENIED | {"asked_none"}


@pytest.mark.parametrize("role", PEOPLE)
def test_only_a_reviewer_gives_back_by_text(role: str) -> None:
    place = Place(step="return", focus="1")
    turn = advance(standing(PEOPLE[role], HANDED_IN, place), Typed("1.1: sai năm"), NOW)
    assert ({reply.template for reply in turn.replies} == {"return_confirm"}) == (role in REVIEWER)
    assert turn.facts == ()


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("event", [Edited("58"), Unreadable("photo"), Blocked(True), Moved("-100")], ids=repr)
def test_what_else_a_person_does_never_touches_an_assessment(event: Event, role: str) -> None:
    assessment = told(begun(), AnswerGiven("2.1.1", Percentage(Fraction(85))))
    undo = {"criterion": "2.1.1", "revision": "1", "previous": '{"2.1.1": null}'}
    turn = advance(standing(PEOPLE[role], assessment, Place(undo=undo)), event, NOW)
    assert {type(fact).__name__ for fact in turn.facts} <= {"ChatBlocked", "ChatMoved"}
    assert ("confirm_reading" in {reply.template for reply in turn.replies}) <= (role in OFFICER)


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("event", [Typed("/diem"), Typed("có"), Pressed("an:1:1.1:oyes:0"), Edited("58")], ids=repr)
def test_in_a_group_nobody_is_answered(event: Event, role: str) -> None:
    session = standing(PEOPLE[role], ANSWERED)
    turn = advance(replace(session, chat=replace(session.chat, private=False), invite=None), event, NOW)
    assert (turn.facts, turn.replies) == ((), ())


def test_every_action_names_known_roles_and_may_is_closed_by_default() -> None:
    assert set(ALLOWED) == set(Action)
    assert all(roles <= ROLES | {"none"} for roles in ALLOWED.values())
    nobody = PEOPLE["revoked"]
    assert [action for action in Action if may(nobody, action, begun().unit)] == [Action.JOIN]
    assert [action for action in Action if may(None, action, begun().unit)] == [Action.JOIN]


def test_the_menu_of_a_role_holds_only_what_the_role_may_do() -> None:
    assert all(name in COMMANDS for names in MENU.values() for name in names)
    for role in MENU.keys() - {"none"}:
        assert [name for name in MENU[role] if role not in COMMAND_ROWS[name][0]] == []
