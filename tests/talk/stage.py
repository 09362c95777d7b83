"""A stage for conversations: people by name talk to the real Intake on a real file, at a clock that can be set."""

from __future__ import annotations

import hashlib
import html
import re
import tomllib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.conversation.assessment import Assessment
from bot.conversation.codes import hash_code
from bot.conversation.events import Edited, Event, Filed, Incoming, Pressed, Typed, Unreadable
from bot.conversation.office_events import ImportUnits, IssueInvite, OpenCycle, UnitRow
from bot.conversation.reading.words import Words
from bot.conversation.session import Rules
from bot.delivery import agenda
from bot.delivery.agenda import OpenCycle as CycleToKeep
from bot.delivery.endings import Endings
from bot.delivery.schedule import Calendar, Schedule
from bot.intake.building import build
from bot.intake.late import Late, NotNow
from bot.intake.moments import to_ms
from bot.intake.office import BOT, CLOCK
from bot.intake.post import Pen
from bot.intake.shelf import Shelf
from bot.intake.take import Intake, Outcome
from bot.intake.verify import Difference, verify
from messages.render import FOLDER, Renderer
from scoring.criteria_set import CriteriaSet
from scoring.library import digest, parse_set, set_text
from storage import assessments, chats, cycles, outbox, units, updates
from storage.rows import OutboxRow, OutboxState, Settled
from storage.store import Store

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SET = "qd-3270-2020"
NAMES = {
    "agency": "Sở Thông tin và Truyền thông",
    "agency_short": "Sở TTTT",
    "province": "Quảng Bình",
    "contact_name": "Phòng Công nghệ thông tin, Sở TTTT",
    "contact_phone": "0232 3000 000",
    "site_url": "https://tucham.quangbinh.gov.vn",
}
START = datetime(2026, 1, 5, 8, 30, tzinfo=ZONE)
DUE = datetime(2026, 1, 15, tzinfo=ZONE)
SDL = UnitRow("SDL", "Sở Du lịch", "Sở Du lịch", "so_ban_nganh")
SYT = UnitRow("SYT", "Sở Y tế", "Sở Y tế", "so_ban_nganh")
LT = UnitRow("LT", "UBND huyện Lệ Thủy", "Lệ Thủy", "ubnd_cap_huyen")

_TAG = re.compile(r"<[^>]+>")


