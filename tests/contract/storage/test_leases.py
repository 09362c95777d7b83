"""Leases outlive nobody for long: what the dead had claimed is freed at once, what the living have is left alone."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path

from product_store.databases import Postgres
from product_store.fixtures import opened
from product_store.seeds import NOW
from sqlalchemy import Connection

from storage import chats, leases, outbox
from storage.rows import NewOutboxRow, OutboxRow, Settled
from storage.single import Membership, join
from storage.store import Store

LEASE = 60_000
CLAIMER = """
import asyncio, sys
from storage import outbox
from storage.single import join
from storage.store import Store

async def claim(url, owner, now):
    membership, store = await join(url, owner), Store(url, writers=1)
    await store.open()
    print(len(await store.run(outbox.claim, int(now), owner, 2, 60_000)), flush=True)
    await asyncio.sleep(60)

asyncio.run(claim(*sys.argv[1:]))
"""


def put_two(conn: Connection, name: str) -> None:
    """A reply and a notice, each in a chat of its own."""
    for lane in ("reply", "notice"):
        chat = chats.arrive(conn, "telegram", f"{name} {lane}", "private", NOW).chat.id
        outbox.put(conn, [NewOutboxRow(chat, lane, "message", {"text": f"{name} {lane}"}, NOW)])


def texts(rows: Collection[OutboxRow]) -> list[str]:
    return sorted(row.body["text"] for row in rows)


async def take_over(store: Store, membership: Membership) -> int:
    """What a process does when it starts."""
    dead = await membership.dead(await store.read(leases.holders))
    return await store.run(leases.expire, dead, ["telegram"], NOW)


@asynccontextmanager
async def claimer(url: str, owner: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that has claimed two rows under this name and sends them for ever."""
    root = str(Path(__file__).parents[3])
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CLAIMER, url, owner, str(NOW)),
        cwd=root,
        env=os.environ | {"PYTHONPATH": root},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"2\n"
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()


async def test_what_a_killed_process_had_claimed_is_freed_at_once_and_what_a_living_one_has_is_not(
    postgres: Postgres,
) -> None:
    """Caught when seeded: nobody taken for dead; everybody else taken for dead, as if this were SQLite."""
    url = await postgres.new_database()
    async with opened(url, writers=2) as store:
        await store.run(put_two, "dying")
        async with claimer(url, "dying") as dying:
            await store.run(put_two, "living")
            async with claimer(url, "living"):
                me = await join(url, "me")
                assert await take_over(store, me) == 0
                dying.send_signal(signal.SIGKILL)
                await dying.wait()
                async with asyncio.timeout(5):  # the server must notice
                    while not (freed := await take_over(store, me)):  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
                assert freed == 2
                await store.run(leases.sweep, NOW)
                assert texts(await store.read(outbox.uncertain)) == ["dying notice"]
                assert texts(await store.run(outbox.claim, NOW, "me", 9, LEASE)) == ["dying reply"]
                assert await store.read(leases.holders) == {"living", "me"}
                await me.close()


async def test_the_only_process_on_a_database_need_not_wait_for_dead_leases(store: Store) -> None:
    await store.run(put_two, "theirs")
    dead = await store.run(outbox.claim, NOW, "dead", 2, LEASE)
    await store.run(put_two, "mine")
    assert len(await store.run(outbox.claim, NOW, "me", 9, LEASE)) == 2
    me = await join(store.url, "me")
    others = await me.dead(await store.read(leases.holders))
    assert others == {"dead"}
    assert await store.run(leases.expire, others, ["terminal"], NOW) == 0  # another channel's rows are not touched
    assert await take_over(store, me) == 2
    (doubtful,) = await store.run(leases.sweep, NOW)
    assert texts(await store.read(outbox.uncertain)) == ["theirs notice"]
    assert texts(await store.run(outbox.claim, NOW, "me", 9, LEASE)) == ["theirs reply"]
    # the one that was taken for dead tells late: the doubt is settled, and the reply is another's now
    late = [Settled(row.id, "dead", "sent", NOW, "m") for row in dead]
    assert await store.run(outbox.settle, late) == tuple(row.id for row in dead if row.id != doubtful)
    assert await store.read(outbox.uncertain) == ()
    await me.close()
