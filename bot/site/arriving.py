"""How a browser is let in after a door: the session it got, the old one ended, and the page it goes on to."""

from __future__ import annotations

import secrets

from aiohttp import web

from bot.conversation.access import OFFICE_ROLES, UNIT_ROLES
from bot.conversation.events import Event, Incoming, SignedOut, Typed
from bot.conversation.session import Person
from bot.intake.answer import Answer
from bot.intake.moments import to_ms
from bot.site.browsers import label_of
from bot.site.going import see_other
from bot.site.site import Site
from storage import history
from storage.rows import ChatRow

CHANNEL = "web"
BOT = "site"
CHAT = "/chat"
BOARD = "/bang"


class Arriving:
    """Hands what happened at a door to the intake, and sends the browser on."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @staticmethod
    def home(person: Person) -> str:
        """The page of a person: the chat for people of a unit, the board for those of the office, "" for nobody."""
        held = {role.name for role in person.roles}
        return CHAT if held & UNIT_ROLES else BOARD if held & OFFICE_ROLES else ""

    @staticmethod
    def label(request: web.Request) -> str:
        """By which name the browser stands in the list of sessions."""
        return label_of(request.headers.get("User-Agent", ""))

    async def take(self, key: str, chat: ChatRow | None, event: Event, name: str = "") -> None:
        """Hand an event of this chat, or of a new one, to the intake; HTTPServiceUnavailable when it is not stored."""
        address = chat.address if chat and chat.channel == CHANNEL else secrets.token_hex(16)
        await self.take_at(key, address, event, name)

    async def take_at(self, key: str, address: str, event: Event, name: str = "") -> None:
        """The same for the chat of an address."""
        incoming = Incoming(CHANNEL, BOT, key, address, event, "private", display_name=name, pulled=True)
        outcome = await self._site.intake.settle(incoming)
        if outcome.answer is not Answer.TAKEN:
            raise web.HTTPServiceUnavailable

    async def let_in(self, request: web.Request, raw: str, key: str) -> web.StreamResponse | None:
        """Give the browser its new session in place of the one it had, and send it on; None when none was opened."""
        site = self._site
        found = await site.visitors.find(raw)
        row = await site.visitors.opened(raw)
        if found is None or row is None:
            return None
        before = await site.visitor(request)
        if before is not None and before.session_id != found.session_id:
            await self.take_at(f"{key}o", before.chat.address, SignedOut((before.session_id,)))
            site.live.end((before.session_id,))
        home = self.home(found.person)
        if home == CHAT and await site.store.read(history.live_card, found.chat.id) is None:
            # The open question is to stand there when they come; where it stands already, it is left alone.
            await self.take_at(f"{key}s", found.chat.address, Typed("/tieptuc"))
        response = see_other(home or "/")
        left = max((row.expires_at - to_ms(site.clock())) // 1000, 1)
        site.cookies.put(response, site.cookies.session, raw, left)
        site.cookies.drop(response, site.cookies.visit)
        return response
