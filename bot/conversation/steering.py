"""What an admin's buttons do with something that goes to many: look, confirm, pause, go on, cancel, send again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.conversation import mailing, mailing_cards
from bot.conversation.office_events import Resend, SteerMailing
from bot.conversation.presses import Press
from bot.conversation.session import Mailing, Session
from bot.conversation.turn import Turn

WORDS = frozenset({"approve", "pause", "resume", "cancel"})


def steered(session: Session, press: Press, now: datetime) -> Turn:
    """A button on a mailing. One that does not fit any more only shows how far it is."""
    known = session.mailing
    if known is None:
        return latest(session, now, "gone")
    if press.subject == "again":
        return _again(session, known, now)
    if press.subject not in WORDS:
        return _shown(session, known, now)
    turn = mailing.steer(session, SteerMailing(known.id, press.subject), now)
    if turn.refusal is not None:
        return _shown(session, known, now, turn.refusal.code)
    after = mailing_cards.card(session, _after(known, press.subject, now), now, note=press.subject)
    return replace(turn, replies=(after, *turn.replies))


def latest(session: Session, now: datetime, note: str = "") -> Turn:
    """The latest mailings."""
    return Turn(session.place, replies=(mailing_cards.latest(session, now, note),))


def _again(session: Session, known: Mailing, now: datetime) -> Turn:
    turn = mailing.resend(session, Resend(known.id, known.open_ids), now)
    if turn.refusal is not None:
        return _shown(session, known, now, turn.refusal.code)
    counts = dict(known.counts) | {"uncertain": 0, "failed": 0}
    counts["queued"] = counts.get("queued", 0) + len(known.open_ids)
    after = mailing_cards.card(session, replace(known, counts=counts, open_ids=()), now, note="again")
    return replace(turn, replies=(after,))


def _shown(session: Session, known: Mailing, now: datetime, note: str = "") -> Turn:
    return Turn(session.place, replies=(mailing_cards.card(session, known, now, note=note),))


def _after(known: Mailing, word: str, now: datetime) -> Mailing:
    """The mailing as the next screen shows it, before the rows are changed."""
    counts: dict[str, int] = dict(known.counts)

    def move(to: str, *states: str) -> None:
        moved = sum(counts.pop(state, 0) for state in states)
        counts[to] = counts.get(to, 0) + moved

    match word:
        case "approve":
            return replace(known, state="going", due_at=max(known.due_at, now))
        case "pause":
            move("paused", "queued")
        case "resume":
            move("queued", "paused")
        case _:
            if known.state == "proposed":
                move("dropped", *counts)
            move("dropped", "queued", "paused")
    return replace(known, state=_STATE_AFTER[word], counts=counts)


_STATE_AFTER: Mapping[str, str] = {"pause": "paused", "resume": "going", "cancel": "cancelled"}
