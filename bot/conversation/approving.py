"""The leader's approval: officers ask for it and take it back, a leader approves what they read or sends it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.conversation import awaiting, describing, going, reviewing, submitting
from bot.conversation.access import Action, may
from bot.conversation.buttons import button
from bot.conversation.facts import ApprovalAsked, ApprovalWithdrawn, Approved, SentBack
from bot.conversation.presses import Press
from bot.conversation.reading.outcomes import Accepted, Cleaned
from bot.conversation.reading.text import read_note
from bot.conversation.session import Session
from bot.conversation.turn import Button, Reply, Turn, UnitLeaders, UnitOfficers

STEPS = frozenset({"approve", "remark"})
"""What only a leader is asked."""


def ask(session: Session, seen: int, now: datetime) -> Turn:
    """An officer hands the result to the unit's leaders; from now on nothing in it is changed."""
    assessment, person = session.opened, session.person
    if not assessment.cycle.approval or not submitting.can_go(assessment, seen) or not session.leaders:
        return submitting.ask_submit(session, now)
    fact = ApprovalAsked()
    by, name = (person.id, person.name) if person else (None, "")
    after = assessment.apply(fact, by, name, now)
    asked = awaiting.told(after) | {
        "due_at": assessment.cycle.due_at,
        "late": submitting.is_late(assessment, now),
        "revision": assessment.submissions + 1,
        "sections": describing.sections(after),
        "exemptions": describing.exemptions(after),
        "flags": describing.flags(after),
        "remark": assessment.remark,
    }
    asked |= describing.given_back(assessment)
    leaders = UnitLeaders(assessment.unit.id, by)
    notice = Reply(
        "approval_asked", asked, awaiting.for_leaders(after), to=leaders, key=f"approval:{after.id}:{after.seq}"
    )
    own = awaiting.card(replace(session, assessment=after), "asked")
    return Turn(session.place.at("idle"), facts=(fact,), replies=(own, notice))


def withdraw(session: Session, seen: int, now: datetime) -> Turn:
    """An officer takes the result back to change it; the leaders are told."""
    assessment, person = session.opened, session.person
    if not assessment.awaits or assessment.seq != seen:
        return going.where_things_stand(session, stale=True)
    fact = ApprovalWithdrawn()
    after = assessment.apply(fact, person.id if person else None, person.name if person else "", now)
    told = awaiting.told(assessment) | {"by": person.name if person else ""}
    leaders = UnitLeaders(assessment.unit.id, person.id if person else None)
    notice = Reply("approval_withdrawn", told, to=leaders, key=f"withdrawn:{after.id}:{after.seq}")
    turn = reviewing.review(replace(session, assessment=after), session.place.at("idle"))
    return Turn(turn.place, facts=(fact,), replies=(*turn.replies, notice))


def ask_approve(session: Session, seen: int, now: datetime) -> Turn:
    """What approving means is said first."""
    assessment = session.opened
    if not assessment.awaits or assessment.seq != seen:
        return stand(session)
    data = awaiting.told(assessment) | {
        "due_at": assessment.cycle.due_at,
        "late": submitting.is_late(assessment, now),
        "revision": assessment.submissions + 1,
    }
    yes = Button("approve_yes", Press("ly", assessment.id, revision=assessment.seq).encode())
    rows = ((yes,), (button(assessment, "av", "approve_no"),))
    return Turn(session.place.at("approve"), replies=(Reply("approve_confirm", data, rows, card=True),))


def approve(session: Session, seen: int, now: datetime) -> Turn:
    """The leader's word: approved and handed in, in one. Anything else than what was seen is shown first."""
    assessment, person = session.opened, session.person
    if not submitting.goes_out(assessment, seen, approved=True) or person is None:
        return stand(session)
    turn = submitting.hand_in(session, now, approver=person)
    return Turn(turn.place, facts=(Approved(), *turn.facts), replies=turn.replies)


