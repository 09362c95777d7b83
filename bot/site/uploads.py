"""The page where files are handed in for one criterion, by whoever was given its address in a chat that takes none."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web
from sqlalchemy import Connection

from bot.conversation import asking
from bot.conversation.access import Action, may
from bot.conversation.assessment import Assessment
from bot.conversation.codes import hash_code
from bot.conversation.events import Filed, Incoming
from bot.conversation.facts import EvidenceFiled
from bot.conversation.passing import UPLOAD
from bot.evidence.kept import MOST_BYTES, FileRefused, FilesAway, Kept
from bot.intake.answer import Answer
from bot.intake.building import build
from bot.intake.load import person_of
from bot.intake.moments import to_ms
from bot.intake.shelf import Shelf
from bot.intake.take import BY_PAGE
from bot.site.addressed import secret_in
from bot.site.forms import form_key
from bot.site.route import OpenRoute
from bot.site.site import Site
from storage import assessments, chats, links, passes
from storage.errors import RowMissing
from storage.rows import ChatRow

PATH = "/nop-tep/{token}"
BOT = "nop-tep"
"""Under this name the forms of the page are known, apart from what the chat's own platform brings."""
MOST_FILES = 10
"""As many as a messenger sends in one go."""
MOST_AT_ONCE = 3 * MOST_BYTES
AROUND_FILES = 64 * 1024
"""Bytes of a form beside the files in it."""


class Keeping(Protocol):
    """Where files are checked and kept."""

    async def expects(self, channel: str, address: str) -> bool:
        """Whether whoever writes from there may file anything. Raises FilesAway."""
        ...

    async def keep(self, name: str, data: bytes) -> Kept:
        """Check and keep a file. Raises FileRefused, FilesAway."""
        ...


@dataclass(frozen=True, slots=True)
class _Open:
    """What an address opens: the chat that asked, and the criterion in front of which its person stands."""

    chat: ChatRow
    name: str
    assessment: Assessment
    criterion: str
    editable: bool


@dataclass(frozen=True, slots=True)
class _Said:
    """What became of one file: filed, kept before (there), or why not."""

    name: str
    became: str


