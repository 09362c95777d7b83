"""A message that goes out in several parts: what becomes of it once the first of them stands."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.channels.contract import Failure, SendFailed

PART_SECONDS = 1.0
PART_TRIES = 3
LONGEST_WAIT = 10 * PART_SECONDS


async def send_further(send: Callable[[], Awaitable[str | None]], which: str) -> str | None:
    """Send a later part. Once a part stands, nothing may repeat the whole: what fails here is UNCERTAIN."""
    for _ in range(PART_TRIES):
        try:
            return await send()
        except SendFailed as error:
            if error.failure is not Failure.RETRY or error.after > LONGEST_WAIT:
                raise SendFailed(Failure.UNCERTAIN, f"{which}: {error.detail}") from None
            await asyncio.sleep(max(error.after, PART_SECONDS))
    raise SendFailed(Failure.UNCERTAIN, f"{which} could not be sent")
