"""Reminders: who still owes a dated duty is told, how that reads for each of them, and how they put it off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.conversation import describing, going
from bot.conversation.access import Action, may
from bot.conversation.assessment import Assessment, Cycle
from bot.conversation.audience import mailbox_of, people_of
from bot.conversation.buttons import button
from bot.conversation.facts import RemindersSnoozed
from bot.conversation.joining import MINUTES_FOR_ALL
from bot.conversation.office_events import RemindersDue
from bot.conversation.office_facts import MailingStarted, Recipient
from bot.conversation.plan import ONE_DAY, Plan, days_left, last_day
from bot.conversation.session import Addressee, Rules, Served, Session
from bot.conversation.turn import Reply, Rows, Turn

KIND = "reminder"
SNOOZED_FOR = timedelta(days=2)
MOST_NAMED = 5
_EVE = 1
_URGENT = 3


def remind(session: Session, event: RemindersDue, now: datetime) -> Turn:
    """Who owes the duty now gets a reminder of it; where nobody does, nothing goes out."""
    cycle = session.cycle
    if cycle is None or (cycle.closed and event.duty != "publish"):
        return Turn(session.place)
    if event.duty == "publish":
        recipients = _of_the_office(session.office_people, session.rules)
    else:
        owing = (one for one in session.addressees if _owes(one, event, cycle.due_at))
        recipients = tuple(
            to
            for one in owing
            for to in _people_of(one, event, now, session.rules, leaders=event.leaders or _is_with_leader(one, cycle))
        )
    if not recipients:
        return Turn(session.place)
    date = cycle.due_at if event.unit_id is None else _own_date(session, event)
    fact = MailingStarted(
        kind=KIND,
        audience=f"{event.duty}:{event.days_left}",
        body={"duty": event.duty, "cycle": cycle.id, "days_left": event.days_left},
        recipients=recipients,
        due_at=now,
        key=key_of(cycle.id, event, date),
    )
    return Turn(session.place, facts=(fact,))


def key_of(cycle_id: int, event: RemindersDue, date: datetime) -> str:
    """What a reminder of a duty with this date is known by."""
    return f"remind:{cycle_id}:{event.duty}:{event.unit_id or 'all'}:{event.days_left}:{date.isoformat()}"


def _owes(one: Addressee, event: RemindersDue, due_at: datetime) -> bool:
    """Whether a unit owes this very duty. What was given back with a date of its own is owed by that date."""
    back = one.state == "returned" and one.back_due_at is not None
    if event.duty == "resubmit":
        return back and one.unit.id == event.unit_id
    mine = one.unit.id == event.unit_id if event.unit_id is not None else one.due_at == due_at
    return mine and not back and one.state in ("not_begun", "open", "returned")


def _own_date(session: Session, event: RemindersDue) -> datetime:
    mine = next(one for one in session.addressees if one.unit.id == event.unit_id)
    return (mine.back_due_at if event.duty == "resubmit" else None) or mine.due_at


def _is_with_leader(one: Addressee, cycle: Cycle) -> bool:
    return cycle.approval and one.awaiting_since is not None


def _people_of(
    one: Addressee, event: RemindersDue, now: datetime, rules: Rules, *, leaders: bool
) -> tuple[Recipient, ...]:
    """A unit's officers, and its leaders when it is time for them or their word is waited for; its mailbox where no
    chat of theirs delivers."""
    people = people_of(one, leaders=leaders)
    found = tuple(
        Recipient(one.unit.id, served.person_id, served.way)
        for served in people
        if 0 <= event.days_left <= _EVE or not _is_snoozed(served, now, rules.zone)
    )
    return found + mailbox_of(one, people, rules)


def _of_the_office(people: Sequence[Served], rules: Rules) -> tuple[Recipient, ...]:
    """The reviewers, or where there is none the admins; the agency's mailbox where no chat of theirs delivers; the
    office itself, as one nothing can be sent to, where all this is nobody."""
    told = [one for one in people if one.role == "reviewer"] or [one for one in people if one.role == "admin"]
    found = tuple(Recipient(None, person, way) for person, way in {one.person_id: one.way for one in told}.items())
    if rules.agency_mails and (rules.mails_always or not any(one.way == "chat" for one in told)):
        found += (Recipient(None, None, "mail"),)
    return found or (Recipient(None, None, "none"),)


def _is_snoozed(served: Served, now: datetime, zone: tzinfo) -> bool:
    """Whether the person put reminders off; on the day they asked for, their own one comes."""
    until = served.snoozed_until
    return until is not None and now.astimezone(zone).date() <= until.astimezone(zone).date()


def due_of(assessment: Assessment) -> datetime:
    """The first instant too late for what the unit owes: the date of what was given back, else the deadline."""
    back = assessment.back_due_at if assessment.state == "returned" else None
    return back or assessment.cycle.due_at


def duty_of(assessment: Assessment) -> str:
    """What a unit that still owes something owes."""
    return "resubmit" if assessment.state == "returned" and assessment.back_due_at is not None else "submit"


def is_pressing(due_at: datetime, now: datetime, zone: tzinfo) -> bool:
    """Whether these are the last two days, which wait for no working day."""
    return now < due_at and 0 <= days_left(due_at, now, zone) <= _EVE


def owes(assessment: Assessment, duty: str) -> bool:
    """Whether the unit owes this duty still: asked again at the moment of sending."""
    return not assessment.cycle.closed and assessment.state in ("open", "returned") and duty_of(assessment) == duty


def said(assessment: Assessment, role: str, now: datetime, zone: tzinfo) -> Reply:
    """The reminder as somebody of the unit reads it: what remains, by when, and one button to go on.

    `role` is officer, leader, or "" for the unit's own mailbox.
    """
    due_at = due_of(assessment)
    left = days_left(due_at, now, zone)
    card = assessment.card
    owed = assessment.to_revisit if assessment.state == "returned" else card.missing
    open_ones = () if assessment.awaits else owed
    data = {
        "unit": assessment.unit.name,
        "year": assessment.cycle.year,
        "role": role,
        "tone": _tone(left, overdue=now >= due_at),
        "days": abs(left),
        "due_at": due_at,
        "last_day": last_moment(due_at),
        "returned": assessment.state == "returned",
        "since": assessment.awaiting.since if assessment.awaits and assessment.awaiting else None,
        "done": card.decided,
        "total": len(card.lines),
        "count": len(open_ones),
        "missing": describing.titled(assessment, open_ones[:MOST_NAMED]),
        "minutes": minutes(len(open_ones), len(card.lines)),
    }
    return Reply("reminder", data, _buttons(assessment, role, putting_off=left > _EVE or now >= due_at))


def _tone(left: int, *, overdue: bool) -> str:
    if overdue:
        return "overdue"
    return "today" if left <= 0 else "urgent" if left <= _URGENT else "soft"


def last_moment(due_at: datetime) -> datetime:
    """A moment on the last good day."""
    return due_at - timedelta(minutes=1)


def minutes(count: int, total: int) -> int:
    """About how long so many answers take once the figures are there."""
    return max(1, -(-MINUTES_FOR_ALL * count // max(total, 1))) if count else 0


def _buttons(assessment: Assessment, role: str, *, putting_off: bool) -> Rows:
    goes_on = role == "officer" and not assessment.awaits
    go_on = button(assessment, "rs", "continue") if goes_on else button(assessment, "rv", "review")
    later = ((button(assessment, "sz", "snooze", days=SNOOZED_FOR.days),),) if putting_off else ()
    return ((go_on,), *later) if role else ()


def publication(
    year: int, due_at: datetime, handed_in: tuple[int, int], now: datetime, zone: tzinfo, *, in_chat: bool
) -> Reply:
    """The office's own duty, as reviewers read it; `handed_in` says how many of how many units have. Only in a chat is
    a command named."""
    submitted, units = handed_in
    left = days_left(due_at, now, zone)
    data = {
        "year": year,
        "due_at": due_at,
        "last_day": last_moment(due_at),
        "days": abs(left),
        "tone": _tone(left, overdue=now >= due_at),
        "submitted": submitted,
        "units": units,
        "in_chat": in_chat,
    }
    return Reply("reminder_publish", data)


def snooze(session: Session, now: datetime) -> Turn:
    """Put reminders off for two days; the last two days before the end cannot be put off."""
    assessment = session.opened
    if assessment.cycle.closed or assessment.state not in ("open", "returned"):
        return going.locked(session)
    until, alone = snoozed_until(due_of(assessment), session.plan, now, session.rules.zone)
    data = {"unit": assessment.unit.name, "until": until}
    answers = may(session.person, Action.ANSWER, assessment.unit)
    rows = _buttons(assessment, "officer" if answers else "leader", putting_off=False)
    fact = RemindersSnoozed(assessment.id, until, alone)
    return Turn(session.place, facts=(fact,), replies=(Reply("snoozed", data, rows),))


def snoozed_until(due_at: datetime, plan: Plan, now: datetime, zone: tzinfo) -> tuple[datetime, bool]:
    """The morning of the next reminder, and whether it comes for this alone: those of the last two days always come."""
    local = now.astimezone(zone)
    day = plan.working_day(local.date() + SNOOZED_FOR, ONE_DAY)
    end = last_day(due_at, zone)
    for last in (end - ONE_DAY, end):
        morning = datetime.combine(last, plan.at, zone)
        if now < morning < due_at and last <= day:
            return morning, False
    return datetime.combine(day, plan.at, zone), True
