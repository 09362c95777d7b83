"""What the pages of sending are made from: whom a letter would reach, how it reads, what became of those sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from bot.channels.contract import KeepFiles
from bot.channels.quotas import Used
from bot.conversation import letter, mailing
from bot.conversation.assessment import Cycle
from bot.conversation.audience import UNITS, Audience, AudienceUnreadable
from bot.conversation.needs import Needs
from bot.conversation.plan import Plan
from bot.conversation.reading.words import Words
from bot.conversation.session import Addressee, Chat, Person, Rules, Session
from bot.conversation.turn import Reply
from bot.intake.desk import for_office
from bot.intake.moments import from_ms, maybe
from bot.intake.shelf import Shelf
from bot.site.live import mailing_topic
from bot.views.board import Data
from bot.views.delivery import Reached, figures, picture
from bot.views.duties import Duty
from messages.letters import Letters
from messages.render import Renderer
from storage import cycles, mailings, pulse, units
from storage.rows.mailings import MailingRow, RecipientRow

REASON = 120
"""So much of what a platform said of a message stands in the table."""


class Agenda(Protocol):
    """The cycle with its plan of reminders and every dated duty that is still owed."""

    @property
    def id(self) -> int:
        """The number of the cycle."""

    @property
    def due_at(self) -> datetime:
        """The first instant that is too late for a unit without a date of its own."""

    @property
    def plan(self) -> Plan:
        """When the cycle reminds of what is owed."""

    @property
    def duties(self) -> tuple[Duty, ...]:
        """What is still owed, each duty with its date."""


def _uncounted(_conn: Connection, _now: datetime) -> tuple[Used, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Means:
    """What the pages of sending need besides the site: how texts are read and made, where files are put, what is
    dated. `letters` is None where no e-mail goes out, `files` where none can be kept; `quotas` says how much of each
    platform's quota is used."""

    words: Words
    rules: Rules
    renderer: Renderer
    names: Mapping[str, str]
    agenda: Callable[[Connection], Agenda | None]
    files: KeepFiles | None = None
    letters: Letters | None = None
    quotas: Callable[[Connection, datetime], tuple[Used, ...]] = _uncounted


def session(conn: Connection, means: Means, shelf: Shelf, person: Person, now: datetime) -> Session:
    """The session an act of this person would have, nothing locked: the units, who serves them, the office."""
    row = cycles.open_cycle(conn) or cycles.latest_cycle(conn)
    cycle = None
    if row is not None:
        criteria = shelf.criteria(conn, row.set_digest)
        cycle = Cycle(row.id, row.year, from_ms(row.due_at), row.closed_at is not None, criteria)
    made = Session(Chat(0, "web"), means.words, person=person, cycle=cycle, rules=means.rules)
    return for_office(conn, Needs(addressees=True, closed_too=True), made, now)


def first_reply(draft: mailing.Draft, code: str) -> tuple[Addressee, str, str, Reply] | None:
    """The letter as the first it reaches gets it (of the unit `code`, where that one gets any): the unit, who, by which
    channel, the message."""
    there = [one for one in draft.reach.recipients if one.way != "none"]
    by_id = {one.unit.id: one for one in draft.reach.units}
    wanted = next((one.unit.id for one in draft.reach.units if one.unit.code == code), None)
    to = next((one for one in there if one.unit_id == wanted), there[0] if there else None)
    unit = by_id.get(to.unit_id) if to is not None and to.unit_id is not None else None
    if to is None or unit is None:
        return None
    served = next((one for one in unit.people if one.person_id == to.person_id), None)
    body = letter.body_of(draft.letter, draft.file)
    reply = mailing.letter_to(body, unit, served.role if served else "")
    return unit, served.name if served else "", served.channel if served else "mail", reply


def looks(means: Means, reply: Reply) -> Data:
    """How a message looks: its text, its buttons, and as an e-mail where such go out."""
    html = means.renderer.render(reply.template, {**reply.data, "home": None})
    buttons = tuple(means.renderer.label(one.label, one.args) for row in reply.rows for one in row)
    mail = means.letters.letter(html, buttons=bool(buttons)) if means.letters else None
    return {
        "html": html,
        "buttons": buttons,
        "mail": {"subject": mail.subject, "text": mail.text} if mail else None,
    }


def sent(conn: Connection, most: int) -> tuple[Data, ...]:
    """The latest mailings with how far each is, the newest first."""
    names = {row.code: row.short_name for row in units.every_unit(conn)}
    return tuple(
        _told(row, names) | figures(mailings.counts_of(conn, row.id)) for row in mailings.list_mailings(conn, most)
    )


def one(conn: Connection, mailing_id: int | None) -> Data | None:
    """A mailing with everyone it is for (the latest one, when none is named); None where there is none."""
    latest = mailings.list_mailings(conn, 1) if mailing_id is None else ()
    row = mailings.mailing_by_id(conn, mailing_id) if mailing_id is not None else latest[0] if latest else None
    if row is None or row.kind == mailing.TRIAL:
        return None
    version = pulse.pulse(conn) + pulse.settled(conn, row.id)
    names = {unit.code: unit.short_name for unit in units.every_unit(conn)}
    rows = tuple(as_reached(found) for found in mailings.recipients_of(conn, row.id))
    return _told(row, names) | picture(rows) | {"version": version, "topic": mailing_topic(row.id)}


def as_reached(row: RecipientRow) -> Reached:
    """A stored recipient as the view knows it."""
    return Reached(
        id=row.id,
        unit=row.unit_name or "",
        person=row.person_name or "",
        phone=row.unit_phone or "",
        way=row.way,
        channel=row.channel or ("mail" if row.way == "mail" else ""),
        state=row.state,
        error=(row.error or "")[:REASON],
        at=maybe(row.settled_at),
        seen_at=maybe(row.seen_at),
    )


def _told(row: MailingRow, names: Mapping[str, str]) -> Data:
    file = row.body.get("file")
    return {
        "id": row.id,
        "kind": row.kind,
        "state": row.state,
        "created_by": row.created_by,
        "author": row.created_by_name or "",
        "created_at": from_ms(row.created_at),
        "due_at": from_ms(row.due_at),
        "audience": _audience(row, names),
        "text": str(row.body.get("text", "")),
        "file": str(file["name"]) if isinstance(file, Mapping) else "",
    }


def _audience(row: MailingRow, names: Mapping[str, str]) -> Data:
    """Whom it is for; of a reminder the duty and the days that were left."""
    try:
        read = Audience.from_text(row.audience)
    except AudienceUnreadable:
        return {"choice": "reminder", "values": row.audience.split(":"), "leaders": False}
    values: Sequence[str] = read.values
    if read.choice == UNITS:
        values = tuple(names.get(code, code) for code in read.values)
    return {"choice": read.choice, "values": values, "leaders": read.leaders}
