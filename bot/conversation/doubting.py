"""Messages of which nobody knows whether they arrived: admins decide. Those that surely did not take another way."""

from __future__ import annotations

from datetime import datetime

from bot.conversation.office_events import ChannelCutOff, NoticesDoubtful, NoticesFailed
from bot.conversation.office_facts import ChannelGivenUp, DoubtsSettled, NoticesDiverted
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
    """What a chat did not take goes to the person's next one, or to a mailbox, where there is any."""
    return Turn(session.place, facts=(NoticesDiverted(event.ids),))


def move_over(session: Session, event: ChannelCutOff, now: datetime) -> Turn:
    """What waits for a channel that is cut off goes where its people can be written to."""
    return Turn(session.place, facts=(ChannelGivenUp(event.channel, event.ids),))


def settle(session: Session, last: int, *, again: bool) -> Turn:
    """An admin's word on messages in doubt, up to number `last`: sent again, marked so, or let be."""
    reply = Reply("doubts_settled", {"again": again}, card=True)
    return Turn(session.place, facts=(DoubtsSettled(last, again),), replies=(reply,))
