"""Invites as the board gives them out: one code shown once, sheets to print, unused ones taken back."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.board import serving
from bot.board.acting import AGAIN, DONE, Acting, ActRefused, ShowRefused, number, refusable, written
from bot.board.stationery import Stationery, code_from, end_of_day
from bot.board.tabs import PEOPLE
from bot.channels.web.downloads import disposition
from bot.conversation.access import UNIT_ROLES, Action
from bot.conversation.codes import hash_code
from bot.conversation.office_events import IssueInvite, RevokeInvite
from bot.conversation.roles import INVITED_TO_OFFICE
from bot.intake.moments import to_ms
from bot.site.forms import form_key
from bot.site.going import see_other
from bot.site.route import Route, Visitor
from bot.site.site import Site
from messages.errors import MessageBroken
from storage import invites

CODES = "/bang/loi-moi"
PRINT, REVOKE_INVITE = f"{CODES}/phieu", f"{CODES}/thu-hoi"
MOST_DAYS = 366
EVERY, ALONE = "all", "alone"


@dataclass(frozen=True, slots=True)
class Given:
    """A code as it is given out, known in full only on the page that answers the form."""

    code: str
    expires_at: datetime

    @property
    def code_hash(self) -> str:
        """How it is stored."""
        return hash_code(self.code)


class CodesPage:
    """The addresses of the invites; what is refused is told on the page of the people."""

    def __init__(self, site: Site, acting: Acting, stationery: Stationery, zone: tzinfo) -> None:
        self._site = site
        self._acting = acting
        self._stationery = stationery
        self._zone = zone

    def routes(self, refused: ShowRefused) -> Iterable[Route]:
        """All of them."""
        yield Route("POST", CODES, Action.STAFF, refusable(self.issue, refused))
        yield Route("POST", PRINT, Action.STAFF, refusable(self.sheets, refused))
        yield Route("POST", REVOKE_INVITE, Action.STAFF, refusable(self.revoke, refused))

    async def issue(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """One invite; its code stands on the answer and nowhere else."""
        form = await request.post()
        role, unit = written(form, "role"), written(form, "unit")
        if role not in (*UNIT_ROLES, *INVITED_TO_OFFICE) or (role in UNIT_ROLES) != bool(unit):
            raise ActRefused("unit_or_role")
        given = self.given(request, form, number(form, "days", 1, MOST_DAYS, "days"))
        event = IssueInvite(role, given.code_hash, unit or None, expires_at=given.expires_at)
        outcome = await self._acting.act(request, visitor, event)
        if not outcome.facts:
            return await self.show_again(request, visitor, given)
        names = dict((await self._people()).units)
        return self.show(request, visitor, given, role, names.get(unit, ""))

    async def sheets(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """An invite for each unit asked for, as pages to print; unused ones of before end with it."""
        form = await request.post()
        role = written(form, "role")
        if role not in UNIT_ROLES:
            raise ActRefused("unit_or_role")
        people = await self._people()
        places = _asked_for(people, form)
        days = number(form, "days", 1, MOST_DAYS, "days")
        # A download leaves the form where it is, and it may be sent again for other units: those are other codes.
        key = _key_of(form_key(form), role, days, places)
        drawn = [(code_from(self._seed(request, key), code), code, name) for code, name in places]
        now = self._site.clock()
        made = self._stationery.lay_out(drawn, role, end_of_day(now, days, self._zone), now, people.year)
        try:  # before anything is issued: what cannot be printed must not end the sheets of before
            pdf = await asyncio.to_thread(made.pdf, self._stationery.links_of, self._stationery.names, self._zone)
        except MessageBroken:
            raise ActRefused("not_printed") from None
        outcome = await self._acting.act(request, visitor, made.event(), key=key)
        hashes = [hash_code(code) for code, _, _ in drawn]
        if not outcome.facts and not await self._site.store.read(_all_stand, hashes, to_ms(now)):
            return see_other(f"{PEOPLE}?{DONE}={AGAIN}")
        name = f"phieu-moi-{now.astimezone(self._zone):%Y%m%d}.pdf"
        headers = {"Content-Disposition": disposition(name), "Content-Security-Policy": "default-src 'none'; sandbox"}
        return web.Response(body=pdf, content_type="application/pdf", headers=headers)

    async def revoke(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """An invite cannot be used any more."""
        invite_id = number(await request.post(), "invite", 1, 10**9, "invite_over")
        return await self._acting.done(request, visitor, RevokeInvite(invite_id), PEOPLE, "loi-moi")

    def given(self, request: web.Request, form: Mapping[str, Any], days: int) -> Given:
        """The code of this form, good until the end of a day."""
        return Given(code_from(self._seed(request, form_key(form))), end_of_day(self._site.clock(), days, self._zone))

    def show(
        self, request: web.Request, visitor: Visitor, given: Given, role: str, unit: str, before: str = ""
    ) -> web.StreamResponse:
        """The page on which the code stands, once; nobody keeps it."""
        links = {} if role == "group" else self._stationery.links_of(given.code)
        data = {
            "code": given.code,
            "expires_at": given.expires_at,
            "role": role,
            "unit": unit,
            "before": before,
            "links": tuple(links.items()),
            "back": PEOPLE,
        }
        return self._acting.page(request, visitor, "code", data, tab="people")

    async def show_again(self, request: web.Request, visitor: Visitor, given: Given) -> web.StreamResponse:
        """The same for a form that was taken before: its code, should it stand; otherwise that it was taken."""
        row = await self._site.store.read(invites.look_invite, given.code_hash)
        if row is None:
            return see_other(f"{PEOPLE}?{DONE}={AGAIN}")
        return self.show(request, visitor, given, row.role, row.unit_name or "")

    def _seed(self, request: web.Request, key: str) -> str:
        return f"{self._site.visitors.root(request)}:{key}"

    async def _people(self) -> serving.People:
        return await self._site.store.read(serving.look, to_ms(self._site.clock()))


def _asked_for(people: serving.People, form: Any) -> Sequence[tuple[str, str]]:
    """The units a form chose: all, those nobody serves, or those ticked; ActRefused when there is none."""
    whom = written(form, "whom")
    officers = {one.unit_code for one in people.serving if one.role == "officer"}
    ticked = set(form.getall("unit", ()))
    chosen = tuple(
        (code, name)
        for code, name in people.units
        if whom == EVERY or (whom == ALONE and code not in officers) or (whom not in (EVERY, ALONE) and code in ticked)
    )
    if not chosen:
        raise ActRefused("nobody_chosen")
    return chosen


def _key_of(key: str, role: str, days: int, places: Sequence[tuple[str, str]]) -> str:
    """The key of this form for exactly these sheets."""
    said = repr((key, role, days, [code for code, _ in places]))
    return hashlib.sha256(said.encode()).hexdigest()


def _all_stand(conn: Connection, hashes: Sequence[str], at: int) -> bool:
    """Whether these codes were issued and none of them is over."""
    rows = [invites.look_invite(conn, one) for one in hashes]
    return all(row is not None and row.state(at) in ("unused", "used") for row in rows)
