"""What goes out to many: a broadcast proposed, confirmed, steered, sent again, and told of when it is through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.conversation import letter
from bot.conversation.audience import Audience, AudienceUnreadable, Reach, reach, unknown_codes
from bot.conversation.mailing_cards import decision, ended_notice, first_letter, first_of, proposal, reached
from bot.conversation.office_events import Broadcast, MailingsEnded, Resend, SteerMailing
from bot.conversation.office_facts import MailingStarted, MailingSteered, MailingsTold, Recipient, RecipientsTriedAgain
from bot.conversation.presses import Press
from bot.conversation.session import Addressee, Mailing, Session
from bot.conversation.turn import Button, Refusal, Reply, Rows, Turn

KIND, TRIAL = "broadcast", "trial"
CHANGE_OF_MIND = timedelta(minutes=1)
"""How long what one admin sends to many alone can still be stopped before the first message goes."""
FARTHEST = timedelta(days=90)
"""What is meant for later than that is a slip of the pen."""
FREE, SECOND, ALONE = "free", "second", "alone"
"""Who must agree: nobody else, a second admin, or (there is none) the same one by typing the count."""

STEPS: Mapping[str, frozenset[str]] = {
    "proposed": frozenset({"approve", "cancel"}),
    "going": frozenset({"pause", "cancel"}),
    "paused": frozenset({"resume", "cancel"}),
}
"""What can be done with a mailing in each state."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A broadcast that can go out: what it says, for whom, when; `key` keeps the same draft from going twice."""

    letter: letter.Letter
    audience: Audience
    reach: Reach
    key: str
    file: Mapping[str, object] | None = None
    due_at: datetime | None = None


def broadcast(session: Session, event: Broadcast, now: datetime) -> Turn:
    """An admin, or the shell, sends to many; nothing goes out that is not exactly what the preview counted."""
    draft = drafted(session, event, now)
    if isinstance(draft, Refusal):
        return Turn(session.place, refusal=draft)
    if event.trial:
        return Turn(session.place, facts=try_on_oneself(session, draft, now))
    refusal = _unconfirmed(session, event, draft, now)
    return Turn(session.place, refusal=refusal) if refusal else start(session, draft, now)


def previewed(session: Session, draft: Draft, note: str = "") -> dict[str, object]:
    """Everything as it would go out (the data of broadcast_preview): how many and who, who not, how it reads."""
    file = draft.file
    return reached(draft.reach, draft.audience) | {
        "letter": first_letter(draft.reach, letter.body_of(draft.letter, file)),
        "file": str(file["name"]) if file else "",
        "due_at": draft.due_at,
        "needed": agreement(session, draft.reach.count),
        "note": note,
    }


def start(session: Session, draft: Draft, now: datetime) -> Turn:
    """The confirmed broadcast: it goes, waits a minute for second thoughts, or waits for a second admin's word."""
    needed = agreement(session, draft.reach.count)
    due_at = max(draft.due_at or now, now + CHANGE_OF_MIND if needed == ALONE else now)
    fact = MailingStarted(
        kind=KIND,
        audience=draft.audience.to_text(),
        body=letter.body_of(draft.letter, draft.file),
        recipients=draft.reach.recipients,
        due_at=due_at,
        state="proposed" if needed == SECOND else "going",
        key=draft.key,
    )
    others = other_admins(session) if needed == SECOND else ()
    return Turn(session.place, facts=(fact,), replies=tuple(proposal(session, fact, one) for one in others))


def try_on_oneself(session: Session, draft: Draft, now: datetime) -> tuple[MailingStarted, ...]:
    """The letter as its first recipient would get it, to whoever wrote it and nobody else."""
    me = session.person
    mine = next((one for one in session.office_people if me and one.person_id == me.id), None)
    first = first_of(draft.reach)
    if mine is None or first is None:
        return ()
    body = letter.body_of(draft.letter, draft.file, sample=(first[0].unit.id, first[1]))
    to = Recipient(None, mine.person_id, mine.way)
    return (MailingStarted(TRIAL, draft.audience.to_text(), body, (to,), now, key=f"trial:{key_of(session, now)}"),)


def steer(session: Session, event: SteerMailing, now: datetime) -> Turn:
    """A person's word on a mailing; whoever sent it hears when it was another's."""
    mailing = session.mailing
    if mailing is None:
        return Turn(session.place, refusal=Refusal("unknown_mailing", {"mailing": event.mailing_id}))
    if event.word not in STEPS.get(mailing.state, frozenset()) or _is_over(mailing, event.word):
        return Turn(session.place, refusal=Refusal("mailing_state", {"word": event.word, "state": mailing.state}))
    me = session.person.id if session.person else None
    if event.word == "approve" and me == mailing.created_by:
        return Turn(session.place, refusal=Refusal("own_proposal"))
    due_at = max(mailing.due_at, now) if event.word == "approve" else mailing.due_at
    told = (decision(session, mailing, event.word),) if mailing.created_by not in (None, me) else ()
    return Turn(session.place, facts=(MailingSteered(mailing.id, event.word, due_at),), replies=told)


