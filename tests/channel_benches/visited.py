"""The web chat's channel with a visitor at its pages, the forms nobody should send, and an ear at the door."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from bot.channels.contract import Answer, KeepPoison, Take
from bot.channels.web import WebChannel
from bot.channels.web.receiving import LONGEST_TEXT, PRESS_LIMIT
from bot.conversation.events import Event, Incoming, Pressed, Typed
from bot.intake.take import Intake, Outcome

UNKNOWN, NULS, TOO_LONG = "an:999:1.1:oyes:0", "\x00" * 200, "ơ" * (LONGEST_TEXT + 1)
GARBAGE: tuple[tuple[int, Mapping[str, str], Mapping[str, str]], ...] = (
    (400, {}, {}),
    (400, {"denominator": "1"}, {}),
    (400, {"text": "x", "key": "../../x"}, {}),
    (403, {"text": "x", "csrf": "0" * 64}, {}),
    (403, {"text": "x"}, {"Origin": "https://example.org", "Sec_Fetch_Site": "cross-site"}),
    (413, {"text": "ế" * 40_000}, {}),
    (303, {"press": UNKNOWN}, {}),
    (303, {"press": NULS}, {}),
    (303, {"text": TOO_LONG}, {}),
)
"""Forms that no page of ours sends, and how each is answered."""
TAKEN: tuple[Event, ...] = (Pressed(UNKNOWN), Pressed(NULS[: PRESS_LIMIT + 1]), Typed(TOO_LONG[:LONGEST_TEXT]))
"""What those that are let in are taken for."""


class Ear:
    """Stands before the real intake: tells whoever listens what came in, and fails when it is told to."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self.tell: Take | None = None
        self.fault: Exception | None = None

    async def take(self, incoming: Incoming) -> Answer:
        """Take one in, here and there."""
        if self.fault is not None:
            raise self.fault
        answer = await self._intake.take(incoming)
        if self.tell is not None:
            await self.tell(incoming)
        return answer

    async def settle(self, incoming: Incoming) -> Outcome:
        """What the doors and the office do is nobody else's."""
        return await self._intake.settle(incoming)


class VisitedChannel(WebChannel):
    """The channel; while it receives, the visitor does what was planned, in order."""

    def __init__(self, public_url: str, ear: Ear) -> None:
        super().__init__(public_url)
        self.plans: list[Callable[[], Awaitable[None]]] = []
        self._ear = ear

    async def receive(self, take: Take, keep_poison: KeepPoison) -> None:
        """The same, with the visitor beside it."""
        self._ear.tell = take
        visit = asyncio.create_task(self._visit())
        await super().receive(take, keep_poison)
        await visit

    async def _visit(self) -> None:
        while self.plans:
            await self.plans.pop(0)()