@cache
def words() -> Words:
    """The word lists of the product."""
    return Words.from_mapping(tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8")))


@cache
def renderer() -> Renderer:
    """The real templates with fixed names."""
    return Renderer(NAMES, ZONE)


@cache
def criteria() -> CriteriaSet:
    """The set the stage's cycle is opened with."""
    text = set_text(SET)
    return parse_set(text, digest(text))


@dataclass
class Clock:
    """Gives the moment it was set to, and each time a little later."""

    now: datetime = START
    step: timedelta = timedelta(seconds=20)

    def __call__(self) -> datetime:
        at = self.now.astimezone(UTC)
        self.now += self.step
        return at


@dataclass(frozen=True)
class Message:
    """A message as somebody sees it: plain text and buttons (label, payload); `own` answers what they did."""

    to: str
    text: str
    rows: tuple[tuple[tuple[str, str], ...], ...]
    own: bool

    @property
    def buttons(self) -> tuple[tuple[str, str], ...]:
        """All buttons in reading order."""
        return tuple(one for row in self.rows for one in row)

    def payload(self, label: str) -> str:
        """What the button of that label carries; LookupError names the labels there are."""
        for shown, payload in self.buttons:
            if shown == label:
                return payload
        raise LookupError(f"no button {label!r} among {[shown for shown, _ in self.buttons]}")

    @property
    def title(self) -> str:
        """The first line."""
        return self.text.split("\n", 1)[0]


@dataclass
class Actor:
    """Somebody, or a group: where they write from and all they were shown."""

    name: str
    address: str
    channel: str = "telegram"
    kind: str = "private"
    seen: list[Message] = field(default_factory=list)
    plain: bool = False
    """Whether no buttons are shown there: somebody called "… (Zalo)" types everything."""

    @property
    def display_name(self) -> str:
        """The name a messenger shows: without the words in brackets."""
        return self.name.split(" (")[0]


@dataclass(repr=False)  # asyncio writes down what a fixture returned, and all criteria with it, only to throw it away
class Stage:
    """Everything that a conversation needs, real but for the messenger and the clock."""

    store: Store
    clock: Clock = field(default_factory=Clock)
    actors: dict[str, Actor] = field(default_factory=dict)
    pen: Pen = field(default_factory=lambda: Pen(renderer(), "stage"))
    updates: int = 0
    alone: int = 50
    """To how many people one admin may send without a second one's word."""
    own: list[OutboxRow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.intake = self.door()
        self.shelf = Shelf()

    def door(self) -> Intake:
        """A new Intake on the same file, as after a restart."""
        return Intake(
            store=self.store,
            words=words(),
            pen=self.pen,
            clock=self.clock,
            prefix="QB",
            hand_over=lambda posted, _typed: self.own.extend(posted.own),
            rules=Rules(
                ZoneInfo("Asia/Ho_Chi_Minh"),
                self.alone,
                agency_mails=self.pen.mail.enabled and bool(self.pen.mail.agency),
            ),
        )

    def actor(self, name: str, kind: str = "private") -> Actor:
        """The actor of that name, from the first mention on."""
        if name not in self.actors:
            plain = "(Zalo)" in name
            channel = "zalo_bot" if plain else "telegram"
            self.actors[name] = Actor(name, str(1001 + len(self.actors)), channel, kind, plain=plain)
        return self.actors[name]

    async def office(self, event: Event, **extra: str) -> Outcome:
        """Something the office does from the shell."""
        self.updates += 1
        return await self.intake.settle(Incoming("cli", "", str(self.updates), "", event, extra=extra))

    async def open_office(self, *rows: UnitRow, year: int = 2025, due: datetime = DUE) -> None:
        """Import the units and open a cycle."""
        await self.office(ImportUnits(rows))
        text = set_text(SET)
        await self.office(OpenCycle(year, SET, digest(text), due.astimezone(UTC)), set_text=text)

    async def invite(
        self, code: str, role: str = "officer", unit: str | None = None, hours: int | None = None, uses: int = 1
    ) -> Outcome:
        """Issue an invite with this very code."""
        expires = self.clock.now.astimezone(UTC) + timedelta(hours=hours) if hours else None
        return await self.office(IssueInvite(role, hash_code(code), unit, uses=uses, expires_at=expires))

    async def does(self, name: str, event: Event, key: str | None = None) -> list[Message]:
        """Somebody does something; what they are answered."""
        self.updates += 1
        actor = self.actor(name)
        incoming = Incoming(
            actor.channel,
            "1",
            key or str(self.updates),
            actor.address,
            event,
            actor.kind,
            actor.display_name,
            plain=actor.plain,
            takes_files=not actor.plain,
        )
        self.own.clear()
        self.outcome = await self.intake.settle(incoming)
        answered = [self._shown(row, own=True) for row in self.own]
        actor.seen.extend(answered)
        return answered

    async def says(self, name: str, text: str) -> list[Message]:
        """Somebody types."""
        return await self.does(name, Typed(text))

    async def edits(self, name: str, text: str) -> list[Message]:
        """Somebody changes a text sent before."""
        return await self.does(name, Edited(text))

    async def files(self, name: str, called: str, caption: str = "") -> list[Message]:
        """Somebody sends a file that was checked and kept; its content is its name."""
        content = hashlib.sha256(called.encode()).hexdigest()
        return await self.does(name, Filed(content, called, "application/pdf", len(called), caption=caption))

    async def sends(self, name: str, kind: str) -> list[Message]:
        """Somebody sends a picture or the like."""
        return await self.does(name, Unreadable(kind))

    async def presses(self, name: str, label: str, *, old: bool = False) -> list[Message]:
        """Somebody presses a button they see: on the last answer or a notice since; `old`: however far above."""
        seen = self.actor(name).seen
        answers = [place for place, message in enumerate(seen) if message.own]
        for message in reversed(seen if old else seen[answers[-1] if answers else 0 :]):
            if any(shown == label for shown, _ in message.buttons):
                return await self.does(name, Pressed(message.payload(label)))
        raise LookupError(f"{name} does not see {label!r}")

    async def payload(self, name: str, payload: str) -> list[Message]:
        """Somebody's messenger sends a button's payload, whatever it is."""
        return await self.does(name, Pressed(payload))

    async def joins(self, name: str, code: str) -> list[Message]:
        """Somebody joins by a code: code, unit confirmed, notice accepted."""
        await self.says(name, f"/start {code}")
        await self.presses(name, "Đúng")
        return await self.presses(name, "Đồng ý, bắt đầu")

    async def notices(self) -> list[Message]:
        """Deliver the notices that wait, as a sender would, in order."""
        late = Late(self.pen.renderer, ZONE, lambda: self.clock.now.astimezone(UTC))
        rows = await self.store.run(_delivered, late, to_ms(late.clock()))
        shown = [self._shown(row, own=False) for row in rows]
        for message in shown:
            self.actor(message.to).seen.append(message)
        return shown

    async def strikes(self) -> None:
        """The clock looks at the calendar once, as a service that has just started would."""

        async def open_cycle() -> CycleToKeep | None:
            return await self.store.run(agenda.open_cycle)

        async def skip(key: str) -> bool:
            return await self.store.run(updates.note_update, CLOCK, BOT, key, 0)

        now = self.clock.now.astimezone(UTC)
        await Schedule(Calendar(open_cycle, skip, self.intake.take, lambda: now, lambda: True, ZONE)).look()
        late = Late(self.pen.renderer, ZONE, lambda: now, self.pen.home, self.shelf)
        await Endings(self.store, self.intake.take, late, lambda: now, lambda: True, lambda _pages: None).look()

    async def assessment(self, unit: str) -> Assessment:
        """The unit's assessment as it is stored; LookupError before there is one."""
        return await self.store.run(self._assessment, unit)

    async def active(self, name: str) -> Assessment:
        """The assessment that somebody works on now, as it is stored."""
        return await self.store.run(self._active, self.actor(name))

    async def differences(self) -> tuple[Difference, ...]:
        """What `tucham verify` finds."""
        return await self.store.run(verify)

    def _assessment(self, conn: Connection, code: str) -> Assessment:
        unit, cycle = units.unit_by_code(conn, code), cycles.latest_cycle(conn)
        found = assessments.find_assessment(conn, unit.id, cycle.id) if unit and cycle else None
        if found is None:
            raise LookupError(code)
        return build(conn, self.shelf, assessments.view_assessment(conn, found))

    def _active(self, conn: Connection, actor: Actor) -> Assessment:
        arrival = chats.look(conn, actor.channel, actor.address)
        if arrival is None or arrival.person is None or arrival.person.assessment_id is None:
            raise LookupError(actor.name)
        return build(conn, self.shelf, assessments.view_assessment(conn, arrival.person.assessment_id))

    def _shown(self, row: OutboxRow, *, own: bool) -> Message:
        to = next(one for one in self.actors.values() if one.address == row.address)
        text = html.unescape(_TAG.sub("", row.body["html"]))
        rows = () if to.plain else row.body["rows"]
        buttons = tuple(tuple((label, payload) for label, payload in line) for line in rows)
        return Message(to.name, text, buttons, own)


def _delivered(conn: Connection, late: Late, now: int) -> Sequence[OutboxRow]:
    sent: list[OutboxRow] = []
    while rows := outbox.claim(conn, now, "sender", 100, 1000, lane="notice"):
        for row in rows:
            body = late(conn, row) if row.late else row.body
            if isinstance(body, NotNow):
                outbox.postpone(conn, row.id, "sender", to_ms(body.until))
                continue
            state: OutboxState = "sent" if body is not None else "dropped"
            outbox.settle(conn, [Settled(row.id, "sender", state, now, str(row.id))])
            sent += [row._replace(body=body)] if body is not None else []
    return sorted(sent, key=lambda row: row.id)


@asynccontextmanager
async def staged(url: str) -> AsyncIterator[Stage]:
    """A stage on a migrated database."""
    store = Store(url)
    await store.open()
    try:
        yield Stage(store)
    finally:
        await store.close()


def sqlite_of(path: Path) -> str:
    """The URL of an SQLite file."""
    return f"sqlite:///{path}"
