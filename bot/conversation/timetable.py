"""A cycle in time: opened, given more time, closed for entry, opened again, amended when its criteria change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.conversation import amending, overseeing
from bot.conversation.assessment import Cycle
from bot.conversation.office_events import (
    AmendCycle,
    CloseCycle,
    ExtendCycle,
    OpenCycle,
    PlanReminders,
    ReopenCycle,
    SetApproval,
)
from bot.conversation.office_facts import (
    ApprovalSet,
    CycleAmended,
    CycleClosed,
    CycleExtended,
    CycleOpened,
    CycleReopened,
    RemindersPlanned,
)
from bot.conversation.plan import Plan, PlanRefused
from bot.conversation.presses import Press
from bot.conversation.session import Addressee, Session
from bot.conversation.turn import Button, Holders, Refusal, Reply, Rows, Turn, UnitLeaders, UnitOfficers, refused
from scoring.changes import same_unit_kinds

DONE = frozenset({"submitted"})
"""Who needs no more time."""
FARTHEST = timedelta(days=731)
"""A deadline later than in 24 months is a slip of the pen, which nothing could take back: more time is all there is."""


def open_(session: Session, event: OpenCycle, now: datetime) -> Turn:
    """Open a cycle; one at a time."""
    if session.cycle and not session.cycle.closed:
        return refused(session.place, "cycle_already_open", year=session.cycle.year)
    if session.cycle and session.cycle.year == event.year:
        return refused(session.place, "cycle_closed_this_year", year=event.year)
    if late := _too_late(event.due_at, event.publish_at, now):
        return Turn(session.place, refusal=late)
    fact = CycleOpened(event.year, event.set_name, event.set_digest, event.due_at, event.publish_at, event.approval)
    return Turn(session.place, facts=(fact,))


def close(session: Session, event: CloseCycle, now: datetime) -> Turn:
    """Close the open cycle for entry; reviewers get the last table."""
    cycle = session.cycle
    if cycle is None or cycle.closed:
        return refused(session.place, "no_open_cycle")
    replies = overseeing.consolidated("closed", f"{cycle.id}:closed:{now.isoformat()}")
    waiting = _waiting(session, cycle, "closed", now) if cycle.approval else ()
    return Turn(session.place, facts=(CycleClosed(cycle.id),), replies=(*replies, *waiting))


def extend(session: Session, event: ExtendCycle, now: datetime) -> Turn:
    """Give more time: to all units, or to those named; never less time than there was."""
    cycle = session.cycle
    if cycle is None or cycle.closed:
        return refused(session.place, "no_open_cycle")
    if why := why_no_more_time(cycle, session.addressees, event, now):
        return Turn(session.place, refusal=why)
    units, everybody = concerned(session.addressees, event), not event.unit_codes
    named = () if everybody else tuple(one.unit.id for one in units)
    fact = CycleExtended(cycle.id, event.due_at, named, event.reason.strip())
    replies = _told("deadline_extended", cycle, units, event.due_at, fact.reason, now, everybody=everybody)
    return Turn(session.place, facts=(fact,), replies=replies)


def why_no_more_time(
    cycle: Cycle, addressees: Sequence[Addressee], event: ExtendCycle, now: datetime
) -> Refusal | None:
    """Why the open cycle is not given this much more time; None when it can be."""
    due_at = {one.unit.code: one.due_at for one in addressees}
    if unknown := tuple(code for code in event.unit_codes if code not in due_at):
        return Refusal("unknown_unit", {"unit": ", ".join(unknown)})
    if event.due_at <= now:
        return Refusal("due_passed", {"due": event.due_at})
    earlier = max((due_at[code] for code in event.unit_codes), default=cycle.due_at)
    if event.due_at <= earlier:
        return Refusal("due_not_later", {"due": event.due_at, "old": earlier})
    return _too_late(event.due_at, cycle.publish_at, now)


def concerned(addressees: Sequence[Addressee], event: ExtendCycle) -> tuple[Addressee, ...]:
    """The units that get more time: those named, in that order; otherwise all without a later date of their own."""
    by_code = {one.unit.code: one for one in addressees}
    if event.unit_codes:
        return tuple(by_code[code] for code in dict.fromkeys(event.unit_codes))
    return tuple(one for one in addressees if one.due_at < event.due_at and not _given_back(one))


def reopen(session: Session, event: ReopenCycle, now: datetime) -> Turn:
    """Open the cycle closed last for entry again, with another deadline where one is given."""
    cycle = session.cycle
    if cycle is None:
        return refused(session.place, "no_cycle")
    if not cycle.closed:
        return refused(session.place, "cycle_already_open", year=cycle.year)
    if event.due_at is not None and event.due_at <= now:
        return refused(session.place, "due_passed", due=event.due_at)
    if event.due_at is not None and event.due_at < cycle.due_at:
        return refused(session.place, "due_not_later", due=event.due_at, old=cycle.due_at)
    if event.due_at is not None and (late := _too_late(event.due_at, cycle.publish_at, now)):
        return Turn(session.place, refusal=late)
    fact = CycleReopened(cycle.id, event.reason.strip(), event.due_at)
    due_at = event.due_at or cycle.due_at
    replies = _told("cycle_reopened", cycle, session.addressees, due_at, fact.reason, now, everybody=True)
    waiting = _waiting(session, cycle, "reopened", now) if cycle.approval else ()
    return Turn(session.place, facts=(fact,), replies=(*replies, *waiting))


def amend(session: Session, event: AmendCycle, now: datetime) -> Turn:
    """Score the open cycle by criteria issued anew; whoever has to answer again is told what."""
    cycle, new = session.cycle, session.reissued
    if cycle is None or cycle.closed or new is None:
        return refused(session.place, "no_open_cycle")
    if new is cycle.criteria:  # sets are parsed once per digest
        return refused(session.place, "same_criteria", year=cycle.year)
    if not same_unit_kinds(cycle.criteria, new):
        return refused(session.place, "other_unit_kinds", known=", ".join(sorted(cycle.criteria.unit_kinds)))
    fact = CycleAmended(cycle.id, event.set_name, event.set_digest, event.reason.strip())
    decide = amending.amending(cycle.criteria, new, event.set_digest)
    replies = amending.notices(session.assessments, decide, new, fact.reason, now)
    return Turn(session.place, facts=(fact,), replies=replies)


def set_approval(session: Session, event: SetApproval, now: datetime) -> Turn:
    """Have leaders approve what is handed in, or not; where one was asked and need not be any more, it is told."""
    cycle = session.cycle
    if cycle is None or cycle.closed:
        return refused(session.place, "no_open_cycle")
    if cycle.approval == event.approval:
        return refused(session.place, "approval_as_it_is", year=cycle.year, approval=event.approval)
    fact = ApprovalSet(cycle.id, event.approval)
    replies = _waiting(session, cycle, "on" if event.approval else "off", now)
    return Turn(session.place, facts=(fact,), replies=replies)


def _waiting(session: Session, cycle: Cycle, why: str, now: datetime) -> tuple[Reply, ...]:
    """What the units hear whose leader was asked and has not answered yet: officers and leaders apart."""
    found: list[Reply] = []
    for one in session.addressees:
        if one.awaiting_since is None or one.assessment_id is None:
            continue
        rows: Rows = ((Button("review", Press("rv", one.assessment_id).encode()),),)
        data = {"unit": one.unit.name, "year": cycle.year, "why": why, "since": one.awaiting_since}
        key = f"approval_{why}:{one.assessment_id}:{now.isoformat()}"
        for role, to in (("officer", UnitOfficers(one.unit.id)), ("leader", UnitLeaders(one.unit.id))):
            found.append(Reply("approval_changed", data | {"role": role}, rows, to=to, key=f"{key}:{role}"))
    return tuple(found)


def plan_reminders(session: Session, event: PlanReminders, now: datetime) -> Turn:
    """Edit when the open cycle reminds; a plan that cannot be followed is refused with all that is wrong."""
    cycle = session.cycle
    if cycle is None or cycle.closed:
        return refused(session.place, "no_open_cycle")
    try:
        plan = Plan.from_mapping(event.plan)
    except PlanRefused as error:
        problems = tuple({"code": one.code, "part": one.part, "value": one.value} for one in error.problems)
        return refused(session.place, "plan", problems=problems)
    return Turn(session.place, facts=(RemindersPlanned(cycle.id, plan.to_mapping()),))


def _told(
    template: str,
    cycle: Cycle,
    units: Iterable[Addressee],
    due_at: datetime,
    reason: str,
    now: datetime,
    *,
    everybody: bool,
) -> tuple[Reply, ...]:
    """Notices to the officers of units that have not handed in, and one to the reviewers naming the units meant."""
    units = tuple(units)
    data = {"year": cycle.year, "reason": reason}
    key = f"{template}:{cycle.id}:{now.isoformat()}"
    named = () if everybody else tuple(one.unit.name for one in units)
    return (
        *(
            Reply(
                template,
                data | {"unit": one.unit.name, "units": ()} | _until(max(due_at, one.due_at), now),
                _on(one),
                to=UnitOfficers(one.unit.id),
                key=f"{key}:{one.unit.id}",
            )
            for one in units
            if one.state not in DONE
        ),
        Reply(template, data | {"unit": "", "units": named} | _until(due_at, now), to=Holders("reviewer"), key=key),
    )


def _given_back(unit: Addressee) -> bool:
    """Whether the unit goes by a date of its own now: it was given its result back until then."""
    return unit.state == "returned" and unit.back_due_at is not None


def _until(due_at: datetime, now: datetime) -> dict[str, object]:
    return {"due_at": due_at, "late": now >= due_at}


def _on(unit: Addressee) -> Rows:
    """The button that goes on where the unit is; none before it has begun."""
    if unit.assessment_id is None:
        return ()
    return ((Button("continue", Press("rs", unit.assessment_id).encode()),),)


def _too_late(due_at: datetime, publish_at: datetime | None, now: datetime) -> Refusal | None:
    """Why nobody can mean this deadline; a date of publication that has passed binds it no more."""
    if due_at > now + FARTHEST:
        return Refusal("due_too_far", {"due": due_at})
    if publish_at is not None and now < publish_at < due_at:
        return Refusal("due_after_publication", {"due": due_at, "publish": publish_at})
    return None
