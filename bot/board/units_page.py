"""The page of the units: the list of today, and a new list that is compared, shown, and entered on an admin's word."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import astuple, replace
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.board.acting import Acting, ActRefused, refusable, written
from bot.board.sealed import seal, unseal
from bot.board.tabs import UNITS
from bot.conversation.access import Action
from bot.conversation.reading.folding import fold
from bot.conversation.restructuring import Changes, KnownUnit, ListedUnit, compare
from bot.conversation.turn import Refusal
from bot.intake.known import known_units
from bot.intake.moments import maybe, to_ms
from bot.lists.refused import ListRefused, problem
from bot.lists.tables import FILE_CAP
from bot.lists.units import read_list
from bot.site.route import Route, Visitor
from bot.site.site import Site
from bot.views.changes import shown_changes
from bot.wording import say
from storage import addressees, units

COMPARE, ENTER = f"{UNITS}/so-sanh", f"{UNITS}/thuc-hien"
AROUND_A_FILE = 64 * 1024
CARRIED = 4 * 2**20
"""Bytes of the form that carries a compared list; five thousand rows take a tenth of it."""
MOST_SHOWN = 100
"""Problems that are told one by one."""


class UnitsPage:
    """Its addresses. What was uploaded is kept nowhere: the page that shows it carries it to the next step, sealed."""

    def __init__(self, site: Site, acting: Acting) -> None:
        self._site = site
        self._acting = acting

    def routes(self) -> Iterable[Route]:
        """All of them."""
        yield Route("GET", UNITS, Action.UNITS, self.show)
        yield Route("POST", COMPARE, Action.UNITS, refusable(self.compare, self._again), body_limit=FILE_CAP + CARRIED)
        yield Route("POST", ENTER, Action.UNITS, refusable(self.enter, self._again), body_limit=CARRIED)

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The units, the living ones first."""
        return await self._page(request, visitor)

    async def compare(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A file is read and compared with what is stored; nothing changes."""
        sent = (await request.post()).get("file")
        if not isinstance(sent, web.FileField) or not sent.filename:
            raise ActRefused("no_file")
        data = await asyncio.to_thread(sent.file.read, FILE_CAP + 1)
        known = await self._known()
        try:
            read = await asyncio.to_thread(read_list, data, sent.filename, [unit.code for unit in known])
        except ListRefused as error:
            return await self._page(request, visitor, problems=error.problems)
        return await self._preview(request, visitor, read.units, read.skipped, known)

    async def enter(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The list that was shown is entered, if what is stored is still what it was compared with."""
        form = await request.post()
        listed, skipped = self._unsealed(request, written_whole(form.get("list")))
        closing = written(form, "close") == "1"
        known = await self._known()
        changes = compare(listed, known, close_missing=closing)
        if changes.problems:
            return await self._page(request, visitor, problems=_sentences(changes))
        if (changes.merged or changes.closed) and fold(written(form, "word")) != fold(say("import.word")):
            refused = Refusal("word", {"word": say("import.word")})
            return await self._preview(request, visitor, listed, skipped, known, refused)
        seen = written(form, "seen_closing" if closing else "seen")
        if not seen:  # without it nothing would guard against a list that has changed meanwhile
            raise web.HTTPBadRequest
        try:
            return await self._acting.done(request, visitor, replace(changes.event(), seen=seen), UNITS, "don-vi")
        except ActRefused as refusal:
            known = await self._known()
            return await self._preview(request, visitor, listed, skipped, known, refusal.refusal)

    async def _preview(
        self,
        request: web.Request,
        visitor: Visitor,
        listed: Sequence[ListedUnit],
        skipped: Sequence[int],
        known: Sequence[KnownUnit],
        refused: Refusal | None = None,
    ) -> web.StreamResponse:
        changes, closing = (compare(listed, known, close_missing=one) for one in (False, True))
        if changes.problems:
            return await self._page(request, visitor, problems=_sentences(changes))
        carried = [[list(astuple(unit)) for unit in listed], list(skipped)]
        data = shown_changes(changes, known, skipped) | {
            "list": seal(self._site.visitors.root(request), carried),
            "seen": changes.digest,
            "seen_closing": closing.digest,
            "word": say("import.word"),
            "enter": ENTER,
        }
        return self._acting.page(request, visitor, "changes", data, refused, tab="units")

    def _unsealed(self, request: web.Request, text: str) -> tuple[tuple[ListedUnit, ...], tuple[int, ...]]:
        listed, skipped = unseal(self._site.visitors.root(request), text)
        return tuple(ListedUnit(*unit) for unit in listed), tuple(skipped)

    async def _again(self, request: web.Request, visitor: Visitor, refused: Refusal) -> web.StreamResponse:
        return await self._page(request, visitor, refused)

    async def _page(
        self, request: web.Request, visitor: Visitor, refused: Refusal | None = None, problems: Sequence[str] = ()
    ) -> web.StreamResponse:
        rows = await self._site.store.read(_look, to_ms(self._site.clock()))
        data = {
            "rows": rows,
            "living": sum(row["ended_at"] is None for row in rows),
            "compare": COMPARE,
            "megabytes": FILE_CAP // 2**20,
            "problems": tuple(problems[:MOST_SHOWN]),
            "wrong": len(problems),
        }
        if problems and refused is None:
            refused = Refusal("list")
        return self._acting.page(request, visitor, "units", data, refused)

    async def _known(self) -> tuple[KnownUnit, ...]:
        return await self._site.store.read(known_units, to_ms(self._site.clock()))


def written_whole(value: object) -> str:
    """A hidden field of ours, as long as it is."""
    return value if isinstance(value, str) else ""


def _sentences(changes: Changes) -> tuple[str, ...]:
    return tuple(problem(one.code, row=one.row, **one.args) for one in changes.problems)


def _look(conn: Connection, at: int) -> tuple[dict[str, Any], ...]:
    """Every unit there ever was, the ones that are no more last; with its officers, or what it became part of."""
    rows, served = units.every_unit(conn), addressees.served(conn)
    names = {row.id: row.name for row in rows}
    shown = [
        {
            "code": row.code,
            "name": row.name,
            "short_name": row.short_name,
            "kind": row.kind,
            "email": row.email or "",
            "phone": row.phone or "",
            "officers": tuple(one.name for one in served.get(row.id, ()) if one.role == "officer"),
            "ended_at": maybe(row.valid_to) if row.valid_to is not None and row.valid_to <= at else None,
            "into": names.get(row.successor_id or 0, ""),
        }
        for row in rows
    ]
    return tuple(sorted(shown, key=lambda one: one["ended_at"] is not None))
