"""The doors for whoever has an invite: what this is, the page an invite opens, and the one button that uses it up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.conversation.codes import digest_in
from bot.conversation.events import Agreed
from bot.conversation.joining import MINUTES_FOR_ALL
from bot.conversation.reading.outcomes import Accepted, Refused
from bot.conversation.reading.text import read_code, read_name
from bot.intake.moments import from_ms, to_ms
from bot.intake.shelf import Shelf
from bot.site.arriving import Arriving
from bot.site.forms import form_key, form_text
from bot.site.going import locked, see_other
from bot.site.route import OpenRoute
from bot.site.sessions import PASSAGE, hash_token, token_after
from bot.site.site import Site
from storage import cycles, inquiries, invites
from storage.rows import InviteRow

NAME_FIELD = "name"


class Entering:
    """The pages `/`, `/moi` and `/moi/CODE`. Looking at an invite changes nothing; agreeing uses it up."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._arriving = Arriving(site)
        self._shelf = Shelf()

    def routes(self) -> tuple[OpenRoute, ...]:
        """The addresses."""
        return (
            OpenRoute("GET", "/", self.welcome),
            OpenRoute("GET", "/moi", self.ask),
            OpenRoute("POST", "/moi", self.typed),
            OpenRoute("GET", "/moi/{code}", self.show),
            OpenRoute("POST", "/moi/{code}", self.agree),
        )

    async def welcome(self, request: web.Request) -> web.StreamResponse:
        """What this is; people who are signed in go straight to their own page."""
        visitor = await self._site.visitor(request)
        home = self._arriving.home(visitor.person) if visitor else ""
        if home:
            return see_other(home)
        data = await self._site.store.read(self._cycle)
        return self._site.page(request, "welcome", data, style="door")

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """Where a code is typed; with `?khac` after somebody said that the invite is for another unit."""
        return await self._ask(request, "other" if "khac" in request.query else "")

    async def typed(self, request: web.Request) -> web.StreamResponse:
        """A code was typed: on to its page, in one spelling."""
        reading = read_code(form_text(await request.post(), "code"))
        if not isinstance(reading, Accepted):
            return await self._ask(request, "unreadable", 422)
        return see_other(f"/moi/{reading.value}")

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Who invites, to what, and what is stored. Previews of links come here, too."""
        visitor = await self._site.visitor(request)
        found = await self._look(request)
        if found is None:
            return await self._refused(request)
        held = (
            {(role.name, role.unit.name if role.unit else None) for role in visitor.person.roles} if visitor else set()
        )
        mine = found["role"] if found["asked"] is None else "officer"  # colleagues are asked more than once
        if visitor and (mine, found["unit"]) in held:
            return see_other(self._arriving.home(visitor.person))
        return self._page(request, found, named=visitor is not None)

    async def agree(self, request: web.Request) -> web.StreamResponse:
        """The button was pressed: the invite is used up and the browser is let in."""
        form = await request.post()
        key = form_key(form)
        raw = token_after(self._site.visitors.root(request), key)
        visitor = await self._site.visitor(request)
        if await self._site.visitors.opened(raw) is None:
            found = await self._look(request)
            if found is None:
                return await self._refused(request)
            name = form_text(form, NAME_FIELD)
            if visitor is None and isinstance(read_name(name), Refused):
                return self._page(request, found, named=False, typed=name, status=422)
            event = Agreed(digest_in(request.match_info["code"]), hash_token(raw), self._arriving.label(request))
            await self._arriving.take(key, visitor.chat if visitor else None, event, "" if visitor else name)
        return await self._arriving.let_in(request, raw, key) or await self._refused(request)

    async def _look(self, request: web.Request) -> Mapping[str, object] | None:
        """What the invite of this address says; None when it is wrong, used or over. Guesses are counted."""
        address = request[PASSAGE].address
        locked(self._site.guesses, address)
        digest = digest_in(request.match_info["code"])
        row, told = await self._site.store.read(self._invited, digest, self._site.clock())
        if digest and row is None:
            self._site.guesses.miss(address)
        return told

    def _invited(
        self, conn: Connection, digest: str, now: datetime
    ) -> tuple[InviteRow | None, Mapping[str, object] | None]:
        row = invites.look_invite(conn, digest)
        if row is None or not _usable(row, now):
            return row, None
        return row, self._cycle(conn) | {"role": row.role, "unit": row.unit_name, "asked": self._asked(conn, digest)}

    def _asked(self, conn: Connection, digest: str) -> dict[str, str] | None:
        """Who asks about which criterion, where the invite was made for that."""
        inquiry, cycle = inquiries.inquiry_by_code(conn, digest), cycles.open_cycle(conn)
        if inquiry is None or cycle is None:
            return None
        leaves = {leaf.id: leaf.short_title for leaf in self._shelf.criteria(conn, cycle.set_digest).leaves}
        return {
            "by": inquiry.asked_by_name,
            "id": inquiry.criterion,
            "title": leaves.get(inquiry.criterion, inquiry.criterion),
        }

    def _cycle(self, conn: Connection) -> dict[str, Any]:
        """What stands about the open cycle on a page; nothing but None when there is none."""
        row = cycles.open_cycle(conn)
        if row is None:
            return {"year": None, "due_at": None, "basis": None, "total": None, "minutes": MINUTES_FOR_ALL}
        criteria = self._shelf.criteria(conn, row.set_digest)
        return {
            "year": row.year,
            "due_at": from_ms(row.due_at),
            "basis": criteria.legal_basis,
            "total": len(criteria.leaves),
            "minutes": MINUTES_FOR_ALL,
        }

    def _page(
        self, request: web.Request, found: Mapping[str, object], *, named: bool, typed: str = "", status: int = 200
    ) -> web.Response:
        data = {**found, "named": named, "typed": typed, "unnamed": status == 422}
        return self._site.page(request, "join", data, status=status, style="door")

    async def _refused(self, request: web.Request) -> web.Response:
        return await self._ask(request, "wrong", 404)

    async def _ask(self, request: web.Request, problem: str, status: int = 200) -> web.Response:
        visitor = await self._site.visitor(request)
        home = self._arriving.home(visitor.person) if visitor else ""
        return self._site.page(request, "code", {"problem": problem, "home": home}, status=status, style="door")


def _usable(row: InviteRow, now: datetime) -> bool:
    """Whether a person could join with it now; the door asks again, under its locks."""
    over = row.expires_at is not None and row.expires_at <= to_ms(now)
    return row.role != "group" and row.uses_left > 0 and row.revoked_at is None and not over and not row.cycle_closed_at
