"""The terminal, as a pipe feeds it: lines come from a list and end with it."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from channel_benches.bench import Bench, without_a_platform

from bot.channels.contract import Channel
from bot.channels.terminal import TerminalChannel
from bot.conversation.events import Event, Typed

CODE = "K7Q29XPM"
RUBBISH = "\x1b[2J\x1b]0;x\x07\ufffd\x00"


class TerminalBench(Bench):
    """See Bench."""

    lacks: Mapping[str, str] = {
        **without_a_platform("nothing is between a terminal and its person"),
        "poison": "a line can always be read",
    }
    garbled: tuple[Event, ...] = (Typed(RUBBISH),)
    splits = False
    shapes = False

    def __init__(self, *, plain: bool) -> None:
        self.address = "may-1"
        self.secrets: tuple[str, ...] = (CODE,)
        self._typed: deque[str] = deque()
        self._screen: list[str] = []
        # Bold type is only for real terminals, which are those that an escape sequence of somebody else could harm.
        self.channel: Channel = TerminalChannel(
            self.address,
            self._lines(),
            self._screen.append,
            failed="away",
            display_name="An",
            bold=not plain,
            plain=plain,
        )

    async def _lines(self) -> AsyncIterator[str]:
        while self._typed:
            yield self._typed.popleft() + "\n"

    def write(self, text: str) -> None:
        """The person types a line."""
        self._typed.append(text)

    def bring_rubbish(self) -> None:
        """What is typed is nothing that anybody types, then nothing at all."""
        self._typed += (RUBBISH, "", " \t ")

    def misbehave(self) -> int:
        """Nothing can go wrong with a send; the person types a code."""
        self.write(f"/start {CODE}")
        return 1

    def shown(self) -> list[str]:
        """What stands on the screen."""
        return self._screen


@asynccontextmanager
async def _opened(*, plain: bool) -> AsyncIterator[TerminalBench]:
    yield TerminalBench(plain=plain)


terminal_bench: Callable[[], AbstractAsyncContextManager[TerminalBench]] = partial(_opened, plain=False)
plain_terminal_bench: Callable[[], AbstractAsyncContextManager[TerminalBench]] = partial(_opened, plain=True)
"""The same as on a messenger without buttons."""
