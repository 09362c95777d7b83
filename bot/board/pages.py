"""The pages of the board: one line each, and how a page is answered, whole or only the part that lives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from aiohttp import web

from bot.board.asked import BACK, CELL, KIND, ORDER, SEARCH, STATE, YEAR, Asked, read_query, read_year
from bot.board.seen import Seen, look
from bot.board.tabs import tabs_of
from bot.conversation.access import Action
from bot.intake.shelf import Shelf
from bot.site.route import Handle, Route, Visitor
from bot.site.site import Site
from bot.views.board import Data, standing
from bot.views.board_progress import lateness, progress
from bot.views.criteria import distribution
from bot.views.matrix import matrix
from bot.views.ranking import ranking
from bot.views.sheet import cell, sheet
from storage.store import Store

PART = "X-Part"
"""A request with this header is answered with the part that lives ("1"), or only the chosen cell ("cell")."""
WHOLE = "pages/board_frame.j2"
FRAMES = {"1": "pages/board_part.j2", "cell": "pages/board_cell.j2"}
NAMES = {"year": YEAR, "kind": KIND, "standing": STATE, "search": SEARCH, "order": ORDER, "back": BACK, "cell": CELL}
UNIT_PATH = "/bang/don-vi/{code}"
LIVE_PATH = "/bang/live"


@dataclass(frozen=True, slots=True)
class Look:
    """What a page is made from: what there is, what was asked, when and where."""

    seen: Seen
    asked: Asked
    now: datetime
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its name (of template and tab), its address, what one must be allowed to do, and what it shows."""

    name: str
    path: str
    action: Action
    show: Callable[[Look], Data]
    order: str = "list"


def _progress(at: Look) -> Data:
    return progress(at.seen.units, at.seen.cycle, at.now, at.asked.choice, at.zone)


def _matrix(at: Look) -> Data:
    chosen = None
    if at.seen.one and at.asked.cell and at.asked.cell[1] in at.seen.one.assessment.card.lines:
        chosen = cell(at.seen.one.assessment, at.asked.cell[1])
    return matrix(at.seen.units, at.seen.cycle, at.now) | {"chosen": chosen}


def _ranking(at: Look) -> Data:
    return ranking(at.seen.units, at.seen.cycle, at.now)


def _criteria(at: Look) -> Data:
    weak = at.asked.choice.order != "list"
    return distribution(at.seen.units, at.seen.cycle, at.now, at.asked.choice.kind, weak=weak) | {"weak": weak}


def _unit(at: Look) -> Data:
    one = at.seen.one
    if one is None:
        raise web.HTTPNotFound
    return (
        standing(one.row, at.seen.cycle.criteria)
        | sheet(one.assessment, one.submissions, one.ledger, at.now)
        | {"officers": one.row.officers, "last_at": one.row.last_at}
        | {"people": one.people}
        | {"lateness": lateness(one.row, at.seen.cycle, at.now, at.zone)}
    )


PAGES = (
    Page("progress", "/bang", Action.OVERSEE, _progress),
    Page("matrix", "/bang/ma-tran", Action.OVERSEE, _matrix),
    Page("ranking", "/bang/xep-hang", Action.OVERSEE, _ranking),
    Page("criteria", "/bang/tieu-chi", Action.OVERSEE, _criteria, order="weakest"),
    Page("unit", UNIT_PATH, Action.READ_SUBMISSION, _unit),
)


class Board:
    """Answers the addresses of the board. It reads the database and never writes."""

    def __init__(self, site: Site, store: Store, clock: Callable[[], datetime], zone: tzinfo) -> None:
        self._site = site
        self._store = store
        self._clock = clock
        self._zone = zone
        self._shelf = Shelf()

    def routes(self) -> tuple[Route, ...]:
        """Every address of the board, for `Site.guarded`."""
        pages = tuple(Route("GET", page.path, page.action, self._answering(page)) for page in PAGES)
        return (*pages, Route("GET", LIVE_PATH, Action.OVERSEE, self._stream))

    def _answering(self, page: Page) -> Handle:
        async def answer(request: web.Request, visitor: Visitor) -> web.StreamResponse:
            code = request.match_info.get("code") or request.query.get(CELL, "").rpartition(":")[0]
            seen = await self._store.read(
                look, self._shelf, read_year(request.query), code, history=page.path == UNIT_PATH
            )
            if seen is None:
                return self._show(request, visitor, "none", Asked(page.path), {"years": (), "version": 0})
            order = _order(request, page)
            asked = read_query(request.path, request.query, seen.cycle.criteria.unit_kinds, order=order)
            asked = asked if asked.year in seen.years and not seen.newest else asked.now()
            data = page.show(Look(seen, asked, self._clock(), self._zone))
            return self._show(request, visitor, page.name, asked, data | {"years": seen.years, "version": seen.version})

        return answer

    def _show(self, request: web.Request, visitor: Visitor, name: str, asked: Asked, data: Data) -> web.StreamResponse:
        frame = FRAMES.get(request.headers.get(PART, ""), WHOLE)
        if frame == FRAMES["cell"] and name != "matrix":
            frame = WHOLE
        around = {"frame": frame, "page": name, "asked": asked, "named": NAMES, "live": LIVE_PATH}
        around["tabs"] = tabs_of(visitor.person)
        return self._site.page(request, f"board_{name}", data | around, visitor=visitor, style="board")

    async def _stream(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        return await self._site.live.stream(request, "board")


def _order(request: web.Request, page: Page) -> str:
    """On a phone the progress page begins with what needs attention; a list in the official order is for a desk."""
    on_phone = "Mobi" in request.headers.get("User-Agent", "")
    return "attention" if page.name == "progress" and on_phone else page.order
