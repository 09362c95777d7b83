"""Sends what stands in the outbox: a person's reply at once, everything else as the gates allow."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, tzinfo

from bot.channels.contract import Channel
from bot.delivery.attempts import Attempts, Job, RenderLate, Surroundings
from bot.delivery.carrying import LinkFile
from bot.delivery.composing import FindFile, no_files
from bot.delivery.gates import Gates, Limits
from bot.delivery.lines import Lines
from bot.delivery.outages import Outages
from bot.delivery.settling import Batch, Settling
from bot.delivery.spending import Spending
from bot.delivery.telling import Tell, Telling
from storage import leases, outbox
from storage.errors import StoreUnavailable
from storage.rows import Lane, OutboxRow
from storage.store import Store

log = logging.getLogger(__name__)

_SWEEP_S = 5.0
_UNAVAILABLE_S = 1.0
_AHEAD_S = 0.1
"""How long before its place at the gate a notice may be claimed."""
_CLAIM_S = 0.2
"""How many seconds' worth of notices are claimed together."""


def _always() -> bool:
    return True


async def _nobody(_ids: tuple[int, ...]) -> None:
    """Nobody needs to hear of them."""


class Sender:
    """One per process. `owner` names the process, new with every start; `clock` gives epoch milliseconds.

    `on_doubt` is told within seconds of rows of which nobody knows whether they arrived, `on_failed` of notices that
    surely did not. `render_late` makes the body of a late row at the moment of sending, None when it is not to be sent
    any more; it is a unit of work. `leads` says whether this process sends notices; `find` finds kept files;
    `link_file` gives what stands in a message whose channel does not carry its file; `outages` hears what comes back
    from each channel; months of quotas are those of the `zone`.
    """

    def __init__(  # noqa: PLR0913 - the composition root hands in everything at once
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Callable[[], int],
        owner: str,
        limits: Limits,
        on_doubt: Tell,
        render_late: RenderLate | None = None,
        leads: Callable[[], bool] = _always,
        on_failed: Tell = _nobody,
        find: FindFile = no_files,
        link_file: LinkFile | None = None,
        outages: Outages | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._limits = limits
        self._leads = leads
        self._gates = {name: Gates(limits) for name in channels}
        self._settling = Settling(store, owner, limits.settle_s, self._on_written)
        self._attempts = Attempts(
            Surroundings(
                store,
                channels,
                self._gates,
                clock,
                limits,
                self._settling,
                Spending(store, channels, clock, self._settling, zone),
                outages or Outages(limits.cut_off_s),
                render_late,
                find,
                link_file,
            )
        )
        room = {name: asyncio.Semaphore(limits.replies_at_once) for name in channels}
        self._lines = Lines(self._attempts, self._settling, room, clock)
        self._notices: dict[str, set[asyncio.Task[None]]] = {name: set() for name in channels}
        self._wakes: list[asyncio.Event] = []
        self._claimed: set[int] = set()
        self._doubts = Telling(on_doubt)
        self._failures = Telling(on_failed)
        self._stopping = False
        self._swept_at = float("-inf")
        self._ended = asyncio.Event()
        self._ended.set()

    def post(self, rows: Iterable[OutboxRow], *, typed: bool = False) -> None:
        """Send rows that were just committed, claimed by this owner: at once, each chat's in order.

        `typed` says that the person has just written, so that the chat's card is not its last message any more.
        """
        for row in rows:
            if row.channel in self._gates and row.lane == "reply" and not self._stopping:
                self._lines.add(Job(row, typed=typed, posted=True))
            else:
                self._settling.put_back(row.id, self._clock())

    def wake(self) -> None:
        """Look into the outbox now: something was stored that nobody has claimed."""
        for event in self._wakes:
            event.set()

    def sweep_soon(self) -> None:
        """Deal with rows whose lease is over now, not with the next sweep in its time."""
        self._swept_at = float("-inf")
        self.wake()

    async def run(self) -> None:
        """Send what stands in the outbox until `drain`. Errors of the store that do not pass are raised."""
        self._ended.clear()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._sweep())
                for channel in self._gates:
                    group.create_task(self._pump_replies(channel))
                    group.create_task(self._pump_notices(channel))
        finally:
            self._ended.set()

    async def drain(self, seconds: float) -> None:
        """Claim nothing more, finish what is under way within some seconds, give the rest back, store it all."""
        self._stopping = True
        self.wake()
        await self._ended.wait()
        notices = [task for tasks in self._notices.values() for task in tasks]
        await asyncio.gather(self._lines.finish(seconds), _finish(notices, seconds))
        try:
            async with asyncio.timeout(max(seconds, _UNAVAILABLE_S)):
                await self._settling.finish()
                await self._failures.now()
                await self._doubts.now()
        except TimeoutError:
            log.warning("the database is away: what was sent last is not stored")

    async def _sweep(self) -> None:
        """Deal with rows whose sender died, and tell what could not be told before."""
        wake = asyncio.Event()
        self._wakes.append(wake)
        while not self._stopping:
            now = asyncio.get_running_loop().time()
            if now - self._swept_at >= _SWEEP_S:
                self._swept_at = now
                await self._sweep_once()
            await _nap(wake, _SWEEP_S)

    async def _sweep_once(self) -> None:
        try:
            lost = await self._store.run(leases.sweep, self._clock())
        except StoreUnavailable:
            log.warning("the database is away: nothing is swept")
            return
        if lost:
            log.error("rows whose sender died while sending: %s", lost)
            self._doubts.note(lost)
        await self._failures.now()
        await self._doubts.now()

    async def _pump_replies(self, channel: str) -> None:
        wake = asyncio.Event()
        self._wakes.append(wake)
        while not self._stopping:
            held = self._gates[channel].held_for()
            room = self._limits.replies_at_once - self._lines.waiting(channel)
            if held > 0 or room <= 0:
                await _nap(wake, min(held, self._limits.poll_s) or self._limits.settle_s)
                continue
            rows = await self._claim("reply", channel, room)
            for row in rows:
                self._lines.add(Job(row))
            if len(rows) < room:
                await _nap(wake, self._limits.poll_s)

    async def _pump_notices(self, channel: str) -> None:
        wake = asyncio.Event()
        self._wakes.append(wake)
        most = max(1, round(self._limits.notices * _CLAIM_S))
        gate = self._gates[channel].notices
        while not self._stopping:
            ahead = gate.opens_in() - _AHEAD_S
            room = min(most, self._limits.notices_at_once - len(self._notices[channel]))
            if not self._leads():
                await _nap(wake, self._limits.poll_s)
                continue
            if ahead > 0 or room <= 0:
                await _nap(wake, min(max(ahead, self._limits.settle_s), self._limits.poll_s))
                continue
            rows = await self._claim("notice", channel, room)
            for row in rows:
                self._dispatch(row)
            if len(rows) < room:
                await _nap(wake, self._limits.poll_s)

    async def _claim(self, lane: Lane, channel: str, most: int) -> tuple[OutboxRow, ...]:
        try:
            lease = self._limits.lease_ms
            rows = await self._store.run(
                outbox.claim, self._clock(), self._owner, most, lease, lane=lane, channel=channel
            )
        except StoreUnavailable:
            log.warning("the database is away: nothing is claimed")
            await asyncio.sleep(_UNAVAILABLE_S)
            return ()
        if self._stopping:
            for row in rows:
                self._settling.put_back(row.id, self._clock())
            return ()
        self._claimed.update(row.id for row in rows)
        return rows

    def _dispatch(self, row: OutboxRow) -> None:
        """Send a claimed notice when its place at the gate comes; give it back when its chat must wait longer."""
        gates = self._gates[row.channel]
        if wait := gates.notice_opens_in(row.chat_id):
            self._settling.put_back(row.id, self._clock() + round(wait * 1000) + 1)
            return
        seconds = gates.take_notice(row.chat_id, is_group=row.chat_kind == "group")
        tasks = self._notices[row.channel]
        task = asyncio.get_running_loop().create_task(self._send_notice(Job(row), seconds))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _send_notice(self, job: Job, seconds: float) -> None:
        wait: float | None = 0.0
        try:
            await asyncio.sleep(seconds)
            wait = await self._attempts.attempt(job)
        finally:
            if wait is not None and (not job.begun or wait):
                self._settling.put_back(job.row.id, self._clock() + round(wait * 1000))

    def _on_written(self, batch: Batch) -> None:
        """After outcomes were stored: the next in line can be claimed, doubts must be told."""
        self._doubts.note(settled.id for settled in batch.settled if settled.state == "uncertain")
        self._failures.note(batch.undelivered)
        self._doubts.begin()
        self._failures.begin()
        if batch.put_back:
            seconds = (min(back.at for back in batch.put_back) - self._clock()) / 1000
            asyncio.get_running_loop().call_later(max(seconds, 0.0), self.wake)
        ended = {one.id for one in batch.settled} | {back.id for back in batch.put_back}
        ended &= self._claimed
        if ended:
            self._claimed -= ended
            self.wake()


async def _nap(wake: asyncio.Event, seconds: float) -> None:
    """Sleep until woken, at most `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        pass
    wake.clear()


async def _finish(tasks: list[asyncio.Task[None]], seconds: float) -> None:
    if tasks:
        await asyncio.wait(tasks, timeout=seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
