"""What people do on the page becomes events: a press, a text, figures, a file; and the page is shown again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from aiohttp import web

from bot.channels.contract import Answer, KeepFiles
from bot.channels.web import page
from bot.channels.web.figures import figures_text
from bot.channels.web.origin import BOT, NAME
from bot.conversation.access import Action
from bot.conversation.events import Event, Filed, Incoming, Pressed, Typed, Unreadable
from bot.evidence.kept import MOST_BYTES, FileRefused, FilesAway
from bot.intake.shelf import Shelf
from bot.site.forms import form_key, form_text
from bot.site.route import Route, Visitor
from bot.site.site import Site
from storage import history

CHAT = "/chat"
HERE = "/chat#nay"
"""The question at hand, which a browser without our script scrolls to by itself."""
AROUND_A_FILE = 64 * 1024
"""Bytes of a form beside the file in it."""
LONGEST_TEXT = 8000
PRESS_LIMIT = 64


class Receiving:
    """The addresses of the chat page."""

    def __init__(self, site: Site, files: KeepFiles | None) -> None:
        self._site = site
        self._files = files
        self._shelf = Shelf()

    def routes(self) -> Iterable[Route]:
        """All of them; whoever is signed in may open them, and the conversation decides what they may do."""
        yield Route("GET", CHAT, Action.SIGN_IN, self.show)
        yield Route("POST", CHAT, Action.SIGN_IN, self.say)
        yield Route("GET", f"{CHAT}/part", Action.SIGN_IN, self.part)
        yield Route("GET", f"{CHAT}/live", Action.SIGN_IN, self.live)
        if self._files is not None:
            yield Route("POST", f"{CHAT}/tep", Action.SIGN_IN, self.file, body_limit=MOST_BYTES + AROUND_A_FILE)

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The whole page; with `?truoc=NUMBER` what was said before."""
        asked = request.query.get("truoc", "")
        before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
        return await self._page(request, visitor, "chat", before)

    async def part(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """What changes on the page, without the rest of it."""
        return await self._page(request, visitor, "chat_part")

    async def live(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Tells when the page changed."""
        return await self._site.live.stream(request, f"chat:{visitor.chat.id}")

    async def say(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A press, a text or figures."""
        form = await request.post()
        event = meaning(form)
        extra: dict[str, str] = {}
        if isinstance(event, Pressed):
            extra["said"] = await self._label(visitor, event.press)
        elif (about := form_text(form, "about")) and not event.text.startswith("/"):
            extra["about"] = about
        await self._take(form, visitor, event, extra)
        return await self._answered(request, visitor)

    async def file(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A file: kept first, then told; one that is not taken is told as well. No file at all changes nothing."""
        form = await request.post()
        sent = form.get("file")
        if isinstance(sent, web.FileField) and sent.filename:
            data = await asyncio.to_thread(sent.file.read)
            await self._take(form, visitor, await self._filed(visitor, sent.filename, data), {})
        return await self._answered(request, visitor)

    async def _filed(self, visitor: Visitor, name: str, data: bytes) -> Event:
        try:
            if self._files is None or not await self._files.expects(visitor.chat.channel, visitor.chat.address):
                return Unreadable("document")
            kept = await self._files.keep(name, data)
        except FileRefused as error:
            return Unreadable(error.kind)
        except FilesAway:
            raise web.HTTPServiceUnavailable from None
        return Filed(kept.digest, kept.name, kept.media, kept.size)

    async def _take(self, form: Mapping[str, Any], visitor: Visitor, event: Event, extra: Mapping[str, str]) -> None:
        incoming = Incoming(
            NAME,
            BOT,
            form_key(form),
            visitor.chat.address,
            event,
            display_name=visitor.person.name,
            pulled=True,
            extra=extra,
        )
        if await self._site.intake.take(incoming) is not Answer.TAKEN:
            raise web.HTTPServiceUnavailable
        self._site.live.changed((visitor.chat.id,))

    async def _label(self, visitor: Visitor, press: str) -> str:
        rows = await self._site.store.read(history.history, visitor.chat.id)
        return page.label_of(rows, press)

    async def _answered(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        if "X-Part" in request.headers:
            return await self._page(request, visitor, "chat_part")
        raise web.HTTPSeeOther(HERE)

    async def _page(
        self, request: web.Request, visitor: Visitor, template: str, before: int | None = None
    ) -> web.StreamResponse:
        seen = await self._site.store.read(page.look, self._shelf, visitor.chat, visitor.person, before)
        data = page.page(seen, visitor, before=before, files=self._files is not None)
        return self._site.page(request, template, data, visitor=visitor, style="chat")


def meaning(form: Mapping[str, Any]) -> Pressed | Typed:
    """What a form says: a button's payload, a text, or the figures of a ratio. HTTPBadRequest when it says nothing."""
    if press := form_text(form, "press"):
        return Pressed(press[: PRESS_LIMIT + 1])
    if "text" in form:
        return Typed(_text(form, "text"))
    numerator, denominator, percent = (
        _text(form, name) if name in form else None for name in ("numerator", "denominator", "percent")
    )
    if numerator is None and percent is None:
        raise web.HTTPBadRequest
    return Typed(figures_text(numerator, denominator, percent))


def _text(form: Mapping[str, Any], name: str) -> str:
    """A field as people write: no end of it, and nothing that a database cannot keep."""
    return form_text(form, name)[:LONGEST_TEXT].replace("\x00", "").strip()
