"""How something that goes to many is shown: whom it reaches, how far it is, what an admin can do with it now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.conversation import letter
from bot.conversation.audience import Audience, AudienceUnreadable, Reach
from bot.conversation.office_facts import MailingStarted, Recipient
from bot.conversation.presses import Press
from bot.conversation.session import Addressee, Mailing, Session
from bot.conversation.turn import Button, Holders, OnePerson, Reply, Rows
from bot.conversation.windows import outside

NAMED = 10
"""How many are named; of the others only the number is told."""
STATES = (
    *("queued", "paused", "sent", "seen", "page", "mail"),
    *("uncertain", "failed", "blocked", "unreached", "dropped"),
)
ARRIVED = ("sent", "seen", "page", "mail")
NEEDS_A_HAND = ("uncertain", "failed", "blocked", "unreached")
REMINDER = "reminder"
SAID = 120
"""How much of a text stands in a list."""


def verb(word: str, mailing: str) -> str:
    """What a button on a mailing carries; `mailing` is its number, or its key while nobody knows the number."""
    return Press("bm", subject=word, argument=mailing).encode()


def reached(found: Reach, audience: Audience) -> dict[str, object]:
    """Whom it reaches, counted and by name, and whom not."""
    units = {one.unit.id: one for one in found.units}
    people = {person.person_id: person for one in found.units for person in one.people}
    there = [one for one in found.recipients if one.way != "none"]
    not_there = found.unreached
    channels = Counter(people[one.person_id].channel for one in there if one.person_id is not None)
    return {
        "audience": told(found.units, audience.to_text()),
        "units": len(found.units),
        "count": found.count,
        "people": found.people,
        "mailboxes": found.count - found.people,
        "names": tuple(_named(units, one) for one in there[:NAMED]),
        "more": max(0, len(there) - NAMED),
        "channels": tuple({"channel": name, "count": count} for name, count in sorted(channels.items())),
        "unreached": tuple(_named(units, one) for one in not_there[:NAMED]),
        "unreached_more": max(0, len(not_there) - NAMED),
        **outside(found),
    }


def told(units: Sequence[Addressee], audience: str) -> dict[str, object]:
    """An audience as templates say it; of reminders the duty and the days that are left."""
    try:
        read = Audience.from_text(audience)
    except AudienceUnreadable:
        return {"choice": REMINDER, "values": tuple(audience.split(":")), "leaders": False}
    names = {one.unit.code: one.unit.short_name for one in units}
    values = tuple(names.get(code, code) for code in read.values) if read.choice == "units" else read.values
    return {"choice": read.choice, "values": values, "leaders": read.leaders}


def first_of(found: Reach) -> tuple[Addressee, str] | None:
    """The unit of the first recipient, and as what they get it; None when it reaches nobody."""
    there = next((one for one in found.recipients if one.way != "none"), None)
    unit = next((one for one in found.units if there and one.unit.id == there.unit_id), None)
    if there is None or unit is None:
        return None
    return unit, next((person.role for person in unit.people if person.person_id == there.person_id), "")


def first_letter(found: Reach, body: Mapping[str, object]) -> dict[str, object] | None:
    """The letter exactly as its first recipient gets it; None when it reaches nobody."""
    first = first_of(found)
    return letter.shown_to(body, *first) if first else None


def started(session: Session, fact: MailingStarted, now: datetime) -> Mailing:
    """A mailing of this very turn, before the rows have numbers."""
    ways = Counter("unreached" if one.way == "none" else "queued" for one in fact.recipients)
    person = session.person
    return Mailing(
        id=0,
        kind=fact.kind,
        state=fact.state,
        created_by=person.id if person else None,
        due_at=fact.due_at,
        size=len(fact.recipients),
        counts=dict(ways),
        author=person.name if person else "",
        created_at=now,
        audience=fact.audience,
        body=fact.body,
    )


def card(session: Session, mailing: Mailing, now: datetime, *, key: str = "", note: str = "") -> Reply:
    """How far a mailing is, with what can be done now; `note` says what just happened, or why it did not."""
    mine = session.person is not None and mailing.created_by == session.person.id
    data = figures(session.addressees, mailing, now) | {"note": note, "mine": mine}
    return Reply("broadcast_progress", data, _rows(mailing, key or str(mailing.id), now, mine=mine), card=True)


def figures(units: Sequence[Addressee], mailing: Mailing, now: datetime) -> dict[str, object]:
    """A mailing in figures: every recipient is in exactly one state, so they add up to its size."""
    counts = {state: mailing.counts.get(state, 0) for state in STATES}
    file = mailing.body.get("file")
    return {
        "kind": mailing.kind,
        "state": mailing.state,
        "size": mailing.size,
        "counts": counts,
        "arrived": sum(counts[state] for state in ARRIVED),
        "waiting": waiting(mailing),
        "due_at": mailing.due_at,
        "later": mailing.due_at > now,
        "created_at": mailing.created_at or now,
        "author": mailing.author,
        "audience": told(units, mailing.audience),
        "text": str(mailing.body.get("text", ""))[: 2 * SAID],
        "file": str(file["name"]) if isinstance(file, Mapping) else "",
    }


def waiting(mailing: Mailing) -> int:
    """To how many it is still to be sent."""
    return mailing.counts.get("queued", 0) + mailing.counts.get("paused", 0)


def latest(session: Session, now: datetime, note: str = "") -> Reply:
    """The latest mailings, each with a button."""
    shown = tuple(figures(session.addressees, one, now) | {"id": one.id} for one in session.mailings)
    rows = tuple(
        (Button("mailing", verb("look", str(one.id)), {"n": place, "at": one.created_at or now}),)
        for place, one in enumerate(session.mailings, 1)
    )
    new = (Button("broadcast_new", Press("bl", subject="new").encode()),)
    return Reply("broadcast_list", {"mailings": shown, "note": note}, (*rows, new), card=True)


def proposal(session: Session, fact: MailingStarted, admin: int) -> Reply:
    """What another admin is to confirm: the same that the preview showed."""
    audience = Audience.from_text(fact.audience)
    units = {recipient.unit_id for recipient in fact.recipients}
    found = Reach(tuple(one for one in session.addressees if one.unit.id in units), fact.recipients)
    file = fact.body.get("file")
    data = reached(found, audience) | {
        "by": session.person.name if session.person else "",
        "letter": first_letter(found, fact.body),
        "file": str(file["name"]) if isinstance(file, Mapping) else "",
        "due_at": fact.due_at,
        "later": False,
    }
    rows = (
        (Button("broadcast_approve", verb("approve", fact.key), {"count": found.count}),),
        (Button("broadcast_refuse", verb("cancel", fact.key)), Button("broadcast_look", verb("look", fact.key))),
    )
    return Reply("broadcast_proposed", data, rows, to=OnePerson(admin), key=f"proposed:{fact.key}:{admin}")


def decision(session: Session, mailing: Mailing, word: str) -> Reply:
    """What somebody else decided on a mailing, for whoever sent it."""
    data = {
        "word": "refuse" if mailing.state == "proposed" and word == "cancel" else word,
        "by": session.person.name if session.person else "",
        "text": str(mailing.body.get("text", ""))[:SAID],
        "created_at": mailing.created_at or mailing.due_at,
    }
    rows = ((Button("broadcast_look", verb("look", str(mailing.id))),),)
    return Reply("broadcast_decided", data, rows, to=OnePerson(mailing.created_by or 0))


def ended_notice(mailing: Mailing) -> Reply | None:
    """The totals for whoever sent it; what nobody in particular sent is told to the admins, reminders only when some
    of it needs a hand."""
    if mailing.kind == REMINDER and not any(mailing.counts.get(state) for state in NEEDS_A_HAND):
        return None
    if mailing.state == "cancelled" and not any(mailing.counts.get(state) for state in (*ARRIVED, "uncertain")):
        return None  # it was stopped before anything went, and whoever did it saw so
    to = OnePerson(mailing.created_by) if mailing.created_by is not None else Holders("admin")
    data = figures((), mailing, mailing.created_at or mailing.due_at)
    name = str(mailing.id)
    rows = (*_again(mailing, name), (Button("broadcast_look", verb("look", name)),))
    return Reply("broadcast_ended", data, rows, to=to, key=f"mailing-ended:{mailing.id}")


def _rows(mailing: Mailing, name: str, now: datetime, *, mine: bool) -> Rows:
    """What can be done with it now, the usual first."""

    def one(label: str, word: str) -> Button:
        return Button(label, verb(word, name))

    rows: list[tuple[Button, ...]] = []
    if mailing.state == "proposed" and mine:
        rows.append((one("broadcast_withdraw", "cancel"),))
    elif mailing.state == "proposed":
        count = waiting(mailing)
        rows.append((Button("broadcast_approve", verb("approve", name), {"count": count}),))
        rows.append((one("broadcast_refuse", "cancel"),))
    elif waiting(mailing) and mailing.state == "paused":
        rows.append((one("broadcast_resume", "resume"), one("broadcast_cancel", "cancel")))
    elif waiting(mailing) and mailing.due_at > now:
        rows.append((one("broadcast_stop", "cancel"),))
    elif waiting(mailing):
        rows.append((one("broadcast_pause", "pause"), one("broadcast_cancel", "cancel")))
    rows += _again(mailing, name)
    every = Button("broadcast_list", Press("bl").encode())
    return (*rows, (one("broadcast_refresh", "look"), every))


def _again(mailing: Mailing, name: str) -> Rows:
    if mailing.state != "going" or not mailing.open_ids:
        return ()
    return ((Button("broadcast_again", verb("again", name), {"count": len(mailing.open_ids)}),),)


def _named(units: Mapping[int, Addressee], one: Recipient) -> dict[str, object]:
    """A recipient by name; a unit nobody serves has none."""
    unit = units.get(one.unit_id) if one.unit_id is not None else None
    name = next((person.name for person in unit.people if person.person_id == one.person_id), "") if unit else ""
    return {"name": name, "unit": unit.unit.short_name if unit else "", "way": one.way}
