"""What each act of the office does: one table, from the event to the module that decides it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.conversation import (
    alarming,
    doubting,
    mailing,
    overseeing,
    reminding,
    restructuring,
    signing,
    staffing,
    timetable,
)
from bot.conversation import office_events as e
from bot.conversation.session import Session
from bot.conversation.turn import Turn

Act = Callable[[Session, Any, datetime], Turn]

ACTS: Mapping[type[e.OfficeEvent], Act] = {
    e.ImportUnits: restructuring.decide,
    e.OpenCycle: timetable.open_,
    e.ExtendCycle: timetable.extend,
    e.CloseCycle: timetable.close,
    e.ReopenCycle: timetable.reopen,
    e.AmendCycle: timetable.amend,
    e.SetApproval: timetable.set_approval,
    e.PlanReminders: timetable.plan_reminders,
    e.IssueInvite: staffing.invite,
    e.IssueInvites: staffing.invite_all,
    e.RevokeInvite: staffing.revoke_invite,
    e.RevokeRole: staffing.revoke_role,
    e.HandOver: staffing.hand_over,
    e.ErasePerson: staffing.erase,
    e.MergePeople: staffing.merge,
    e.IssueSignIn: lambda session, event, now: signing.issue(session, event.person_id, event.code_hash, now),
    e.Broadcast: mailing.broadcast,
    e.SteerMailing: mailing.steer,
    e.Resend: mailing.resend,
    e.ConsolidatedDue: overseeing.consolidated_due,
    e.RemindersDue: reminding.remind,
    e.MailingsEnded: mailing.ended,
    e.NoticesDoubtful: doubting.doubt,
    e.NoticesFailed: doubting.fall_back,
    e.ChannelCutOff: doubting.move_over,
    e.AlarmRaised: alarming.alarmed,
}


def decide(session: Session, event: e.OfficeEvent, now: datetime) -> Turn:
    """The turn of one act of the office; what cannot be done is a refusal with a code, never a guess."""
    return ACTS[type(event)](session, event, now)
