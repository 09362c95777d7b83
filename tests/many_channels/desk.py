"""A service that sends through several scripted channels: the real door, the real sender, people with chats on each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from scripted_channel.channel import ABLE, ScriptedChannel
from sqlalchemy import Connection, select, update
from talk.stage import SDL, START, SYT, ZONE, Clock, Stage

from bot.channels.contract import Capabilities, Failure, Outgoing, Quota, SendFailed, Sent
from bot.delivery.gates import Limits
from bot.delivery.outages import Outages
from bot.delivery.reporting import Reports
from bot.delivery.sender import Sender
from bot.intake.late import Late
from bot.intake.mailbox import MailPolicy
from bot.intake.moments import to_ms
from storage import chats, outbox
from storage.rows import ChatRow, NewOutboxRow, OutboxRow
from storage.schema import outbox as outbox_table
from storage.schema import units
from storage.store import Store

FAST = Limits(notices=500, notices_per_chat=500, retry_s=0.02, longest_retry_s=0.05, poll_s=0.02, settle_s=0.005)
PLAIN = Capabilities(buttons=False, edits=False, text_limit=2000, markup=False)
UNIT_MAIL = "sdl@quangbinh.gov.vn"
CODES = {"An": "AAAAAAA2", "Bình": "BBBBBBB2", "Hà": "HHHHHHH2"}


def blocked() -> SendFailed:
    """The person stopped the channel."""
    return SendFailed(Failure.UNREACHABLE, "403")


def refused() -> SendFailed:
    """The platform refuses this very message."""
    return SendFailed(Failure.REJECTED, "400")


def cut() -> SendFailed:
    """Nothing of ours gets through."""
    return SendFailed(Failure.RETRY, "connection refused")


@dataclass
class Line(ScriptedChannel):
    """A scripted channel that can be cut altogether."""

    broken: Callable[[], SendFailed] | None = None
    parts: int = 1

    async def send(self, outgoing: Outgoing) -> Sent:
        """Fail while the line is cut, else do what the script says."""
        if self.broken is not None:
            self.tried.append(outgoing)
            raise self.broken()
        return replace(await super().send(outgoing), parts=self.parts)


@dataclass
class Ticking(Clock):
    """The stage's clock, going as fast as clocks go; `ahead` puts it on."""

    begun: float = field(default_factory=time.monotonic)
    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """The moment, in UTC."""
        return START.astimezone(UTC) + timedelta(seconds=time.monotonic() - self.begun) + self.ahead


