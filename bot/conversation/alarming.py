"""Alarms: what is wrong with the service itself is told to the admins."""

from __future__ import annotations

from datetime import datetime

from bot.conversation.office_events import AlarmRaised
from bot.conversation.session import Session
from bot.conversation.turn import Holders, Reply, Turn


def alarmed(session: Session, event: AlarmRaised, now: datetime) -> Turn:
    """One notice to every admin, with the moment it was noticed: it may come late, by the very channel it is about."""
    data = {"kind": event.kind, "over": event.over, "args": event.args, "at": now}
    return Turn(session.place, replies=(Reply("alarm", data, to=Holders("admin"), key=event.key),))
