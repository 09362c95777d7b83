"""A letter to many on the board: written, looked at as it will arrive, tried on oneself, confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.board import sending_look
from bot.board.acting import AGAIN, DONE, Acting, ActRefused, written
from bot.board.sending_draft import File, Written, begun, read_form
from bot.board.sending_look import Means
from bot.board.sending_page import ONE, PART, SEND, SENT, TRY, WRITE, show
from bot.conversation import mailing, mailing_cards
from bot.conversation.access import Action, may
from bot.conversation.audience import Audience, reach
from bot.conversation.office_facts import MailingStarted
from bot.conversation.session import Session
from bot.conversation.turn import Refusal
from bot.evidence.kept import MOST_BYTES, FileRefused, FilesAway
from bot.intake.shelf import Shelf
from bot.site.forms import new_key
from bot.site.going import see_other
from bot.site.route import Handle, Route, Visitor
from bot.site.site import Site
from bot.views.audiences import choices, reached, to_tick
from bot.views.board import Data
from storage import mailings

AROUND_A_FILE = 128 * 1024
TRIED, NOT_TRIED = "thu", "thu-khong"


class WritingPage:
    """Its addresses. What is written is kept nowhere before it goes: each page carries it to the next one."""

    def __init__(self, site: Site, acting: Acting, means: Means, what_went_out: Handle) -> None:
        """Who may only look is answered by `what_went_out`."""
        self._site = site
        self._acting = acting
        self._means = means
        self._what_went_out = what_went_out
        self._shelf = Shelf()

    def routes(self) -> Iterable[Route]:
        """All of them."""
        limit = (MOST_BYTES if self._means.files else 0) + AROUND_A_FILE
        yield Route("GET", WRITE, Action.OVERSEE, self.write)
        yield Route("POST", WRITE, Action.BROADCAST, self.check, body_limit=limit)
        yield Route("POST", TRY, Action.BROADCAST, self.try_, body_limit=AROUND_A_FILE)
        yield Route("POST", SEND, Action.BROADCAST, self.send, body_limit=AROUND_A_FILE)

    async def write(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """An empty letter, for whom the address says."""
        if not may(visitor.person, Action.BROADCAST):
            return await self._what_went_out(request, visitor)
        return await self._form(request, visitor, begun(new_key(), request.query))

    async def check(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The letter as it would go out; back to the form where it cannot, or where something is to be changed."""
        form = await request.post()
        letter = read_form(form, self._secret(request))
        try:
            letter = await self._with_file(letter, form.get("file"))
            if written(form, "do") == "edit":
                return await self._form(request, visitor, letter)
            if PART in request.headers:
                return await self._form(request, visitor, letter, look=True)
            return await self._check(request, visitor, letter)
        except ActRefused as refused:
            return await self._form(request, visitor, letter, refused.refusal)

    async def try_(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The letter to whoever wrote it, and the same page again."""
        letter = read_form(await request.post(), self._secret(request))
        try:
            event = replace(letter, later=False).event(self._means.rules.zone, trial=True)
            outcome = await self._acting.act(request, visitor, event)
            return await self._check(request, visitor, letter, told=TRIED if outcome.facts else NOT_TRIED)
        except ActRefused as refused:
            return await self._form(request, visitor, letter, refused.refusal)

    async def send(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The confirmation: what goes out is what was counted, or nothing does and the new count is shown."""
        form = await request.post()
        letter = read_form(form, self._secret(request))
        try:
            event = letter.event(self._means.rules.zone, _whole(form, "seen") or 0, _whole(form, "count"))
            outcome = await self._acting.act(request, visitor, event)
        except ActRefused as refused:
            return await self._refused(request, visitor, letter.next(), refused.refusal)
        started = next((one for one in outcome.facts if isinstance(one, MailingStarted)), None)
        if started is None:
            return see_other(f"{SENT}?{DONE}={AGAIN}")
        row = await self._site.store.read(mailings.mailing_by_key, started.key)
        if row is None:  # kept under that key already: it was sent by another way
            return see_other(f"{SENT}?{DONE}={AGAIN}")
        return see_other(f"{ONE.replace('{id}', str(row.id))}?{DONE}={started.state}")

    async def _refused(
        self, request: web.Request, visitor: Visitor, letter: Written, refused: Refusal
    ) -> web.StreamResponse:
        try:
            return await self._check(request, visitor, letter, refused)
        except ActRefused as worse:
            return await self._form(request, visitor, letter, worse.refusal)

    async def _check(
        self, request: web.Request, visitor: Visitor, letter: Written, refused: Refusal | None = None, told: str = ""
    ) -> web.StreamResponse:
        """The page that shows what would go out. ActRefused where nothing can."""
        now, event = self._site.clock(), letter.event(self._means.rules.zone)
        session = await self._site.store.read(self._session, visitor, now)
        draft = mailing.drafted(session, event, now)
        if isinstance(draft, Refusal):
            raise ActRefused(draft.code, draft.args)
        if not draft.reach.count:
            raise ActRefused("nobody_reached")
        if event.due_at is not None and not now < event.due_at <= now + mailing.FARTHEST and refused is None:
            raise ActRefused("due_out_of_range")
        data = self._shown(request, letter, session, draft.audience) | {
            "look": self._look(draft, letter.shown_to),
            "due_at": event.due_at,
            "needed": mailing.agreement(session, draft.reach.count),
        }
        return show(self._site, request, visitor, "sending_check", data, refused, told)

    async def _form(
        self,
        request: web.Request,
        visitor: Visitor,
        letter: Written,
        refused: Refusal | None = None,
        *,
        look: bool = False,
    ) -> web.StreamResponse:
        """The form with what stands in it; with `look` also how it would read, as far as it can be read already."""
        now = self._site.clock()
        session = await self._site.store.read(self._session, visitor, now)
        latest = None if look else await self._site.store.read(sending_look.one, None)
        audience, found = self._audience(letter, refused)
        data = self._shown(request, letter, session, audience) | {
            "look": None,
            "problem": found,
            "mailing": latest,
        }
        if look and letter.text and found is None:
            draft = mailing.drafted(session, replace(letter, later=False).event(self._means.rules.zone), now)
            if isinstance(draft, Refusal):
                data["problem"] = draft
            else:
                data["look"] = self._look(draft, letter.shown_to)
        return show(self._site, request, visitor, "sending", data, refused)

    def _audience(self, letter: Written, refused: Refusal | None) -> tuple[Audience, Refusal | None]:
        """Whom it is for as far as that can be read; and why not further, unless that is told already."""
        try:
            return letter.audience(), None
        except ActRefused as error:
            return Audience("units", ("",)), error.refusal if refused is None else None

    def _shown(self, request: web.Request, letter: Written, session: Session, audience: Audience) -> Data:
        zone = self._means.rules.zone
        found = reach(session.addressees, audience, self._means.rules)
        secret = self._secret(request)
        reached_at = {one.unit_id for one in found.recipients if one.way != "none"}
        return {
            "cycle": session.cycle is not None,
            "to": mailing_cards.told(session.addressees, audience.to_text()),
            "letter": letter,
            "kept": letter.sealed(secret),
            "fields": letter.fields(secret),
            "choices": choices(session.addressees),
            "ticks": to_tick(session.addressees, letter.codes),
            "reach": reached(found, audience),
            "known": session.words.fields,
            "names": tuple((one.unit.code, one.unit.name) for one in found.units if one.unit.id in reached_at),
            "files": self._means.files is not None,
            "megabytes": MOST_BYTES // 2**20,
            "today": self._site.clock().astimezone(zone).date().isoformat(),
        }

    def _look(self, draft: mailing.Draft, code: str) -> Data | None:
        first = sending_look.first_reply(draft, code)
        if first is None:
            return None
        unit, name, channel, reply = first
        told = {"unit": unit.unit.name, "code": unit.unit.code, "name": name, "channel": channel}
        return told | sending_look.looks(self._means, reply)

    def _session(self, conn: Connection, visitor: Visitor, now: datetime) -> Session:
        return sending_look.session(conn, self._means, self._shelf, visitor.person, now)

    async def _with_file(self, letter: Written, sent: object) -> Written:
        """The letter with the file that came with the form, checked and kept."""
        if not isinstance(sent, web.FileField) or not sent.filename or self._means.files is None:
            return letter
        data = await asyncio.to_thread(sent.file.read)
        try:
            kept = await self._means.files.keep(sent.filename, data)
        except FileRefused as error:
            raise ActRefused(error.kind) from None
        except FilesAway:
            raise web.HTTPServiceUnavailable from None
        return replace(letter, file=File(kept.digest, kept.name, kept.media, kept.size))

    def _secret(self, request: web.Request) -> str:
        return self._site.visitors.root(request)


def _whole(form: Any, name: str) -> int | None:
    """A whole number as people write it, dots between thousands or none; None for what is none."""
    text = written(form, name).replace(".", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