def resend(session: Session, event: Resend, now: datetime) -> Turn:
    """A person has it sent again to those of whom nobody knows whether it arrived, and those it surely did not."""
    mailing = session.mailing
    if mailing is None:
        return Turn(session.place, refusal=Refusal("unknown_mailing", {"mailing": event.mailing_id}))
    ids = tuple(one for one in dict.fromkeys(event.recipient_ids) if one in set(mailing.open_ids))
    if mailing.state != "going" or not ids:
        return Turn(session.place, refusal=Refusal("nothing_to_resend"))
    return Turn(session.place, facts=(RecipientsTriedAgain(mailing.id, ids),))


def ended(session: Session, event: MailingsEnded, now: datetime) -> Turn:
    """Everything of these was tried: whoever sent them hears the totals once; of reminders, where a hand is needed."""
    known = tuple(one for one in session.mailings if one.id in event.ids)
    told = tuple(notice for one in known if (notice := ended_notice(one)) is not None)
    return Turn(session.place, facts=(MailingsTold(event.ids),), replies=told)


def agreement(session: Session, count: int) -> str:
    """Who must agree to so many messages of this person: FREE, SECOND or ALONE."""
    if count <= session.rules.broadcast_alone:
        return FREE
    return SECOND if other_admins(session) else ALONE


def other_admins(session: Session) -> tuple[int, ...]:
    """The admins who can confirm what this person sends; the shell is nobody in particular, so one does not do."""
    admins = dict.fromkeys(one.person_id for one in session.office_people if one.role == "admin" and one.way != "none")
    if session.person is None:
        return tuple(admins) if len(admins) > 1 else ()
    return tuple(one for one in admins if one != session.person.id)


def key_of(session: Session, at: datetime) -> str:
    """What a draft begun at this moment is known by; with whose it is, so that nobody's is taken for another's."""
    return f"{session.person.id if session.person else 0}-{round(at.timestamp() * 1000)}"


def letter_to(body: Mapping[str, object], unit: Addressee, role: str) -> Reply:
    """The letter as somebody of a unit gets it; `role` is officer, leader, or "" for the unit's mailbox."""
    file = body.get("file")
    data = {"letter": letter.shown_to(body, unit, role)}
    return Reply("broadcast", data, _buttons(unit, role), file=file if isinstance(file, Mapping) else None)


def _buttons(unit: Addressee, role: str) -> Rows:
    match letter.button_of(unit, role):
        case "start":
            return ((Button("start", Press("st").encode()),),)
        case "continue":
            return ((Button("continue", Press("rs", unit.assessment_id or 0).encode()),),)
        case _:
            return ()


def drafted(session: Session, event: Broadcast, now: datetime) -> Draft | Refusal:
    """What a broadcast would send and to whom, or why it cannot go out whatever is confirmed."""
    if session.cycle is None:
        return Refusal("no_cycle")
    try:
        audience = Audience.from_text(event.audience)
    except AudienceUnreadable:
        return Refusal("audience_unreadable", {"audience": event.audience})
    if unknown := unknown_codes(session.addressees, audience):
        return Refusal("unknown_units", {"codes": ", ".join(unknown)})
    read = letter.read_letter(event.text, session.words)
    if isinstance(read, letter.NoLetter):
        return Refusal(f"letter_{read.code}", {"about": ", ".join(read.about), "known": known_fields(session)})
    reached = reach(session.addressees, audience, session.rules)
    file = None if event.file is None else dict(zip(("digest", "name", "media"), event.file, strict=True))
    return Draft(read, audience, reached, key_of(session, now), file, event.due_at)


def _unconfirmed(session: Session, event: Broadcast, draft: Draft, now: datetime) -> Refusal | None:
    """Why what was confirmed is not what would go out now."""
    count = draft.reach.count
    if not count:
        return Refusal("nobody_reached")
    if event.seen != count:
        return Refusal("count_changed", {"seen": event.seen, "count": count})
    if event.due_at is not None and not now - CHANGE_OF_MIND < event.due_at <= now + FARTHEST:
        return Refusal("due_out_of_range")
    if agreement(session, count) == ALONE and event.count != count:
        return Refusal("count_needed", {"count": count})
    return None


def known_fields(session: Session) -> str:
    """The fields a text may have, as they are written."""
    return " ".join(f"[{name}]" for name in session.words.fields)


def _is_over(mailing: Mailing, word: str) -> bool:
    """Whether nothing waits any more that could be paused or cancelled."""
    waiting = mailing.counts.get("queued", 0) + mailing.counts.get("paused", 0)
    return mailing.state != "proposed" and word in ("pause", "cancel") and not waiting
