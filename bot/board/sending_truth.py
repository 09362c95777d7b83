"""What went out to many and what became of it: the list, one mailing with everyone it is for, a hand in its course."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from aiohttp import web
from sqlalchemy import Connection

from bot.board import sending_look
from bot.board.acting import Acting, ActRefused, refusable, written
from bot.board.sending_look import Means
from bot.board.sending_page import AGAIN, CALLS, LIVE, ONE, SENT, STEER, TABLE, show
from bot.channels.web.downloads import disposition
from bot.conversation.access import Action
from bot.conversation.mailing import TRIAL
from bot.conversation.office_events import Resend, SteerMailing
from bot.conversation.steering import WORDS
from bot.conversation.turn import Refusal
from bot.intake.phone_lists import phone_rows
from bot.site.addressed import number_in
from bot.site.live import mailing_topic
from bot.site.route import Route, Visitor
from bot.site.site import Site
from messages.documents import PhoneRow, phone_list, recipients_table
from storage import mailings, recipients

MOST = 40
"""So many mailings stand in the list."""
EVERYBODY = "all"
"""Instead of one recipient: all that may be tried again."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ABOUT = 120
_Make = Callable[..., bytes]


class TruthPage:
    """Its addresses: reviewers look, admins act."""

    def __init__(self, site: Site, acting: Acting, means: Means) -> None:
        self._site = site
        self._acting = acting
        self._means = means

    def routes(self) -> Iterable[Route]:
        """All of them."""
        yield Route("GET", SENT, Action.OVERSEE, self.listed)
        yield Route("GET", ONE, Action.OVERSEE, self.one)
        yield Route("GET", LIVE, Action.OVERSEE, self.stream)
        yield Route("GET", CALLS, Action.OVERSEE, self.calls)
        yield Route("GET", TABLE, Action.OVERSEE, self.table)
        yield Route("POST", STEER, Action.BROADCAST, refusable(self.steer, self._page))
        yield Route("POST", AGAIN, Action.DELIVERY, refusable(self.again, self._page))

    async def listed(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The latest mailings and reminders."""
        now = self._site.clock()
        rows = await self._site.store.read(sending_look.sent, MOST)
        used = await self._site.store.read(self._means.quotas, now)
        return show(self._site, request, visitor, "sending_sent", {"mailings": rows, "now": now, "quotas": used})

    async def one(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """One of them."""
        return await self._page(request, visitor)

    async def stream(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """Tells when its page changed."""
        return await self._site.live.stream(request, mailing_topic(number_in(request)))

    async def calls(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """The list to telephone by, as a workbook."""
        return await self._workbook(request, phone_list, "goi-dien", everybody=False)

    async def table(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """Everyone it is for, as a workbook."""
        return await self._workbook(request, recipients_table, "nguoi-nhan", everybody=True)

    async def steer(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Confirm, pause, go on, send nothing more."""
        word = written(await request.post(), "word")
        if word not in WORDS:
            raise web.HTTPBadRequest
        return await self._acting.done(
            request, visitor, SteerMailing(number_in(request), word), request_path(request), word
        )

    async def again(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Once more to one of those whom it may not have reached, or to all of them."""
        mailing_id, to = number_in(request), written(await request.post(), "recipient")
        if to == EVERYBODY:
            found = await self._site.store.read(recipients.open_recipients, mailing_id)
            ids = tuple(recipient for recipient, _row in found)
        elif to.isascii() and to.isdecimal() and len(to) < 16:
            ids = (int(to),)
        else:
            raise ActRefused("nothing_to_resend")
        return await self._acting.done(request, visitor, Resend(mailing_id, ids), request_path(request), "gui-lai")

    async def _page(self, request: web.Request, visitor: Visitor, refused: Refusal | None = None) -> web.StreamResponse:
        found = await self._site.store.read(sending_look.one, number_in(request))
        if found is None:
            raise web.HTTPNotFound
        mine = found["created_by"] == visitor.person.id
        data = {"mailing": found, "mine": mine, "now": self._site.clock()}
        return show(self._site, request, visitor, "sending_one", data, refused)

    async def _workbook(self, request: web.Request, make: _Make, name: str, *, everybody: bool) -> web.StreamResponse:
        zone, now, mailing_id = self._means.rules.zone, self._site.clock(), number_in(request)
        rows, about = await self._site.store.read(_look, mailing_id, self._means, everybody)
        if rows is None:
            raise web.HTTPNotFound
        local = now.astimezone(zone)
        body = await asyncio.to_thread(
            make, rows, self._means.names, about=about, made=f"{local:%H:%M %d/%m/%Y}", created=now
        )
        file = f"{name}-{mailing_id}-{local:%Y%m%d}.xlsx"
        headers = {"Content-Disposition": disposition(file), "Content-Security-Policy": "default-src 'none'; sandbox"}
        return web.Response(body=body, content_type=XLSX, headers=headers)


def request_path(request: web.Request) -> str:
    """The page of the mailing that an address is about."""
    return ONE.replace("{id}", str(number_in(request)))


def _look(conn: Connection, mailing_id: int, means: Means, everybody: bool) -> tuple[tuple[PhoneRow, ...] | None, str]:
    row = mailings.mailing_by_id(conn, mailing_id)
    if row is None or row.kind == TRIAL:
        return None, ""
    rows = phone_rows(conn, mailing_id, means.rules.zone, everybody=everybody)
    return rows, " ".join(str(row.body.get("text", "")).split())[:_ABOUT]
