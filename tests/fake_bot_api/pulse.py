"""Waiting without sleeping: whoever changes something beats the pulse, whoever waits looks again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class SilenceError(AssertionError):
    """What was waited for did not come in time."""


class Pulse:
    """A wake-up call for any number of waiters."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        """Let every waiter look again."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, look: Callable[[], T | None], within: float | None, what: Callable[[], str] | str = "") -> T:
        """Return the first true value of `look`; raise SilenceError after `within` seconds (None: never)."""
        try:
            async with asyncio.timeout(within):
                while not (found := look()):
                    future = asyncio.get_running_loop().create_future()
                    self._waiting.add(future)
                    try:
                        await future
                    finally:
                        self._waiting.discard(future)
                return found
        except TimeoutError:
            told = what if isinstance(what, str) else what()
            raise SilenceError(f"nothing came within {within} s; {told}") from None
