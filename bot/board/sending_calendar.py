"""When the open cycle reminds by itself: each date, what of, how many it would reach, and what became of those past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from aiohttp import web
from sqlalchemy import Connection

from bot.board import sending_look
from bot.board.sending_look import Agenda, Means
from bot.board.sending_page import REMINDERS, show
from bot.conversation import reminding
from bot.conversation.access import Action
from bot.conversation.office_events import RemindersDue
from bot.conversation.office_facts import MailingStarted
from bot.conversation.plan import days_left
from bot.conversation.session import Session
from bot.intake.shelf import Shelf
from bot.site.route import Route, Visitor
from bot.site.site import Site
from bot.views.board import Data
from bot.views.delivery import figures
from bot.views.duties import ReminderMoment, reminder_moments, still_good
from storage import mailings


class CalendarPage:
    """Its address. The dates are edited on the page of the cycle."""

    def __init__(self, site: Site, means: Means) -> None:
        self._site = site
        self._means = means
        self._shelf = Shelf()

    def routes(self) -> Iterable[Route]:
        """The one."""
        yield Route("GET", REMINDERS, Action.OVERSEE, self.show)

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """All dates in order."""
        now = self._site.clock()
        data = await self._site.store.read(self._read, visitor, now)
        return show(self._site, request, visitor, "sending_reminders", data)

    def _read(self, conn: Connection, visitor: Visitor, now: datetime) -> Data:
        agenda = self._means.agenda(conn)
        if agenda is None:
            return {"moments": (), "due_at": None, "next": None}
        session = sending_look.session(conn, self._means, self._shelf, visitor.person, now)
        shown = [self._moment(conn, session, agenda, one, now) for one in self._moments(agenda)]
        coming = next((one for one in shown if one["state"] == "coming"), None)
        return {"moments": tuple(shown), "due_at": agenda.due_at, "next": coming}

    def _moments(self, agenda: Agenda) -> list[ReminderMoment]:
        return sorted(self._every(agenda), key=lambda one: one.at)

    def _every(self, agenda: Agenda) -> Iterator[ReminderMoment]:
        for duty in agenda.duties:
            moments = reminder_moments(duty, agenda.plan, self._means.rules.zone)
            yield from (one for one in moments if one.at >= duty.since)

    def _moment(self, conn: Connection, session: Session, agenda: Agenda, one: ReminderMoment, now: datetime) -> Data:
        """One date: what went out then, or what would if it were now. The days are those left on that very day."""
        duty = one.duty
        event = RemindersDue(duty.kind, one.days_left, duty.unit_id, one.days_left <= agenda.plan.escalate_at)
        unit = next((to.unit.short_name for to in session.addressees if to.unit.id == duty.unit_id), "")
        told: Data = {
            "at": one.at,
            "kind": duty.kind,
            "days_left": days_left(duty.due_at, one.at, self._means.rules.zone),
            "unit": unit,
            "leaders": event.leaders,
        }
        sent = mailings.mailing_by_key(conn, reminding.key_of(agenda.id, event, duty.due_at)) if one.at <= now else None
        if sent is not None:
            return told | {"state": "sent", "id": sent.id} | figures(mailings.counts_of(conn, sent.id))
        facts = reminding.remind(session, event, now).facts
        to = [who for fact in facts if isinstance(fact, MailingStarted) for who in fact.recipients]
        if one.at <= now:
            waits = to and still_good(one, now, agenda.plan, self._means.rules.zone)
            return told | {"state": "waits" if waits else "skipped"}
        units = {who.unit_id for who in to if who.unit_id is not None}
        return told | {"state": "coming", "units": len(units), "people": sum(who.way != "none" for who in to)}
