"""The page of the people: who serves whom, taken out or handed over."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from bot.board import serving
from bot.board.acting import Acting, refusable
from bot.board.codes_page import CODES, PRINT, REVOKE_INVITE, CodesPage
from bot.board.merging_page import MERGE, MergingPage
from bot.board.tabs import PEOPLE
from bot.conversation.access import Action
from bot.conversation.office_events import HandOver, RevokeRole
from bot.conversation.turn import Refusal
from bot.intake.moments import to_ms
from bot.site.addressed import number_in
from bot.site.route import Route, Visitor
from bot.site.site import Site
from bot.views.serving import Serving, invites_by_state, people_by_place

ONE = f"{PEOPLE}/{{id}}"
REVOKE, HAND_OVER = f"{ONE}/thu-hoi", f"{ONE}/ban-giao"
HANDED_OVER_DAYS = 7


class PeoplePage:
    """Its addresses, those of the invites included: they are given out and taken back on the same page."""

    def __init__(self, site: Site, acting: Acting, codes: CodesPage) -> None:
        self._site = site
        self._acting = acting
        self._codes = codes

    def routes(self) -> Iterable[Route]:
        """All of them."""
        yield Route("GET", PEOPLE, Action.STAFF, self.show)
        yield Route("GET", ONE, Action.STAFF, self.one)
        yield Route("POST", REVOKE, Action.STAFF, refusable(self.revoke, self.again))
        yield Route("POST", HAND_OVER, Action.STAFF, refusable(self.hand_over, self.again))
        yield from MergingPage(self._site, self._acting).routes()
        yield from self._codes.routes(self.again)

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Everyone with a role, and every invite."""
        return await self._page(request, visitor)

    async def one(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """One role of one person: what can be done about it, and what comes of it."""
        held = await self._held(request)
        paths = {"revoke": REVOKE, "hand_over": HAND_OVER, "merge": MERGE, "back": PEOPLE}
        data = {"held": held, "days": HANDED_OVER_DAYS, **paths}
        return self._acting.page(request, visitor, "person", data, tab="people")

    async def revoke(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The role ends at once."""
        return await self._acting.done(request, visitor, RevokeRole(number_in(request)), PEOPLE, "thu-hoi")

    async def hand_over(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The role ends at once, and a code for whoever comes next is shown."""
        held = await self._site.store.read(serving.one_role, number_in(request))
        given = self._codes.given(request, await request.post(), HANDED_OVER_DAYS)
        outcome = await self._acting.act(
            request, visitor, HandOver(number_in(request), given.code_hash, given.expires_at)
        )
        if not outcome.facts or held is None:
            return await self._codes.show_again(request, visitor, given)
        return self._codes.show(request, visitor, given, held.role, held.unit, before=held.name)

    async def again(self, request: web.Request, visitor: Visitor, refused: Refusal) -> web.StreamResponse:
        """The page once more, with why nothing was done."""
        return await self._page(request, visitor, refused)

    async def _page(self, request: web.Request, visitor: Visitor, refused: Refusal | None = None) -> web.StreamResponse:
        people = await self._site.store.read(serving.look, to_ms(self._site.clock()))
        places = people_by_place(people.serving, people.units)
        data = {
            "places": places,
            "total": len({one.person_id for one in people.serving}),
            "units": people.units,
            "alone": sum(bool(place["alone"]) for place in places),
            "paths": {"one": ONE, "issue": CODES, "print": PRINT, "revoke": REVOKE_INVITE},
            **invites_by_state(people.invited),
        }
        return self._acting.page(request, visitor, "people", data, refused)

    async def _held(self, request: web.Request) -> Serving:
        held = await self._site.store.read(serving.one_role, number_in(request))
        if held is None:
            raise web.HTTPNotFound
        return held