def ask_remark(session: Session, seen: int, hint: str = "") -> Turn:
    """Ask what is to be changed."""
    assessment = session.opened
    if not assessment.awaits or assessment.seq != seen:
        return stand(session)
    data = awaiting.told(assessment) | {"hint": hint}
    rows = ((button(assessment, "av", "cancel"),),)
    place = session.place.at("remark", seen=str(seen))
    return Turn(place, replies=(Reply("send_back_ask", data, rows, card=True),))


def read_remark(session: Session, text: str) -> Turn:
    """The remark, shown once more before anything happens."""
    assessment, seen = session.opened, _seen(session)
    if not assessment.awaits or assessment.seq != seen:
        return stand(session)
    match read_note(text):
        case Accepted(value) | Cleaned(value):
            return confirm_remark(session, value)
        case _:
            return ask_remark(session, seen, "not_read")


def confirm_remark(session: Session, remark: str) -> Turn:
    """The remark spelled out, with what sending back means."""
    assessment = session.opened
    data = awaiting.told(assessment) | {"remark": remark}
    yes = Button("send_back_yes", Press("lc", assessment.id, revision=assessment.seq).encode())
    rows = (
        (yes,),
        (Button("retype", Press("lr", assessment.id, revision=assessment.seq).encode()),),
        (button(assessment, "av", "cancel"),),
    )
    place = session.place.at("remark", seen=str(assessment.seq), text=remark)
    return Turn(place, replies=(Reply("send_back_confirm", data, rows, card=True),))


def send_back(session: Session, seen: int, now: datetime) -> Turn:
    """The result goes back to the officers with the remark; all of them are told."""
    assessment, person = session.opened, session.person
    remark = session.place.pending.get("text", "") if session.place.step == "remark" else ""
    if not assessment.awaits or assessment.seq != seen or _seen(session) != seen or not remark:
        return stand(session)
    fact = SentBack(remark)
    name = person.name if person else ""
    after = assessment.apply(fact, person.id if person else None, name, now)
    data = awaiting.told(assessment) | {"remark": remark, "leader": name, "at": now}
    me = person.id if person else None
    rows = ((button(after, "rv", "review"),),)
    key = f"sent_back:{after.id}:{after.seq}"
    replies = (
        Reply("send_back_done", data, rows, card=True),
        Reply(
            "sent_back",
            data,
            ((button(after, "rv", "continue"),),),
            to=UnitOfficers(assessment.unit.id, me),
            key=key,
        ),
    )
    return Turn(session.place.at("idle"), facts=(fact,), replies=replies)


def stand(session: Session) -> Turn:
    """How things stand for a leader: what waits for their word, what went out, or that nothing waits."""
    assessment = session.opened
    place = session.place.at("idle") if session.place.step in STEPS else session.place
    if assessment.handed_over or assessment.cycle.closed:
        return going.locked(replace(session, place=place))
    data = awaiting.told(assessment) | {"approval": assessment.cycle.approval, "remark": assessment.remark}
    rows = ((button(assessment, "rv", "review"),),)
    return Turn(place, replies=(Reply("approval_gone", data, rows, card=True),))


def same_step(session: Session, now: datetime) -> Turn | None:
    """What a leader was asked last, once more; None where they are asked nothing."""
    assessment, place = session.opened, session.place
    if place.step not in STEPS or not may(session.person, Action.APPROVE, assessment.unit):
        return None
    if place.step == "approve":
        return ask_approve(session, assessment.seq, now)
    text = place.pending.get("text", "")
    if not assessment.awaits or _seen(session) != assessment.seq:
        return stand(session)
    return confirm_remark(session, text) if text else ask_remark(session, assessment.seq)


def _seen(session: Session) -> int:
    """At which ledger number the remark was asked for; 0 where none was."""
    seen = session.place.pending.get("seen", "")
    return int(seen) if session.place.step == "remark" and seen.isdigit() else 0
