"""Signing in by a one-time link, signing out, and the list of places where one is signed in."""

from __future__ import annotations

import re

from aiohttp import web
from sqlalchemy import Connection

from bot.conversation.access import Action
from bot.conversation.codes import hash_code
from bot.conversation.events import SignedIn, SignedOut
from bot.intake.moments import from_ms, to_ms
from bot.site.arriving import CHANNEL, Arriving
from bot.site.forms import form_key, form_text
from bot.site.going import locked, see_other
from bot.site.route import OpenRoute, Route, Visitor
from bot.site.sessions import PASSAGE, hash_token, token_after
from bot.site.site import Site
from storage import chats, sessions, sign_ins
from storage.rows import ChatRow, SessionRow, SignInRow

_CODE = re.compile(r"[A-Za-z0-9_-]{8,64}")
OTHERS = "others"


class Signing:
    """The pages `/vao`, `/vao/CODE`, `/ra` and `/phien`."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._arriving = Arriving(site)

    def routes(self) -> tuple[OpenRoute | Route, ...]:
        """The addresses."""
        return (
            OpenRoute("GET", "/vao", self.explain),
            OpenRoute("GET", "/vao/{code}", self.show),
            OpenRoute("POST", "/vao/{code}", self.sign_in),
            OpenRoute("GET", "/ra", self.signed_out),
            OpenRoute("POST", "/ra", self.sign_out),
            Route("GET", "/phien", Action.SESSIONS, self.places),
            Route("POST", "/phien", Action.SESSIONS, self.end_places),
        )

    async def explain(self, request: web.Request) -> web.StreamResponse:
        """How to get a link; people who are signed in see the way to their page."""
        return await self._explained(request, "")

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Whose page the link opens. Looking, as previews of links do, uses nothing up."""
        await self._site.visitor(request)
        link = await self._look(request)
        if link is None:
            return await self._explained(request, "wrong", 404)
        return self._site.page(request, "sign_in", {"problem": "", "name": link.person_name, "home": ""}, style="door")

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """The button was pressed: the link is used up and the browser is let in."""
        key = form_key(await request.post())
        raw = token_after(self._site.visitors.root(request), key)
        if await self._site.visitors.opened(raw) is None:
            link = await self._look(request)
            if link is None:
                return await self._explained(request, "wrong", 404)
            chat = await self._site.store.read(_page_of, link.person_id)
            code = hash_code(request.match_info["code"])
            await self._arriving.take(key, chat, SignedIn(code, hash_token(raw), self._arriving.label(request)))
        return await self._arriving.let_in(request, raw, key) or await self._explained(request, "wrong", 404)

    async def signed_out(self, request: web.Request) -> web.StreamResponse:
        """What it looks like to be signed out, or the button for it."""
        visitor = await self._site.visitor(request)
        return self._site.page(request, "signed_out", {"inside": visitor is not None}, style="door")

    async def sign_out(self, request: web.Request) -> web.StreamResponse:
        """End this session, here and in the store."""
        key = form_key(await request.post())
        visitor = await self._site.visitor(request)
        if visitor is not None:
            await self._end(visitor, key, (visitor.session_id,))
        response = see_other("/ra")
        response.headers["Clear-Site-Data"] = '"cache"'
        self._site.cookies.drop(response, self._site.cookies.session)
        return response

    async def places(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Where one is signed in, the place used last first."""
        data = {
            "places": tuple(_place(row, visitor) for row in await self._sessions(visitor)),
            "home": self._arriving.home(visitor.person),
        }
        return self._site.page(request, "sessions", data, visitor=visitor, style="door")

    async def end_places(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """End one place, or all others. Whose they are is decided where they are ended."""
        form = await request.post()
        key, which = form_key(form), form_text(form, "end")
        if which == OTHERS:
            ids = tuple(row.id for row in await self._sessions(visitor) if row.id != visitor.session_id)
        elif which.isascii() and which.isdigit() and len(which) < 19:
            ids = (int(which),)
        else:
            raise web.HTTPBadRequest
        theirs = {row.id for row in await self._sessions(visitor)}
        ended = tuple(one for one in ids if one in theirs)
        if ended:
            await self._end(visitor, key, ended)
        return see_other("/ra" if visitor.session_id in ended else "/phien")

    async def _end(self, visitor: Visitor, key: str, ids: tuple[int, ...]) -> None:
        await self._arriving.take_at(key, visitor.chat.address, SignedOut(ids))
        self._site.live.end(ids)

    async def _sessions(self, visitor: Visitor) -> tuple[SessionRow, ...]:
        return await self._site.store.read(sessions.sessions_of, visitor.person.id, to_ms(self._site.clock()))

    async def _look(self, request: web.Request) -> SignInRow | None:
        """The link of this address if it can be used; guesses are counted."""
        address = request[PASSAGE].address
        locked(self._site.guesses, address)
        code = request.match_info["code"]
        if not _CODE.fullmatch(code):
            return None
        row = await self._site.store.read(sign_ins.find_sign_in, hash_code(code))
        if row is None:
            self._site.guesses.miss(address)
            return None
        return row if row.used_at is None and row.expires_at > to_ms(self._site.clock()) else None

    async def _explained(self, request: web.Request, problem: str, status: int = 200) -> web.Response:
        visitor = await self._site.visitor(request)
        home = self._arriving.home(visitor.person) if visitor else ""
        data = {"problem": problem, "name": "", "home": home}
        return self._site.page(request, "sign_in", data, status=status, style="door")


def _page_of(conn: Connection, person_id: int) -> ChatRow | None:
    """The chat a person looks at in a browser: all their browsers show the same one."""
    return next((chat for chat in chats.chats_of_person(conn, person_id) if chat.channel == CHANNEL), None)


def _place(row: SessionRow, visitor: Visitor) -> dict[str, object]:
    browser, _, system = row.label.partition("/")
    return {
        "id": row.id,
        "browser": browser,
        "system": system,
        "seen_at": from_ms(row.seen_at),
        "created_at": from_ms(row.created_at),
        "here": row.id == visitor.session_id,
    }
