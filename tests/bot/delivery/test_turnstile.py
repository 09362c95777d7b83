"""Notices go one by one, whatever held them up: the machine, the database, or the platform's own wish.

Caught when seeded: no turnstile (all that waited for the end of a 429 go at once); one that makes up for lost time.
"""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

from product_store.fixtures import opened
from scripted_channel.channel import ScriptedChannel, retry

from bot.delivery.gates import Limits, Turnstile
from bot.delivery.sender import Sender
from storage import chats, outbox
from storage.rows import NewOutboxRow

RATE = 50
LIMITS = Limits(notices=RATE, notices_per_chat=50, retry_s=0.05, poll_s=0.05, settle_s=0.01)


def now() -> int:
    return time.time_ns() // 1_000_000


async def test_who_waited_together_goes_one_by_one() -> None:
    turnstile, times = Turnstile(RATE), list[float]()

    async def go() -> None:
        await turnstile.pass_through()
        times.append(time.monotonic())

    waiting = [asyncio.create_task(go()) for _ in range(10)]
    await asyncio.sleep(0.05)
    time.sleep(0.15)  # noqa: ASYNC251 - the machine stands still
    await asyncio.gather(*waiting)
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.4 / RATE


async def test_a_pause_the_platform_wants_is_not_followed_by_a_bunch(sqlite_file_url: str) -> None:
    channel = ScriptedChannel()
    channel.steps["1010"].append(retry(0.3, hold_all=True))
    async with opened(sqlite_file_url) as store:
        for number in range(40):
            chat = (await store.run(chats.arrive, "telegram", str(1000 + number), "private", now())).chat.id
            await store.run(outbox.put, [NewOutboxRow(chat, "notice", "message", {"html": "x", "rows": []}, now())])

        async def nobody(_ids: tuple[int, ...]) -> None: ...

        sender = Sender(store, {"telegram": channel}, now, "me", LIMITS, nobody)
        running = asyncio.create_task(sender.run())
        async with asyncio.timeout(5):
            while len(channel.shown) < 40:  # noqa: ASYNC110 - looks at what has no event
                await asyncio.sleep(0.01)
        await sender.drain(1.0)
        await running
    times = sorted(one.at for one in channel.shown)
    assert max(later - earlier for earlier, later in pairwise(times)) >= 0.25
    assert max(sum(at <= other < at + 0.1 for other in times) for at in times) <= RATE // 10 + 2