@dataclass
class Desk:
    """The service of one test. `lines` are its channels by name."""

    store: Store
    lines: dict[str, Line]
    limits: Limits = FAST
    mail: MailPolicy = field(default_factory=MailPolicy)
    clock: Ticking = field(default_factory=Ticking)

    def __post_init__(self) -> None:
        self.outages = Outages(self.limits.cut_off_s)
        self.stage = Stage(self.store, clock=self.clock)
        self.stage.pen = replace(self.stage.pen, mail=self.mail, down=self.outages.down)
        self.stage.intake = self.stage.door()
        self.reports = Reports(self.store, self.stage.intake.take, self.outages, self.clock, _always)
        self.sender = self._hired()

    def _hired(self) -> Sender:
        return Sender(
            self.store,
            self.lines,
            self.now_ms,
            "me",
            self.limits,
            self.reports.doubts,
            Late(self.stage.pen.renderer, ZONE, self.clock, self.stage.pen.home, self.stage.shelf),
            on_failed=self.reports.failures,
            outages=self.outages,
            zone=ZONE,
        )

    def now_ms(self) -> int:
        """The moment as storage keeps it."""
        return to_ms(self.clock())

    async def joins(self, name: str, role: str = "officer", unit: str | None = "SDL") -> int:
        """Somebody joins by their first chat, on Telegram; its number."""
        await self.stage.invite(CODES[name], role, unit if role == "officer" else None, uses=9)
        await self.stage.joins(name, CODES[name])
        return (await self.chat(name)).id

    async def chat(self, name: str) -> ChatRow:
        """The chat somebody joined by."""
        found = await self.store.read(chats.look, "telegram", self.stage.actor(name).address)
        assert found is not None
        return found.chat

    async def also(self, name: str, channel: str, *, later: int = -3600, plain: bool = False) -> int:
        """Somebody has another chat, used so many seconds later than now; its number."""
        person = (await self.chat(name)).person_id or 0
        return await self.store.run(_also, person, channel, self.address(name), self.now_ms() + later * 1000, plain)

    def address(self, name: str) -> str:
        """Where somebody is on every channel."""
        return self.stage.actor(name).address

    async def put(self, chat: int, key: str, text: str = "Thông báo", **more: object) -> int:
        """A notice waits; its number."""
        body = {"html": text, "rows": [[["Xem", "st"]]], **more}
        row = NewOutboxRow(chat, "notice", "message", body, self.now_ms(), key=f"{key}:{chat}")
        (number,) = await self.store.run(outbox.put, [row])
        assert number is not None
        self.sender.wake()
        return number

    async def rows(self) -> tuple[OutboxRow, ...]:
        """Every notice there is, in order."""
        return await self.store.run(_notices)

    async def states(self, text: str = "") -> list[tuple[str, str]]:
        """Every notice that says this: its channel and state."""
        return [(row.channel, row.state) for row in await self.rows() if text in str(row.body.get("html", ""))]

    def shown(self, text: str = "") -> list[tuple[str, str]]:
        """Everything that arrived and says this: its channel and address."""
        return [
            (name, one.outgoing.address)
            for name, line in self.lines.items()
            for one in line.shown
            if text in one.outgoing.html
        ]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """A sender at work."""
        self.sender = self._hired()
        task = asyncio.create_task(self.sender.run())
        try:
            yield
        finally:
            await self.sender.drain(1.0)
            await task

    async def until_quiet(self, but: Iterable[str] = ()) -> None:
        """Wait until nothing waits any more, but on the channels named."""
        left, quiet = set(but), 0
        for _ in range(1000):
            sender = self.sender
            telling = sender._failures._waiting or sender._failures._task or sender._settling._writing
            waits = any(row.state == "queued" and row.channel not in left for row in await self.rows())
            quiet = 0 if waits or (telling and not left) else quiet + 1
            if quiet >= 3:
                return
            await asyncio.sleep(0.02)
        raise AssertionError([(row.channel, row.state, row.last_error) for row in await self.rows()])


@asynccontextmanager
async def desk(
    url: str, *channels: str, mails: bool = False, quota: Quota | None = None, **more: object
) -> AsyncIterator[Desk]:
    """An office of two units; the first has a mailbox. Telegram and the channels named can be sent through; the plain
    one of them (zalo_bot) has this quota."""
    names = ("telegram", *channels, *(("mail",) if mails else ()))
    plain = replace(PLAIN, quota=quota)
    lines = {name: Line(name=name, capabilities=plain if name == "zalo_bot" else ABLE) for name in names}
    store = Store(url)
    await store.open()
    try:
        made = Desk(store, lines, mail=MailPolicy(enabled=mails), **more)  # type: ignore[arg-type]
        await made.stage.open_office(SDL, SYT)
        await store.run(_give_mail)
        yield made
    finally:
        await store.close()


def _always() -> bool:
    return True


def _also(conn: Connection, person: int, channel: str, address: str, at: int, plain: bool) -> int:
    chat = chats.arrive(conn, channel, address, "private", at, plain=plain).chat.id
    chats.bind_chat(conn, chat, person)
    return chat


def _notices(conn: Connection) -> tuple[OutboxRow, ...]:
    ids = conn.execute(select(outbox_table.c.id).where(outbox_table.c.lane == "notice")).scalars().all()
    return outbox.load_rows(conn, ids)


def _give_mail(conn: Connection) -> None:
    conn.execute(update(units).where(units.c.code == "SDL").values(email=UNIT_MAIL))
