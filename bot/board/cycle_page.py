"""The page of the cycle: its dates, more time, closing and opening again, and when it reminds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.board import extending
from bot.board.acting import AGAIN, DONE, Acting, refusable, written
from bot.board.cycle_forms import approval_of, confirmed, extension, opening, planned, reopening
from bot.board.tabs import CYCLE
from bot.conversation.access import Action
from bot.conversation.assessment import Cycle
from bot.conversation.office_events import CloseCycle, ExtendCycle
from bot.conversation.plan import DutyKind, days_left
from bot.conversation.turn import Refusal
from bot.intake.desk import all_addressees
from bot.intake.moments import from_ms, maybe
from bot.intake.plans import plan_of
from bot.intake.shelf import Shelf
from bot.site.going import see_other
from bot.site.route import Route, Visitor
from bot.site.site import Site
from bot.views.duties import Duty
from bot.views.timetable import plan_fields, reminder_list
from scoring.library import available
from storage import cycles, duties, units
from storage.rows import CycleRow

EXTEND, CLOSE, REOPEN, OPEN, PLAN = (f"{CYCLE}/{one}" for one in ("gia-han", "dong", "mo-lai", "mo", "lich-nhac"))
APPROVAL = f"{CYCLE}/phe-duyet"


class CyclePage:
    """Its addresses."""

    def __init__(self, site: Site, acting: Acting, zone: tzinfo) -> None:
        self._site = site
        self._acting = acting
        self._zone = zone
        self._shelf = Shelf()

    def routes(self) -> Iterable[Route]:
        """All of them."""
        yield Route("GET", CYCLE, Action.CYCLE, self.show)
        forms = {EXTEND: self.extend, CLOSE: self.close, REOPEN: self.reopen, OPEN: self.open, PLAN: self.plan}
        forms[APPROVAL] = self.approval
        for path, handle in forms.items():
            yield Route("POST", path, Action.CYCLE, refusable(handle, self._page))

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The open cycle, or the one closed last."""
        return await self._page(request, visitor)

    async def extend(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """More time for all, or for some: shown first, given once that was confirmed, because nothing takes it back."""
        form = await request.post()
        if written(form, "do") == "edit":
            return await self._page(request, visitor, again=True)
        event = extension(form, self._zone)
        if written(form, "sure") != "1":
            return await self._confirm(request, visitor, event)
        outcome = await self._acting.act(request, visitor, event)
        return see_other(extending.address(event) if outcome.facts else f"{CYCLE}?{DONE}={AGAIN}")

    async def close(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """No entries any more; the year is typed once more."""
        confirmed(await request.post(), await self._year())
        return await self._acting.done(request, visitor, CloseCycle(), CYCLE, "dong")

    async def reopen(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Entries again; the year is typed once more."""
        form = await request.post()
        event = reopening(form, self._zone)
        confirmed(form, await self._year())
        return await self._acting.done(request, visitor, event, CYCLE, "mo-lai")

    async def open(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A new cycle."""
        event, text = opening(await request.post(), self._zone)
        return await self._acting.done(request, visitor, event, CYCLE, "mo", set_text=text)

    async def plan(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Another schedule of reminders."""
        return await self._acting.done(request, visitor, planned(await request.post()), CYCLE, "lich-nhac")

    async def approval(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A leader's word before anything is handed in, or none."""
        return await self._acting.done(request, visitor, approval_of(await request.post()), CYCLE, "phe-duyet")

    async def _confirm(self, request: web.Request, visitor: Visitor, event: ExtendCycle) -> web.StreamResponse:
        """What more time would mean, with the form as it was filled in to confirm it or to go back to it."""
        now, form = self._site.clock(), await request.post()
        data = await self._site.store.read(extending.preview, self._shelf, event, now, self._zone)
        fields = tuple((name, written(form, name)) for name in ("until", "whom", "reason"))
        data |= {"fields": (*fields, *(("unit", code) for code in event.unit_codes)), "path": EXTEND, "back": CYCLE}
        return self._acting.page(request, visitor, "extend", data, tab="cycle")

    async def _year(self) -> str:
        row = await self._site.store.read(_current)
        return str(row.year) if row else ""

    async def _page(
        self, request: web.Request, visitor: Visitor, refused: Refusal | None = None, *, again: bool = False
    ) -> web.StreamResponse:
        now = self._site.clock()
        codes = tuple(request.query.getall(extending.FOR, ()))
        data = await self._site.store.read(_look, self._shelf, now, self._zone, codes)
        again = again or refused is not None
        form: Any = await request.post() if again else {}
        typed = {name: written(form, name) for name in form}
        if request.path == PLAN and data["plan"] is not None:
            data["plan"] |= {"weekends_off": ""} | typed
        paths = {"extend": EXTEND, "close": CLOSE, "reopen": REOPEN, "open": OPEN, "plan": PLAN, "approval": APPROVAL}
        ticked = frozenset(form.getall("unit", ())) if again else frozenset()
        more = {"typed": typed if request.path != PLAN else {}, "ticked": ticked, "paths": paths, "sets": available()}
        return self._acting.page(request, visitor, "cycle", data | more, refused)


def _current(conn: Connection) -> CycleRow | None:
    return cycles.open_cycle(conn) or cycles.latest_cycle(conn)


def _look(conn: Connection, shelf: Shelf, now: datetime, zone: tzinfo, codes: Sequence[str]) -> dict[str, Any]:
    """The cycle with its units, its plan, and the reminders that follow from both; "cycle" None before there is any.
    "given" tells of the units named by `codes`, or of all, until when they have."""
    row = _current(conn)
    if row is None:
        year = now.astimezone(zone).year
        return {"cycle": None, "units": (), "plan": None, "reminders": (), "given": None, "suggested_year": year}
    criteria = shelf.criteria(conn, row.set_digest)
    due_at, plan = from_ms(row.due_at), plan_of(row)
    cycle = Cycle(row.id, row.year, due_at, row.closed_at is not None, criteria, row.approval)
    addressees = all_addressees(conn, cycle)
    return {
        "cycle": {
            "year": row.year,
            "set": criteria.id,
            "opened_at": from_ms(row.opens_at),
            "due_at": due_at,
            "publish_at": maybe(row.publish_at),
            "closed_at": maybe(row.closed_at),
            "approval": row.approval,
            "days_left": days_left(due_at, now, zone),
        },
        "units": tuple(
            {
                "code": one.unit.code,
                "name": one.unit.name,
                "state": one.state,
                "own": one.due_at != due_at,
                "due_at": one.due_at,
                "back_due_at": one.back_due_at if one.state == "returned" else None,
            }
            for one in addressees
        ),
        "given": extending.given(codes, addressees, due_at),
        "plan": plan_fields(plan),
        "reminders": reminder_list(_owed(conn, row), plan, now, zone),
        "suggested_year": row.year + 1,
    }


def _owed(conn: Connection, row: CycleRow) -> list[tuple[Duty, str]]:
    """The duties that are reminded of, with the unit's name where only one owes it."""
    opened = from_ms(row.opens_at)
    found: list[tuple[Duty, str]] = []
    if row.closed_at is None:
        found.append((Duty("submit", from_ms(row.due_at), opened), ""))
        names = {one.id: one.name for one in units.every_unit(conn)}
        for own in duties.own_dates(conn, row.id):
            returned = own.state == "returned" and own.back_due_at is not None
            due_at = own.back_due_at if returned else own.due_at
            kind: DutyKind = "resubmit" if returned else "submit"
            if due_at is not None:
                found.append((Duty(kind, from_ms(due_at), opened, own.unit_id), names[own.unit_id]))
    if row.publish_at is not None:
        found.append((Duty("publish", from_ms(row.publish_at), opened), ""))
    return found
