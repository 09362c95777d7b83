"""The page on which two entries of one person become one: who stays, who goes, what comes of it, and the button."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aiohttp import web

from bot.board import serving
from bot.board.acting import Acting, refusable, written
from bot.board.tabs import PEOPLE
from bot.conversation.access import Action
from bot.conversation.office_events import MergePeople
from bot.conversation.turn import Refusal
from bot.intake.moments import to_ms
from bot.site.addressed import number_in
from bot.site.route import Route, Visitor
from bot.site.site import Site
from bot.views.serving import Serving

MERGE = f"{PEOPLE}/{{id}}/gop"
WITH = "voi"
"""Under this name address and form say who is to be emptied."""


class MergingPage:
    """Its addresses. `{id}` is the number of a role of whoever stays, as on the page it is reached from."""

    def __init__(self, site: Site, acting: Acting) -> None:
        self._site = site
        self._acting = acting

    def routes(self) -> Iterable[Route]:
        """Both."""
        yield Route("GET", MERGE, Action.STAFF, self.show)
        yield Route("POST", MERGE, Action.STAFF, refusable(self.merge, self.again))

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Who may be the same person; with one chosen, what each holds, and what comes of it."""
        return await self._page(request, visitor, request.query.get(WITH, ""))

    async def merge(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The two are one."""
        held = await self._held(request)
        gone = _number(written(await request.post(), WITH))
        if gone is None:
            raise web.HTTPBadRequest
        return await self._acting.done(request, visitor, MergePeople(held.person_id, gone), PEOPLE, "gop")

    async def again(self, request: web.Request, visitor: Visitor, refused: Refusal) -> web.StreamResponse:
        """The page once more, with why nothing was done."""
        return await self._page(request, visitor, written(await request.post(), WITH), refused)

    async def _page(
        self, request: web.Request, visitor: Visitor, chosen: str, refused: Refusal | None = None
    ) -> web.StreamResponse:
        held = await self._held(request)
        people = (await self._site.store.read(serving.look, to_ms(self._site.clock()))).serving
        gone = tuple(one for one in people if one.person_id == _number(chosen) != held.person_id)
        data = {
            "held": held,
            "keeps": tuple(one for one in people if one.person_id == held.person_id),
            "gone": gone,
            "others": _others(people, held.person_id),
            "path": MERGE.replace("{id}", str(held.role_id)),
            "with": WITH,
            "back": f"{PEOPLE}/{held.role_id}",
        }
        return self._acting.page(request, visitor, "merge", data, refused, tab="people")

    async def _held(self, request: web.Request) -> Serving:
        held = await self._site.store.read(serving.one_role, number_in(request))
        if held is None:
            raise web.HTTPNotFound
        return held


def _others(people: Sequence[Serving], but: int) -> tuple[Serving, ...]:
    """Everybody else, once each, by name."""
    found = {one.person_id: one for one in reversed(people) if one.person_id != but}
    return tuple(sorted(found.values(), key=lambda one: (one.name, one.person_id)))


def _number(asked: str) -> int | None:
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 16 else None
