"""Messages of which nobody knows whether they arrived, and those that surely did not: admins decide, mailboxes help."""

from __future__ import annotations

from datetime import datetime

from bot.conversation.office_events import NoticesDoubtful, NoticesFailed
from bot.conversation.office_facts import DoubtsSettled, MailboxesTried
from bot.conversation.presses import Press
from bot.conversation.session import Session
from bot.conversation.turn import Button, Holders, Reply, Turn

DOUBTFUL = "doubtful"
"""What the keys of words about doubts begin with."""


def doubt(session: Session, event: NoticesDoubtful, now: datetime) -> Turn:
    """Admins hear of what may not have arrived; sending it again, or letting it be, is a person's word."""
    last = max(event.ids)
    rows = (
        (Button("resend", Press("sa", revision=last).encode()),),
        (Button("let_be", Press("lb", revision=last).encode()),),
    )
    reply = Reply("doubtful_notices", {"count": len(event.ids)}, rows, to=Holders("admin"), key=f"{DOUBTFUL}:{last}")
    return Turn(session.place, replies=(reply,))


def fall_back(session: Session, event: NoticesFailed, now: datetime) -> Turn:
    """What no chat took goes to the mailboxes of the units, where there are any."""
    return Turn(session.place, facts=(MailboxesTried(event.ids),))


def settle(session: Session, last: int, *, again: bool) -> Turn:
    """An admin's word on messages in doubt, up to number `last`: sent again, marked so, or let be."""
    reply = Reply("doubts_settled", {"again": again}, card=True)
    return Turn(session.place, facts=(DoubtsSettled(last, again),), replies=(reply,))
