"""A talk in this terminal: store, intake and sender joined for one address, beside whatever else is running."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from bot.channels.contract import Answer
from bot.channels.terminal import TerminalChannel
from bot.conversation.codes import hash_code
from bot.conversation.events import Incoming, Typed
from bot.conversation.office_events import IssueInvite, NoticesDoubtful
from bot.delivery.gates import Limits
from bot.delivery.sender import Sender
from bot.house import build_intake, build_renderer, draw_code, epoch_ms, new_owner, open_store, utcnow
from bot.intake.late import Late
from bot.intake.office import BOT, CLOCK, SHELL
from bot.intake.post import Posted
from bot.intake.take import Intake
from bot.settings import Settings
from bot.wording import say
from storage import chats
from storage.blobs import Blobs
from storage.store import Store

PROMPT = "› "
LINGER_S = 0.5
"""How long a talk on a pipe waits, at its end, for notices on their way."""
_REPLY_S = 5.0
# Nobody throttles a terminal.
_LIMITS = Limits(notices=1000, notices_per_chat=1000, notices_per_group_minute=60_000, poll_s=0.5)


@dataclass(frozen=True, slots=True)
class Who:
    """Who talks: under which address, under which name, and how they join when they are new here."""

    address: str
    name: str
    code: str | None = None
    unit: str | None = None
    plain: bool = False
    """Whether they talk as on a messenger without buttons."""


async def talk(settings: Settings, who: Who) -> int:
    """Talk until the input ends."""
    async with open_store(settings) as store:
        return await _Talk(settings, store, who).run()


class _Screen:
    """Prints messages; on a real terminal the prompt stands under the last one."""

    def __init__(self) -> None:
        self.interactive = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
        self._waiting = False

    def show(self, text: str) -> None:
        start = "\r\x1b[K" if self.interactive and self._waiting else ""
        print(f"{start}{text}\n", flush=True)  # noqa: T201 - this is the screen
        if self._waiting:
            self.prompt()

    def prompt(self) -> None:
        self._waiting = True
        if self.interactive:
            print(PROMPT, end="", flush=True)  # noqa: T201

    def entered(self, line: str) -> None:
        self._waiting = False
        if self.interactive:
            print(flush=True)  # noqa: T201
        elif line.strip():
            print(f"{PROMPT}{line.strip()}\n", flush=True)  # noqa: T201 - a transcript shows both sides


class _Talk:
    def __init__(self, settings: Settings, store: Store, who: Who) -> None:
        self._store = store
        self._who = who
        self._screen = _Screen()
        self._typed: asyncio.Queue[str | None] = asyncio.Queue()
        owner = new_owner()
        self._channel = TerminalChannel(
            who.address,
            self._lines(),
            self._screen.show,
            failed=say("talk.failed"),
            display_name=who.name,
            bold=self._screen.interactive,
            plain=who.plain,
        )
        self._intake: Intake = build_intake(settings, store, owner, self._hand_over)
        self._sender = Sender(
            store,
            {self._channel.name: self._channel},
            epoch_ms,
            owner,
            _LIMITS,
            self._tell_doubts,
            Late(build_renderer(settings), settings.zone, utcnow),
            find=Blobs(settings.files).find,
        )

    async def run(self) -> int:
        self._screen.show(say("talk.hello"))
        sending = asyncio.create_task(self._sender.run())
        try:
            await self._begin()
            self._read_lines()
            receiving = asyncio.create_task(self._channel.receive(self._intake.take, self._intake.keep_poison))
            failed = asyncio.create_task(self._store.failed.wait())
            await asyncio.wait({receiving, sending, failed}, return_when=asyncio.FIRST_COMPLETED)
            for task in (receiving, failed):
                task.cancel()
            if not self._screen.interactive:
                await asyncio.sleep(LINGER_S)
            return 0 if receiving.done() and not self._store.failed.is_set() else 1
        finally:
            with suppress(Exception):
                await self._sender.drain(2.0)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _begin(self) -> None:
        """Say hello to the service: with the code the first time, to go on where one was every other time."""
        arrival = await self._store.read(chats.look, self._channel.name, self._who.address)
        joined = arrival is not None and arrival.person is not None
        code = None if joined else self._who.code
        if not joined and code is None and self._who.unit is not None:
            code = await self._invite(self._who.unit)
        await self._channel.enter(self._intake.take, Typed(f"/start {code}" if code else "/start"))
        await self._answered()

    async def _invite(self, unit: str) -> str | None:
        """Whoever may run this command may also issue an invite, so it is issued on the spot."""
        code = draw_code()
        event = IssueInvite("officer", hash_code(code), unit, expires_at=utcnow() + timedelta(hours=1))
        outcome = await self._intake.settle(Incoming(SHELL, BOT, new_owner(), "shell", event))
        if outcome.refusal is None:
            return code
        self._screen.show(say("refusal.unknown_unit", unit=unit))
        return None

    def _hand_over(self, posted: Posted, typed: bool) -> None:
        for row in posted.own:
            self._channel.expect(str(row.body.get("html")))
        self._sender.post(posted.own, typed=typed)

    async def _answered(self) -> None:
        """Wait until every reply that was posted stands on the screen."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_REPLY_S):
                await self._channel.caught_up()

    async def _tell_doubts(self, ids: tuple[int, ...]) -> None:
        incoming = Incoming(CLOCK, BOT, f"doubt:{new_owner()}", "sender", NoticesDoubtful(ids))
        if await self._intake.take(incoming) is not Answer.TAKEN:
            raise ConnectionError("the doubts are not stored as yet")

    async def _lines(self) -> AsyncIterator[str]:
        """Line after line; the next one is asked for when the one before has its answer on the screen."""
        while True:
            self._screen.prompt()
            line = await self._typed.get()
            if line is None:
                self._screen.entered("")
                return
            self._screen.entered(line)
            yield line
            await self._answered()

    def _read_lines(self) -> None:
        """Read standard input in a thread of its own, which ends with the process."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=_read, args=(loop, self._typed), name="reader", daemon=True).start()


def _read(loop: asyncio.AbstractEventLoop, typed: asyncio.Queue[str | None]) -> None:
    with suppress(RuntimeError, ValueError, OSError, UnicodeDecodeError):  # the loop or the input is gone
        for line in sys.stdin or ():
            loop.call_soon_threadsafe(typed.put_nowait, line)
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(typed.put_nowait, None)
