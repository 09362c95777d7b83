"""Rounds of backup and restore while people keep writing: what was acknowledged before a backup began is in it."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from backups.place import AT, PASSPHRASE, Place
from product_store.fixtures import opened
from pyrage import x25519  # type: ignore[import-untyped]
from sqlalchemy import Connection, func, select
from talk.stage import SDL, SYT, Stage, criteria, staged

from bot.backup.making import Made
from bot.backup.sealing import Key, Lock
from bot.intake.verify import verify
from storage.outbox import put
from storage.rows import NewOutboxRow
from storage.schema import chats, outbox, updates

OFFICERS = {"An": ("SDL", "K7Q29XPM"), "Bình": ("SYT", "B7Q29XPM")}
OWN = x25519.Identity.generate()
FOR_A_KEY = (Lock(recipient=str(OWN.to_public())), Key(identity=str(OWN)))
FOR_A_PASSPHRASE = (Lock(PASSPHRASE), Key(PASSPHRASE))
DUE = 9_999_999_999_999


@dataclass
class Load:
    """Officers who answer without a pause, each turn with a notice that waits; what was acknowledged is remembered."""

    place: Place
    stages: dict[str, Stage]
    dice: random.Random
    acknowledged: set[str] = field(default_factory=set)
    waiting: int = 0

    async def write(self, who: str) -> None:
        """Answer for ever."""
        stage = self.stages[who]
        while True:
            leaf = self.dice.choice(criteria().leaves)
            for text in (f"sửa {leaf}", self.dice.choice(("1", "2", "45/50", "80%"))):
                await stage.says(who, text)
                assert stage.outcome.answer == "taken"
                self.acknowledged.add(str(stage.updates))
            await stage.store.run(_queue)
            self.waiting += 1
            await asyncio.sleep(0.01)

    async def round(self, number: int, *, passphrase: bool = False) -> None:
        """One backup under way among all this, restored elsewhere, and everything that must hold of it."""
        lock, key = FOR_A_PASSPHRASE if passphrase else FOR_A_KEY
        await asyncio.sleep(self.dice.uniform(0, 0.1))
        before, waiting, written = set(self.acknowledged), self.waiting, len(self.acknowledged)
        made = await self._apart(number, lock)
        assert passphrase or len(self.acknowledged) > written, "nobody wrote meanwhile, so this proves nothing"
        other = Place.at(self.place.home / f"restored-{number}")
        restored = await asyncio.to_thread(lambda: asyncio.run(other.restore(made.path, key)))
        async with opened(other.url) as store:
            assert before <= await store.read(_taken)
            assert await store.read(verify) == ()
            states = await store.read(_states)
        assert not states.keys() & {"queued", "paused"}
        assert restored.doubts.uncertain == states["uncertain"] >= waiting
        await asyncio.to_thread(shutil.rmtree, other.home)
        await asyncio.to_thread(made.path.unlink)

    async def _apart(self, number: int, lock: Lock) -> Made:
        """The backup as `tucham backup` makes it: not on the loop that serves."""
        at = AT + timedelta(seconds=number)
        return await asyncio.to_thread(lambda: asyncio.run(self.place.back_up(lock, at)))


@asynccontextmanager
async def load(place: Place, seed: int) -> AsyncIterator[Load]:
    """An office in which two officers write until the end."""
    async with staged(place.url) as first:
        await first.open_office(SDL, SYT)
        second = Stage(first.store, actors={"An": first.actor("An")}, updates=1_000_000)
        made = Load(place, {"An": first, "Bình": second}, random.Random(seed))
        for who, (unit, code) in OFFICERS.items():
            await first.invite(code, "officer", unit)
            await made.stages[who].joins(who, code)
        writing = [asyncio.create_task(made.write(who)) for who in OFFICERS]
        try:
            yield made
        finally:
            for task in writing:
                failed = task.done()
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
                assert not failed


def _queue(conn: Connection) -> None:
    chat = conn.execute(select(func.min(chats.c.id))).scalar_one()
    put(conn, [NewOutboxRow(chat, "notice", "message", {"html": "x", "rows": []}, due_at=DUE)])


def _taken(conn: Connection) -> set[str]:
    return set(conn.execute(select(updates.c.key)).scalars())


def _states(conn: Connection) -> dict[str, int]:
    counted = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    return {str(row[0]): int(row[1]) for row in conn.execute(counted)}
