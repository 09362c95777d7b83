"""What happens to one event: taken at once, or kept as it came while files are fetched, and taken then."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter, OrderedDict
from collections.abc import Mapping
from typing import Any

from bot.channels.aside import Aside, summary
from bot.channels.contract import Answer, Capabilities, Take
from bot.channels.keeping import Away, Shelf
from bot.channels.lanes import Lanes
from bot.channels.zalo_oa.decoding import Decoded, decode, key_of, lane_of
from bot.channels.zalo_oa.fetching import Fetching, Patience

log = logging.getLogger(__name__)
PARALLEL = 64
REMEMBERED = 1000


class Reception:
    """Takes events in for one account. `can` is what the channel can do; without `fetching` no file is taken.

    What needs longer than the platform waits goes on the shelf as it came, is confirmed, and is gone on with from
    there, after a restart too; so does whatever the same person does meanwhile, because it comes later.
    """

    def __init__(
        self,
        bot: str,
        can: Capabilities,
        take: Take,
        aside: Aside,
        shelf: Shelf,
        fetching: Fetching | None,
        patience: Patience,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._bot = bot
        self._can = can
        self._take = take
        self.aside = aside
        self._shelf = shelf
        self._fetching = fetching
        self._patience = patience
        self._lanes = Lanes(PARALLEL)
        self._slow: Counter[str] = Counter()
        self._under_way: dict[str, asyncio.Future[bool] | None] = {}
        self._done: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[object]] = set()

    async def admit(self, raw: Mapping[str, Any]) -> Answer:
        """Take one event in, or keep it; a bug anywhere on the way sets it aside and never raises."""
        key, lane = key_of(raw), lane_of(raw)
        if key in self._done:
            return Answer.TAKEN
        if key in self._under_way:
            kept = self._under_way[key]
            return Answer.TAKEN if kept is None or await asyncio.shield(kept) else Answer.UNAVAILABLE
        try:
            read = decode(raw, bot=self._bot, can=self._can)
        except Exception as error:  # noqa: BLE001 - what cannot be read is kept, whatever is wrong with it
            return await self._poison(raw, error)
        self.counts["ignored"] += not read
        if not read:
            return Answer.TAKEN
        if self._slow[lane] or (self._fetching is not None and any(one.attached is not None for one in read)):
            return await self._later(key, lane, raw)
        return await self._lanes.run(lane, lambda: self._taken(raw, read))

    async def resume(self) -> None:
        """Go on with what was kept and not taken, here or by a process that is gone. Raises Away."""
        rows = [(key, _loaded(text)) for key, text in await self._shelf.held()]
        for key, raw in sorted(rows, key=lambda row: _sent_at(row[1])):
            if key not in self._under_way:
                self._go_on(key, lane_of(raw), raw, None)

    async def drain(self, seconds: float) -> None:
        """Let what is under way finish; what does not is found on the shelf by the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _taken(self, raw: Mapping[str, Any], read: tuple[Decoded, ...]) -> Answer:
        """Take what was done in one event, in order; UNAVAILABLE at the first that is not taken."""
        try:
            for one in read:
                incoming = one.incoming
                if one.attached is not None and self._fetching is not None:
                    incoming = await self._fetching.brought(incoming, one.attached)
                answer = await self._take(incoming)
                self.counts[answer] += 1
                if answer is not Answer.TAKEN:
                    return answer
        except Exception as error:  # noqa: BLE001 - the one place that wraps what becomes of an event
            return await self._poison(raw, error)
        return Answer.TAKEN

    async def _poison(self, raw: Mapping[str, Any], error: Exception) -> Answer:
        log.error("event kept as poison: %s", summary(error))  # its text may name people
        return await self.aside.keep(key_of(raw), summary(error), json.dumps(raw))

    async def _later(self, key: str, lane: str, raw: Mapping[str, Any]) -> Answer:
        """Keep an event and go on with it behind the platform's back; it takes its place in the lane at once."""
        standing: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._go_on(key, lane, raw, standing)
        try:
            await self._shelf.hold(key, json.dumps(raw))
        except Exception as error:  # noqa: BLE001 - whatever it is: nobody behind it in the lane may wait for ever
            log.warning("an event could not be kept: %s", summary(error))
            standing.set_result(False)
            return Answer.UNAVAILABLE
        standing.set_result(True)
        return Answer.TAKEN

    def _go_on(self, key: str, lane: str, raw: Mapping[str, Any], standing: asyncio.Future[bool] | None) -> None:
        self._under_way[key] = standing
        self._slow[lane] += 1

        async def work() -> None:
            if standing is None or await standing:
                await self._finish(key, raw)

        task: asyncio.Task[object] = asyncio.create_task(self._lanes.run(lane, work))
        self._tasks.add(task)
        task.add_done_callback(lambda ended: self._ended(ended, key, lane))

    def _ended(self, task: asyncio.Task[object], key: str, lane: str) -> None:
        self._tasks.discard(task)
        self._under_way.pop(key, None)
        self._slow[lane] -= 1
        if not self._slow[lane]:
            del self._slow[lane]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an event stays kept: %s", summary(error))

    async def _finish(self, key: str, raw: Mapping[str, Any]) -> None:
        """Take a kept event in and drop it; while the database is away it is tried again and again."""
        pause = self._patience.first
        try:
            read = decode(raw, bot=self._bot, can=self._can)
        except ValueError as error:
            await self._poison(raw, error)
            read = ()
        while await self._taken(raw, read) is not Answer.TAKEN or not await self._dropped(key):
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._patience.longest)
        self._done[key] = None
        while len(self._done) > REMEMBERED:
            self._done.popitem(last=False)

    async def _dropped(self, key: str) -> bool:
        try:
            await self._shelf.let_go(key)
        except Away:
            return False
        return True


def _loaded(text: str) -> dict[str, Any]:
    try:
        raw = json.loads(text)
    except ValueError:
        raw = None
    return raw if isinstance(raw, dict) else {}


def _sent_at(raw: Mapping[str, Any]) -> int:
    told = str(raw.get("timestamp", ""))
    return int(told) if told.isascii() and told.isdecimal() else 0
