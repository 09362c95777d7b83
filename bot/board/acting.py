"""The one way a page of the board acts: its form becomes an act of the office and goes through the one door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.board.asked import Asked
from bot.board.tabs import tabs_of
from bot.channels.web.origin import BOT, NAME
from bot.conversation.events import Incoming
from bot.conversation.office_events import OfficeEvent
from bot.conversation.turn import Refusal
from bot.intake.answer import Answer
from bot.intake.take import Outcome
from bot.site.forms import form_key, form_text
from bot.site.going import see_other
from bot.site.route import Handle, Visitor
from bot.site.site import Site

DONE = "da"
"""Under this name the address after a form says, in a short code, what was done."""
AGAIN = "lap"
"""The code of a form that changed nothing: it had been taken before."""
REFUSED = 409
LONGEST = 2000

ShowRefused = Callable[[web.Request, Visitor, Refusal], Awaitable[web.StreamResponse]]


class ActRefused(Exception):
    """What a form asks for cannot be done; the page it came from says why."""

    def __init__(self, code: str, args: Mapping[str, object] | None = None) -> None:
        super().__init__(code)
        self.refusal = Refusal(code, args or {})


class Acting:
    """Takes the acts of the pages in, and makes the pages an admin acts from."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def act(
        self, request: web.Request, visitor: Visitor, event: OfficeEvent, *, key: str = "", **extra: str
    ) -> Outcome:
        """Take the act in under its form's own key, or under `key` where the form stays on the screen and may be sent
        again for something else. Whether this person may is decided in there. Raises ActRefused."""
        incoming = Incoming(
            NAME,
            BOT,
            key or form_key(await request.post()),
            visitor.chat.address,
            event,
            display_name=visitor.person.name,
            pulled=True,
            extra=extra,
        )
        outcome = await self._site.intake.settle(incoming)
        if outcome.answer is not Answer.TAKEN:
            raise web.HTTPServiceUnavailable
        if outcome.refusal is not None:
            raise ActRefused(outcome.refusal.code, outcome.refusal.args)
        return outcome

    async def done(
        self, request: web.Request, visitor: Visitor, event: OfficeEvent, path: str, told: str, **extra: str
    ) -> web.Response:
        """The same, and on to the page at `path`, where `told` stands for one line. A form taken before does no more,
        and its page says so."""
        outcome = await self.act(request, visitor, event, **extra)
        return see_other(f"{path}?{DONE}={told if outcome.facts else AGAIN}")

    def page(
        self,
        request: web.Request,
        visitor: Visitor,
        name: str,
        data: Mapping[str, object],
        refused: Refusal | None = None,
        tab: str = "",
    ) -> web.Response:
        """The page board_NAME.j2 below its tab. It is not renewed by itself: somebody may be filling it in."""
        around = {
            "frame": "pages/board_frame.j2",
            "page": tab or name,
            "tabs": tabs_of(visitor.person),
            "asked": Asked(request.path),
            "years": (),
            "live": "",
            "at": self._site.clock(),
            "told": request.query.get(DONE, "") if request.method in ("GET", "HEAD") else "",
            "refused": refused,
        }
        status = 200 if refused is None else REFUSED
        return self._site.page(
            request, f"board_{name}", {**around, **data}, status=status, visitor=visitor, style="office"
        )


def refusable(handle: Handle, show: ShowRefused) -> Handle:
    """The handler of a form; what it refuses is told on the page that `show` makes."""

    async def answer(request: web.Request, visitor: Visitor) -> web.StreamResponse:
        try:
            return await handle(request, visitor)
        except ActRefused as refused:
            return await show(request, visitor, refused.refusal)

    return answer


def written(form: Mapping[str, Any], name: str) -> str:
    """What was written into a field, without what a database cannot keep and without end."""
    return form_text(form, name)[:LONGEST].replace("\x00", "").strip()


def number(form: Mapping[str, Any], name: str, least: int, most: int, code: str) -> int:
    """A whole number from a field; ActRefused under `code` when it is none within these bounds."""
    text = written(form, name)
    if text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most:
        return int(text)
    raise ActRefused(code, {"value": text[:40], "least": least, "most": most})