class Uploads:
    """The addresses `/nop-tep/…`. Looking uses nothing up; a page takes files until its time is over."""

    def __init__(self, site: Site, files: Keeping) -> None:
        self._site = site
        self._files = files
        self._shelf = Shelf()

    def routes(self) -> Iterable[OpenRoute]:
        """Both; a body is not even read where the address opens nothing."""
        yield OpenRoute("GET", PATH, self.show)
        yield OpenRoute("POST", PATH, self.take, MOST_AT_ONCE + AROUND_FILES, self.admit)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """For which criterion of which unit files are taken here, and which stand there already."""
        await self._site.visitor(request)
        found = await self._opened(request)
        return self._over(request) if found is None else self._page(request, found)

    async def admit(self, request: web.Request) -> web.StreamResponse | None:
        """The answer to a form whose address opens nothing; None for one that is to be read."""
        return self._over(request) if await self._opened(request) is None else None

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Keep each file that can be taken, then hand them in together, as the person whose page it is."""
        form = await request.post()
        key, found = form_key(form), await self._opened(request)
        if found is None:
            return self._over(request)
        sent = [one for one in form.getall("file", ()) if isinstance(one, web.FileField) and one.filename]
        said: list[_Said] = [_Said(one.filename, "too_many_at_once") for one in sent[MOST_FILES:]]
        kept: list[Kept] = []
        for one in sent[:MOST_FILES]:
            became = await self._keep(found, one)
            if isinstance(became, Kept):
                kept.append(became)
            else:
                said.append(_Said(one.filename, became))
        handed = await self._hand_in(found, key, kept)
        after = await self._opened(request) or found
        there = {text.digest for text in after.assessment.notes(found.criterion, "file")}
        said = [*(_Said(one.name, _became(one, handed, there, after)) for one in kept), *said]
        return self._page(request, after, tuple(said), empty=not sent)

    async def _keep(self, found: _Open, sent: web.FileField) -> Kept | str:
        """The kept file, or the code of what is wrong with it."""
        try:
            if not await self._files.expects(found.chat.channel, found.chat.address):
                return "not_allowed_now"
            return await self._files.keep(sent.filename, await asyncio.to_thread(sent.file.read))
        except FileRefused as error:
            return error.code
        except FilesAway:
            raise web.HTTPServiceUnavailable from None

    async def _hand_in(self, found: _Open, key: str, kept: list[Kept]) -> frozenset[str]:
        """The digests that were filed now."""
        if not kept:
            return frozenset()
        first, *others = (_filed(found, one) for one in kept)
        event = Filed(
            first.digest, first.name, first.media, first.size, found.criterion,
            more=tuple(others), assessment=found.assessment.id,
        )  # fmt: skip
        incoming = Incoming(
            found.chat.channel, BOT, key, found.chat.address, event,
            plain=found.chat.plain, takes_files=False, extra={BY_PAGE: "1"},
        )  # fmt: skip
        outcome = await self._site.intake.settle(incoming)
        if outcome.answer is not Answer.TAKEN:
            raise web.HTTPServiceUnavailable
        return frozenset(fact.digest for fact in outcome.facts if isinstance(fact, EvidenceFiled))

    async def _opened(self, request: web.Request) -> _Open | None:
        """What the address opens now; None for one that is wrong, over, or not its person's to open any more."""
        token = secret_in(request)
        return await self._site.store.read(self._look, hash_code(token), self._now()) if token else None

    def _look(self, conn: Connection, digest: str, now: int) -> _Open | None:
        found = passes.find_pass(conn, UPLOAD, digest)
        if found is None or not found.usable(now):
            return None
        chat = links.chat_by_id(conn, int(found.subject["chat"]))
        arrival = chats.look(conn, chat.channel, chat.address) if chat else None
        person = person_of(arrival) if arrival else None
        if chat is None or person is None or person.id != found.person_id:
            return None
        try:
            opened = assessments.view_assessment(conn, int(found.subject["assessment"]))
        except RowMissing:
            return None
        assessment, criterion = build(conn, self._shelf, opened), str(found.subject["criterion"])
        if criterion not in assessment.card.lines or not may(person, Action.CITE, assessment.unit):
            return None
        return _Open(chat, person.name, assessment, criterion, asking.editable(assessment, criterion))

    def _now(self) -> int:
        return to_ms(self._site.clock())

    def _page(
        self, request: web.Request, found: _Open, said: tuple[_Said, ...] = (), *, empty: bool = False
    ) -> web.Response:
        assessment = found.assessment
        leaf = assessment.criteria.criterion(found.criterion)
        data: dict[str, Any] = {
            "over": False,
            "id": leaf.id,
            "title": leaf.display_title,
            "unit": assessment.unit.name,
            "evidence": leaf.evidence,
            "there": tuple(text.body for text in assessment.notes(found.criterion, "file")),
            "editable": found.editable,
            "said": said,
            "empty": empty,
            "megabytes": MOST_BYTES // 2**20,
            "at_once": MOST_AT_ONCE // 2**20,
            "most": MOST_FILES,
        }
        wrong = bool(said) and not any(one.became in ("filed", "there") for one in said)
        return self._site.page(request, "upload", data, status=422 if empty or wrong else 200, style="door")

    def _over(self, request: web.Request) -> web.Response:
        return self._site.page(request, "upload", {"over": True}, status=404, style="door")


def _filed(found: _Open, kept: Kept) -> Filed:
    return Filed(kept.digest, kept.name, kept.media, kept.size, found.criterion)


def _became(kept: Kept, handed: frozenset[str], there: set[str], after: _Open) -> str:
    if kept.digest in handed:
        return "filed"
    if kept.digest in there:
        return "there"
    return "too_many" if after.editable else "closed"
