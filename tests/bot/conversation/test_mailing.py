"""What goes to many is decided by the right people, as it was counted, once; and told when it is through.

Caught when seeded: the proposer who may confirm; a count that is not compared; a mailing resumed after its end; the
shell that counts as a second admin.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from talk.addressees import AN, BINH, CUC, unit
from talk.sessions import NOW, PEOPLE, begun, standing
from talk.stage import ZONE

from bot.conversation.advance import advance
from bot.conversation.events import Filed, Pressed, Typed
from bot.conversation.mailing import CHANGE_OF_MIND
from bot.conversation.office_events import Broadcast, MailingsEnded, Resend, SteerMailing
from bot.conversation.office_facts import MailingStarted, MailingSteered, MailingsTold, RecipientsTriedAgain
from bot.conversation.place import Place
from bot.conversation.session import Chat, Mailing, Person, Role, Rules, Served, Session
from bot.conversation.turn import Holders, OnePerson, Reply, Turn

ADMIN = PEOPLE["admin"]
MINE = Served(17, "Hà", "admin", "chat", "telegram")
OTHER = Served(20, "Lê", "admin", "chat", "telegram")
GONE = Served(21, "Vy", "admin", "none", "")
UNITS = (unit(1, "not_begun", AN), unit(2, "open", BINH), unit(3, "submitted", CUC))
LETTER = "Mời [Tên đơn vị] họp."
OURS = Mailing(
    7, "broadcast", "going", 17, NOW, 3, {"queued": 2, "uncertain": 1}, "Hà", NOW, "all", {"text": "Mời họp."}
)


def session(*admins: Served, alone: int = 50, person: Person | None = ADMIN, mailing: Mailing | None = None) -> Session:
    """Somebody in the chat (None: the shell), with these admins there are."""
    base = standing(person, None)
    return replace(
        base,
        chat=Chat(1 if person else 0, "telegram"),
        cycle=begun().cycle,
        addressees=UNITS,
        office_people=admins or (MINE,),
        rules=Rules(ZONE, alone),
        mailing=mailing,
    )


def started(turn: Turn) -> MailingStarted:
    (fact,) = turn.facts
    assert isinstance(fact, MailingStarted)
    return fact


def send(seen: int = 3, **more: object) -> Broadcast:
    return Broadcast(LETTER, "all", seen, **more)  # type: ignore[arg-type]


def test_a_broadcast_goes_to_everybody_it_counted() -> None:
    fact = started(advance(session(), send(), NOW))
    assert (fact.state, fact.due_at, fact.audience) == ("going", NOW, "all")
    assert [one.person_id for one in fact.recipients] == [1, 2, 3]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (send(seen=2), "count_changed"),
        (Broadcast("", "all", 3), "letter_nothing"),
        (Broadcast("x" * 1001, "all", 3), "letter_too_long"),
        (Broadcast("[Số nhà]", "all", 3), "letter_unknown_fields"),
        (Broadcast(LETTER, "everybody", 3), "audience_unreadable"),
        (Broadcast(LETTER, "units:U1,XX", 1), "unknown_units"),
        (Broadcast(LETTER, "state:returned", 0), "nobody_reached"),
        (send(due_at=NOW - timedelta(hours=1)), "due_out_of_range"),
        (send(due_at=NOW + timedelta(days=400)), "due_out_of_range"),
    ],
)
def test_what_cannot_go_out_is_refused_with_a_reason(event: Broadcast, code: str) -> None:
    turn = advance(session(), event, NOW)
    assert turn.refusal is not None
    assert (turn.refusal.code, turn.facts) == (code, ())


@pytest.mark.parametrize("role", [role for role in PEOPLE if role not in ("admin", "none")])
def test_only_an_admin_writes_to_many(role: str) -> None:
    turn = advance(session(person=PEOPLE[role]), send(), NOW)
    assert turn.refusal is not None
    assert (turn.refusal.code, turn.facts) == ("not_allowed", ())


def test_a_second_admin_must_agree_to_many() -> None:
    turn = advance(session(MINE, OTHER, GONE, alone=2), send(), NOW)
    assert started(turn).state == "proposed"
    assert [reply.to for reply in turn.replies] == [OnePerson(20)]


def test_an_admin_who_cannot_be_reached_is_no_second_one() -> None:
    turn = advance(session(MINE, GONE, alone=2), send(), NOW)
    assert turn.refusal is not None
    assert turn.refusal.code == "count_needed"


def test_one_admin_alone_types_the_count_and_has_a_minute_to_think() -> None:
    alone = session(alone=2)
    refused = advance(alone, send(count=2), NOW)
    assert refused.refusal is not None
    fact = started(advance(alone, send(count=3), NOW))
    assert (fact.state, fact.due_at) == ("going", NOW + CHANGE_OF_MIND)


def test_the_shell_is_nobody_in_particular() -> None:
    one, two = session(MINE, alone=2, person=None), session(MINE, OTHER, alone=2, person=None)
    assert started(advance(one, send(count=3), NOW)).state == "going"
    assert started(advance(two, send(), NOW)).state == "proposed"


def test_a_trial_goes_to_whoever_wrote_it_and_to_nobody_else() -> None:
    fact = started(advance(session(), send(seen=0, trial=True), NOW))
    assert (fact.kind, [one.person_id for one in fact.recipients]) == ("trial", [17])


@pytest.mark.parametrize(
    ("state", "word", "by", "done"),
    [
        ("proposed", "approve", "other", True),
        ("proposed", "approve", "mine", False),
        ("proposed", "cancel", "mine", True),
        ("proposed", "pause", "other", False),
        ("going", "pause", "mine", True),
        ("going", "approve", "other", False),
        ("going", "resume", "mine", False),
        ("paused", "resume", "mine", True),
        ("paused", "cancel", "other", True),
        ("cancelled", "resume", "mine", False),
        ("cancelled", "approve", "other", False),
        ("going", "delete", "mine", False),
    ],
)
def test_a_word_on_a_mailing_counts_only_where_it_fits(state: str, word: str, by: str, done: bool) -> None:
    person = ADMIN if by == "mine" else Person(20, "Lê", True, (Role("admin"),))
    turn = advance(session(person=person, mailing=replace(OURS, state=state)), SteerMailing(7, word), NOW)
    assert bool(turn.facts) is done
    assert (turn.refusal is None) is done
    if done:
        assert turn.facts == (MailingSteered(7, word, NOW),)
        assert [reply.to for reply in turn.replies] == ([] if by == "mine" else [OnePerson(17)])


def test_what_is_through_cannot_be_paused() -> None:
    through = replace(OURS, counts={"sent": 3})
    turn = advance(session(mailing=through), SteerMailing(7, "pause"), NOW)
    assert turn.refusal is not None


def test_only_those_still_open_are_tried_again_each_once() -> None:
    here = session(mailing=replace(OURS, open_ids=(3, 4)))
    assert advance(here, Resend(7, (4, 5, 4)), NOW).facts == (RecipientsTriedAgain(7, (4,)),)
    nothing = advance(here, Resend(7, (5,)), NOW)
    assert nothing.refusal is not None
    assert nothing.refusal.code == "nothing_to_resend"


def test_the_end_is_told_to_whoever_sent_it_and_a_reminder_only_where_a_hand_is_needed() -> None:
    ours = replace(OURS, counts={"sent": 3})
    shells = replace(ours, id=8, created_by=None)
    quiet = replace(shells, id=9, kind="reminder", audience="submit:7", body={})
    needy = replace(quiet, id=10, counts={"sent": 2, "unreached": 1})
    stopped = replace(ours, id=11, state="cancelled", counts={"dropped": 3})
    clock = replace(session(person=None), mailings=(ours, shells, quiet, needy, stopped))
    turn = advance(clock, MailingsEnded((7, 8, 9, 10, 11)), NOW)
    assert turn.facts == (MailingsTold((7, 8, 9, 10, 11)),)
    assert [reply.to for reply in turn.replies] == [OnePerson(17), Holders("admin"), Holders("admin")]


def in_draft(**pending: str) -> Session:
    place = Place(step="broadcast_preview", pending={"draft": "5", "audience": "all", "text": LETTER} | pending)
    return replace(session(), place=place)


def press(here: Session, label: str, shown: Reply) -> Turn:
    (button,) = (one for row in shown.rows for one in row if one.label == label)
    return advance(here, Pressed(button.press), NOW)


def test_the_draft_goes_once_however_often_the_button_is_pressed() -> None:
    here = in_draft()
    shown = advance(here, Typed(LETTER), NOW).replies[0]
    first = press(here, "broadcast_send", shown)
    assert started(first).key == "17-5"
    again = press(replace(here, place=first.place, mailing=OURS), "broadcast_send", shown)
    assert again.facts == ()
    assert again.replies[0].template == "broadcast_progress"


def test_nothing_goes_out_when_the_count_has_changed_since_the_preview() -> None:
    here = in_draft()
    shown = advance(here, Typed(LETTER), NOW).replies[0]
    turn = press(replace(here, addressees=UNITS[:2]), "broadcast_send", shown)
    assert turn.facts == ()
    assert turn.replies[0].data["note"] == "changed"


def test_a_file_goes_with_it_and_can_be_taken_off() -> None:
    here = in_draft()
    with_file = advance(here, Filed("a" * 64, "huong-dan.pdf", "application/pdf", 9), NOW)
    shown = with_file.replies[0]
    assert shown.data["file"] == "huong-dan.pdf"
    here = replace(here, place=with_file.place)
    assert started(press(here, "broadcast_send", shown)).body["file"] == {
        "digest": "a" * 64,
        "media": "application/pdf",
        "size": 9,
        "name": "huong-dan.pdf",
    }
    assert press(here, "broadcast_unfile", shown).replies[0].data["file"] == ""


def test_a_moment_that_passed_while_the_preview_stood_there_sends_nothing() -> None:
    here = in_draft(due=(NOW + timedelta(hours=1)).isoformat())
    shown = advance(here, Typed(LETTER), NOW).replies[0]
    (button,) = (one for row in shown.rows for one in row if one.label == "broadcast_send_later")
    assert started(advance(here, Pressed(button.press), NOW)).due_at == NOW + timedelta(hours=1)
    late = advance(here, Pressed(button.press), NOW + timedelta(hours=2))
    assert (late.facts, late.replies[0].data["note"]) == ((), "due_past")
