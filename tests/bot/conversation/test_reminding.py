"""Reminders: who gets one, how it reads for each, and how it is put off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from talk.sessions import MINE, OTHER, PEOPLE, begun, complete, first_answer, standing, submitted, told

from bot.conversation.assessment import Assessment, Unit
from bot.conversation.facts import AnswerGiven, RemindersSnoozed, Returned
from bot.conversation.office_events import RemindersDue
from bot.conversation.office_facts import MailingStarted, Recipient
from bot.conversation.plan import USUAL
from bot.conversation.reminding import owes, remind, said, snooze, snoozed_until
from bot.conversation.session import Addressee, Rules, Served, Session

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DUE = datetime(2026, 1, 15, tzinfo=ZONE)
WEEK_BEFORE = datetime(2026, 1, 7, 8, 0, tzinfo=ZONE)

AN = Served(11, "An", "officer", "chat", "telegram")
DUNG = Served(14, "Dũng", "leader", "page", "web")


def unit(which: Unit, *people: Served, state: str = "open", **more: object) -> Addressee:
    known: dict[str, object] = {"due_at": DUE, "back_due_at": None, "email": "", "phone": ""} | more
    return Addressee(which, which.id, state, 3, 38, ("1.1",), people=people, **known)  # type: ignore[arg-type]


def office(*addressees: Addressee, closed: bool = False, reviewers: tuple[Served, ...] = ()) -> Session:
    cycle = begun(closed=closed).cycle
    session = standing(None, None)
    return replace(session, cycle=cycle, addressees=addressees, office_people=reviewers, rules=Rules(ZONE, mails=True))


def sent(session: Session, event: RemindersDue, now: datetime = WEEK_BEFORE) -> MailingStarted | None:
    turn = remind(session, event, now.astimezone(UTC))
    assert turn.replies == ()
    (fact,) = turn.facts or (None,)
    assert fact is None or isinstance(fact, MailingStarted)
    return fact


def whom(session: Session, event: RemindersDue, now: datetime = WEEK_BEFORE) -> tuple[Recipient, ...]:
    fact = sent(session, event, now)
    return fact.recipients if fact else ()


def test_officers_of_units_that_owe_are_reminded_and_nobody_else() -> None:
    others = [unit(OTHER, Served(12, "Bảo", "officer", "chat", "telegram"), state="submitted")]
    session = office(unit(MINE, AN, DUNG), *others)
    assert whom(session, RemindersDue("submit", 7)) == (Recipient(MINE.id, 11, "chat"),)


def test_from_the_third_day_on_leaders_are_reminded_too() -> None:
    found = whom(office(unit(MINE, AN, DUNG)), RemindersDue("submit", 3, leaders=True))
    assert found == (Recipient(MINE.id, 11, "chat"), Recipient(MINE.id, 14, "page"))


def test_the_mailing_says_what_it_is_and_is_known_by_its_step() -> None:
    fact = sent(office(unit(MINE, AN)), RemindersDue("submit", 7))
    assert fact is not None
    assert (fact.kind, fact.audience, fact.state) == ("reminder", "submit:7", "going")
    assert fact.body == {"duty": "submit", "cycle": 1, "days_left": 7}
    assert fact.key == "remind:1:submit:all:7:2026-01-14T17:00:00+00:00"


def test_a_unit_that_nobody_serves_is_reminded_by_its_mailbox() -> None:
    assert whom(office(unit(MINE, email="sdl@example.gov.vn")), RemindersDue("submit", 7)) == (
        Recipient(MINE.id, None, "mail"),
    )
    assert whom(office(unit(MINE)), RemindersDue("submit", 7)) == (Recipient(MINE.id, None, "none"),)


def test_where_no_chat_can_be_written_to_the_mailbox_helps() -> None:
    blocked = replace(AN, way="none", channel="")
    assert whom(office(unit(MINE, blocked, email="sdl@example.gov.vn")), RemindersDue("submit", 7)) == (
        Recipient(MINE.id, 11, "none"),
        Recipient(MINE.id, None, "mail"),
    )


@pytest.mark.parametrize("state", ["not_begun", "open", "returned"])
def test_whoever_has_not_handed_in_owes(state: str) -> None:
    assert whom(office(unit(MINE, AN, state=state)), RemindersDue("submit", 7))


def test_where_nobody_owes_nothing_goes_out() -> None:
    assert sent(office(unit(MINE, AN, state="submitted")), RemindersDue("submit", 7)) is None
    assert sent(office(unit(MINE, AN), closed=True), RemindersDue("submit", 7)) is None
    assert sent(replace(office(), cycle=None), RemindersDue("submit", 7)) is None


def test_a_unit_with_more_time_is_reminded_by_its_own_date_only() -> None:
    longer = unit(MINE, AN, due_at=DUE + timedelta(days=7))
    everybody = office(longer, unit(OTHER, Served(12, "Bảo", "officer", "chat", "telegram")))
    assert whom(everybody, RemindersDue("submit", 7)) == (Recipient(OTHER.id, 12, "chat"),)
    own = sent(everybody, RemindersDue("submit", 7, unit_id=MINE.id))
    assert own is not None
    assert own.recipients == (Recipient(MINE.id, 11, "chat"),)
    assert own.key == "remind:1:submit:1:7:2026-01-22T00:00:00+07:00"


def test_what_was_given_back_with_a_date_is_owed_by_that_date() -> None:
    back = office(unit(MINE, AN, state="returned", back_due_at=DUE + timedelta(days=5)))
    assert whom(back, RemindersDue("submit", 7)) == ()
    assert whom(back, RemindersDue("resubmit", 3, unit_id=MINE.id)) == (Recipient(MINE.id, 11, "chat"),)


def test_whoever_put_reminders_off_is_left_alone_until_their_own_comes() -> None:
    until = WEEK_BEFORE + timedelta(days=2)
    session = office(unit(MINE, replace(AN, snoozed_until=until)))
    assert whom(session, RemindersDue("submit", 7)) == ()
    assert whom(session, RemindersDue("submit", 5), until) == ()  # their own comes that very morning
    assert whom(session, RemindersDue("submit", 4), until + timedelta(days=1)) != ()


@pytest.mark.parametrize(("days_left", "reminded"), [(1, True), (0, True), (-1, False)])
def test_the_last_two_days_cannot_be_put_off(days_left: int, reminded: bool) -> None:
    session = office(unit(MINE, replace(AN, snoozed_until=WEEK_BEFORE + timedelta(days=30))))
    assert bool(whom(session, RemindersDue("submit", days_left))) is reminded


def test_publication_is_the_reviewers_own_duty_also_when_entry_is_closed() -> None:
    giang = Served(16, "Giang", "reviewer", "chat", "telegram")
    ha = Served(17, "Hà", "admin", "chat", "telegram")
    session = office(unit(MINE, AN), closed=True, reviewers=(giang, ha))
    assert whom(session, RemindersDue("publish", 14)) == (Recipient(None, 16, "chat"),)


def test_publication_is_the_admins_where_there_is_no_reviewer_and_the_mailbox_helps_where_no_chat_does() -> None:
    ha = Served(17, "Hà", "admin", "chat", "telegram")
    looks = replace(ha, way="page", channel="web")
    mails = Rules(ZONE, mails=True, agency_mails=True)
    alone, by_page, nobody = (office(reviewers=who) for who in ((ha,), (looks,), ()))
    event = RemindersDue("publish", 14)
    assert whom(replace(alone, rules=mails), event) == (Recipient(None, 17, "chat"),)
    assert whom(replace(by_page, rules=mails), event) == (Recipient(None, 17, "page"), Recipient(None, None, "mail"))
    assert whom(replace(nobody, rules=mails), event) == (Recipient(None, None, "mail"),)
    assert whom(nobody, event) == (Recipient(None, None, "none"),)


ALL_BUT_TWO = told(begun(), *(AnswerGiven(one.id, first_answer(one.id)) for one in begun().criteria.leaves[:-2]))


def reads(assessment: Assessment, now: datetime, role: str = "officer") -> dict[str, object]:
    return dict(said(assessment, role, now.astimezone(UTC), ZONE).data)


@pytest.mark.parametrize(
    ("now", "tone", "days"),
    [
        ("2026-01-07 08:00", "soft", 7),
        ("2026-01-10 08:00", "soft", 4),
        ("2026-01-11 08:00", "urgent", 3),
        ("2026-01-13 19:00", "urgent", 1),
        ("2026-01-14 08:00", "today", 0),
        ("2026-01-14 23:59", "today", 0),
        ("2026-01-15 00:00", "overdue", 1),
        ("2026-01-17 08:00", "overdue", 3),
    ],
)
def test_the_tone_follows_the_legal_clock(now: str, tone: str, days: int) -> None:
    data = reads(ALL_BUT_TWO, datetime.fromisoformat(now).replace(tzinfo=ZONE))
    assert (data["tone"], data["days"]) == (tone, days)


def test_a_reminder_names_the_units_own_remaining_criteria() -> None:
    data = reads(ALL_BUT_TWO, WEEK_BEFORE)
    assert (data["done"], data["total"], data["count"], data["minutes"]) == (36, 38, 2, 2)
    missing = data["missing"]
    assert isinstance(missing, tuple)
    assert [one["id"] for one in missing] == ["4.3", "4.4"]


def test_a_complete_unit_has_only_to_hand_in() -> None:
    data = reads(complete(), WEEK_BEFORE)
    assert (data["count"], data["minutes"], data["missing"]) == (0, 0, ())


def test_what_was_given_back_names_what_is_to_be_answered_again() -> None:
    returned = told(submitted(), Returned(("1.1", "2.7"), "thiếu số", DUE + timedelta(days=5)), by=16)
    data = reads(returned, DUE + timedelta(days=1))
    assert (data["returned"], data["count"], data["days"]) == (True, 2, 3)


@pytest.mark.parametrize(
    ("role", "now", "verbs"),
    [
        ("officer", "2026-01-07 08:00", ["rs", "sz"]),
        ("leader", "2026-01-07 08:00", ["rv", "sz"]),
        ("", "2026-01-07 08:00", []),
        ("officer", "2026-01-13 08:00", ["rs"]),
        ("officer", "2026-01-14 08:00", ["rs"]),
        ("officer", "2026-01-16 08:00", ["rs", "sz"]),
    ],
)
def test_one_button_to_go_on_and_one_to_put_off_where_that_is_possible(role: str, now: str, verbs: list[str]) -> None:
    reply = said(ALL_BUT_TWO, role, datetime.fromisoformat(now).replace(tzinfo=ZONE), ZONE)
    assert [one.press[:2] for row in reply.rows for one in row] == verbs


def test_owing_is_asked_of_the_assessment_as_it_stands() -> None:
    returned = told(submitted(), Returned(("1.1",), "thiếu", DUE + timedelta(days=5)), by=16)
    assert owes(begun(), "submit")
    assert not owes(submitted(), "submit")
    assert not owes(begun(closed=True), "submit")
    assert (owes(returned, "submit"), owes(returned, "resubmit")) == (False, True)
    without_a_date = told(submitted(), Returned(("1.1",), "thiếu"), by=16)
    assert owes(without_a_date, "submit")


@pytest.mark.parametrize(
    ("now", "until", "alone"),
    [
        ("2026-01-05 09:00", "2026-01-07 08:00", True),
        ("2026-01-08 09:00", "2026-01-12 08:00", True),  # the 10th is a Saturday
        ("2026-01-11 09:00", "2026-01-13 08:00", False),  # the day before the last comes anyway
        ("2026-01-13 09:00", "2026-01-14 08:00", False),
        ("2026-01-14 09:00", "2026-01-16 08:00", True),
        ("2026-01-15 09:00", "2026-01-19 08:00", True),
    ],
)
def test_put_off_for_two_days_but_never_past_the_last_two(now: str, until: str, alone: bool) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=ZONE)
    assert snoozed_until(DUE, USUAL, at, ZONE) == (datetime.fromisoformat(until).replace(tzinfo=ZONE), alone)


def test_putting_off_is_answered_with_when_it_comes_back() -> None:
    session = replace(standing(PEOPLE["officer"], ALL_BUT_TWO), rules=Rules(ZONE))
    turn = snooze(session, datetime(2026, 1, 5, 9, 0, tzinfo=ZONE))
    back = datetime(2026, 1, 7, 8, 0, tzinfo=ZONE)
    assert turn.facts == (RemindersSnoozed(1, back),)
    assert [(reply.template, reply.data["until"]) for reply in turn.replies] == [("snoozed", back)]


def test_there_is_nothing_to_put_off_once_it_is_handed_in() -> None:
    session = replace(standing(PEOPLE["officer"], submitted()), rules=Rules(ZONE))
    turn = snooze(session, WEEK_BEFORE)
    assert (turn.facts, turn.replies[0].template) == ((), "locked")
