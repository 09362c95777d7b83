"""What is rendered only at the moment of sending: whether it is still to be said, and how it reads now."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TypeAlias

from sqlalchemy import Connection

from bot.conversation import mailing, reminding
from bot.conversation.access import OFFICE_ROLES
from bot.conversation.turn import Reply
from bot.intake.building import build
from bot.intake.late_letters import letter, trial
from bot.intake.moments import from_ms
from bot.intake.offers import notice_in_words
from bot.intake.plans import plan_of
from bot.intake.shelf import Shelf
from bot.views.duties import TOO_OLD
from messages.render import Renderer
from storage import assessments, chats, cycles, people, progress, units
from storage.rows import CycleRow, JsonObject, OutboxRow

log = logging.getLogger(__name__)

AGAIN = "again"
"""In the body of a late row: a person had it sent once more, and it says so."""
OF_MANY = "mailing"
"""In the body of a late row: the number of the mailing it belongs to."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """The row waits: it is quiet until that moment."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What a late row is about: its kind and body, whose it is (None: a unit's mailbox), since when it is due."""

    kind: str
    body: Mapping[str, object]
    person_id: int | None
    due_at: datetime


Said: TypeAlias = Reply | NotNow | None
"""What is to be said, that it waits, or (None) that nothing is to be said any more."""


@dataclass(frozen=True, slots=True)
class Late:
    """Renders late rows: `say` for a page that is looked at, a call (a unit of work) for the sender."""

    renderer: Renderer
    zone: tzinfo
    clock: Callable[[], datetime]
    home: Callable[[str], str | None] = lambda _channel: None
    shelf: Shelf = field(default_factory=Shelf)

    def __call__(self, conn: Connection, row: OutboxRow) -> JsonObject | NotNow | None:
        """The body of a late row now, that it waits, or None when it is not to be sent any more."""
        asked = Asked(row.late or "", row.body, row.person_id, from_ms(row.due_at))
        reply = self.say(conn, asked, self.clock())
        if not isinstance(reply, Reply):
            return reply
        data = {**reply.data, "home": self.home(row.channel)}
        rows = [[[self.renderer.label(one.label, one.args), one.press] for one in line] for line in reply.rows if line]
        html = self.renderer.render(reply.template, data)
        if row.body.get(AGAIN):
            html = f"{self.renderer.render('resent', {})}\n{html}"
        if row.plain and row.chat_kind == "private":
            offers = chats.offers_of(conn, row.chat_id)
            html = notice_in_words(conn, self.renderer, row.chat_id, offers, html, reply.rows)
        return {"html": html, "rows": rows} | ({"file": dict(reply.file)} if reply.file else {})

    def say(self, conn: Connection, asked: Asked, now: datetime) -> Said:
        """What is to be said to one recipient at this moment. LookupError for a kind nobody knows."""
        return _KINDS[asked.kind](self, conn, asked, now)


def _reminder(late: Late, conn: Connection, asked: Asked, now: datetime) -> Said:
    """Whoever owes nothing any more, or serves the unit no more, is left alone; nobody is reminded at night."""
    row = _cycle_of(conn, asked.body)
    if row is None:
        return None
    find = _publication if asked.body.get("duty") == "publish" else _of_unit
    reply, pressing = find(late, conn, row, asked, now)
    if reply is None:
        return None
    plan = plan_of(row)
    opens = plan.next_opening(now, late.zone, pressing=pressing)
    if opens - asked.due_at > TOO_OLD:
        log.warning("a reminder of %s was not sent: it could not be for a day", asked.due_at.isoformat())
        return None
    return reply if opens <= now else NotNow(opens)


def _cycle_of(conn: Connection, body: Mapping[str, object]) -> CycleRow | None:
    named = body.get("cycle")
    return cycles.cycle_by_id(conn, named) if isinstance(named, int) else cycles.open_cycle(conn)


_Found: TypeAlias = tuple[Reply | None, bool]
"""What is to be said, and whether it waits for no working day."""


def _of_unit(late: Late, conn: Connection, cycle: CycleRow, asked: Asked, now: datetime) -> _Found:
    found = _assessment_id(conn, cycle, asked.body)
    if found is None:
        return None, False
    opened = assessments.view_assessment(conn, found)
    role = _role(conn, asked.person_id, opened.row.unit_id)
    assessment = build(conn, late.shelf, opened)
    duty = str(asked.body.get("duty") or reminding.duty_of(assessment))
    if role is None or not reminding.owes(assessment, duty):
        return None, False
    pressing = reminding.is_pressing(reminding.due_of(assessment), now, late.zone)
    return reminding.said(assessment, role, now, late.zone), pressing


def _assessment_id(conn: Connection, cycle: CycleRow, body: Mapping[str, object]) -> int | None:
    """The assessment of the unit, begun if need be, so that the button leads to it; None where none is wanted now."""
    named, unit_id = body.get("assessment"), body.get("unit")
    if isinstance(named, int):
        return named
    unit = units.unit_by_id(conn, unit_id) if isinstance(unit_id, int) else None
    if unit is None or unit.valid_to is not None or cycle.closed_at is not None:
        return None
    return assessments.ensure_assessment(conn, unit.id, cycle.id)


def _role(conn: Connection, person_id: int | None, unit_id: int) -> str | None:
    """As what somebody is reminded: "" for the unit's own mailbox, None for whoever serves the unit no more."""
    if person_id is None:
        return ""
    held = {role.role for role in people.roles_of(conn, person_id) if role.unit_id == unit_id}
    return next((role for role in ("officer", "leader") if role in held), None)


def _publication(late: Late, conn: Connection, cycle: CycleRow, asked: Asked, now: datetime) -> _Found:
    """Whoever may be told of it holds a role of the office still; nobody in particular reads the agency's mailbox."""
    mailbox = asked.person_id is None
    held = {role.role for role in people.roles_of(conn, asked.person_id)} if asked.person_id is not None else set()
    if cycle.publish_at is None or not (mailbox or held & OFFICE_ROLES):
        return None, False
    rows = progress.assessment_rows(conn, cycle.id)
    handed_in = sum(row.state == "submitted" for row in rows)
    due_at = from_ms(cycle.publish_at)
    told = (handed_in, len(rows))
    reply = reminding.publication(cycle.year, due_at, told, now, late.zone, in_chat=not mailbox)
    return reply, reminding.is_pressing(due_at, now, late.zone)


_KINDS: Mapping[str, Callable[[Late, Connection, Asked, datetime], Said]] = {
    reminding.KIND: _reminder,
    mailing.KIND: letter,
    mailing.TRIAL: trial,
}
