"""One attempt to send one row: what it looks like now, what became of it, what follows from that."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from sqlalchemy import Connection

from bot.channels.contract import Channel, Failure, Outgoing, SendFailed, Sent
from bot.channels.quotas import DROPPED
from bot.delivery.cards import Cards
from bot.delivery.carrying import Carrying, LinkFile
from bot.delivery.composing import FileGone, FindFile, compose, no_files
from bot.delivery.gates import Gates, Limits
from bot.delivery.outages import Outages
from bot.delivery.settling import Settling
from bot.delivery.spending import Spending
from bot.delivery.verdicts import Again, judge
from bot.intake.late import NotNow
from bot.intake.moments import to_ms
from storage import chats
from storage.errors import StoreUnavailable
from storage.rows import JsonObject, OutboxRow, OutboxState, Settled
from storage.store import Store

log = logging.getLogger(__name__)

RenderLate: TypeAlias = Callable[[Connection, OutboxRow], JsonObject | NotNow | None]


@dataclass(slots=True, eq=False)
class Job:
    """A row that this process has claimed. `posted` rows are a turn's own replies; `begun` ones are on their way."""

    row: OutboxRow
    typed: bool = False
    posted: bool = False
    begun: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every attempt needs."""

    store: Store
    channels: Mapping[str, Channel]
    gates: Mapping[str, Gates]
    clock: Callable[[], int]
    limits: Limits
    settling: Settling
    spending: Spending
    outages: Outages
    render_late: RenderLate | None
    find: FindFile = no_files
    link_file: LinkFile | None = None


class Attempts:
    """Makes attempts and notes what became of them; remembers where each chat's card stands."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._cards = Cards()
        self._carrying = Carrying(around.store, around.find, around.link_file)

    async def attempt(self, job: Job) -> float | None:
        """Try to send. None when the row has ended, else the seconds after which it may be tried again.

        When cancelled in the middle of a send, the row is settled as one of which nobody knows, or put back.
        """
        if wait := await self._wait_for_holds(job.row):
            return wait
        if self._is_needless(job):
            return None
        try:
            if not await self._around.spending.allows(job.row):
                self._end(job.row, "failed", DROPPED)
                return None
            body = await self._body(job.row)
            if body is None:
                return None
            return await self._wait_for_turn(job.row) or await self._send(job, body)
        except StoreUnavailable:
            return self._around.limits.retry_s

    def _is_needless(self, job: Job) -> bool:
        """Say whether the row is not to be sent (any more), and end it if so."""
        row = job.row
        if self._around.clock() >= row.not_before:
            log.warning("row %s waited longer than its lease; whoever has it now sends it", row.id)
        elif row.blocked_at is not None and not job.posted:
            self._end(row, "failed", "the chat is blocked")
        elif self._cards.is_outdated(row):
            self._end(row, "replaced")
        else:
            return False
        return True

    async def _wait_for_holds(self, row: OutboxRow) -> float:
        """Wait while the platform wants it; returns the seconds left when that is too long for a claimed row."""
        gates = self._around.gates[row.channel]
        while seconds := gates.held_for(row.chat_id):
            if seconds > self._around.limits.patience_s:
                return seconds
            await asyncio.sleep(seconds)
        return 0.0

    async def _wait_for_turn(self, row: OutboxRow) -> float:
        """Let notices go one by one; returns the seconds left when the platform wants a pause meanwhile."""
        if row.lane != "notice":
            return 0.0
        gates = self._around.gates[row.channel]
        await gates.turnstile.pass_through()
        return gates.held_for(row.chat_id)

    async def _body(self, row: OutboxRow) -> JsonObject | None:
        """What the row says; None when that is nothing now: the row has ended, or is due later."""
        try:
            body = row.body if row.late is None else await self._late(row)
            return body if body is None else await self._carrying.body(self._around.channels[row.channel], row, body)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a body nobody promised must not stop the others
            log.error("row %s has no message in it: %s", row.id, type(error).__name__)  # noqa: TRY400
            self._end(row, "failed", f"body: {type(error).__name__}")
            return None

    async def _late(self, row: OutboxRow) -> JsonObject | None:
        """The same of a row that is rendered only now."""
        try:
            if self._around.render_late is None:
                raise LookupError("nobody renders late rows")
            body = await self._around.store.run(self._around.render_late, row)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a template that fails must not stop the others
            log.error("row %s could not be rendered: %s", row.id, type(error).__name__)  # noqa: TRY400
            self._end(row, "failed", f"rendering: {type(error).__name__}")
            return None
        if isinstance(body, NotNow):
            self._around.settling.postpone(row.id, to_ms(body.until))
            return None
        if body is None:
            self._end(row, "dropped")
        return body

    async def _send(self, job: Job, body: JsonObject) -> float | None:
        row, channel = job.row, self._around.channels[job.row.channel]
        standing = self._cards.standing(row, typed=job.typed)
        passes = self._cards.passes(row)
        try:
            outgoing = compose(row, body, standing, channel.capabilities, self._around.find)
        except FileGone:
            log.error("row %s names a file that is gone", row.id)  # noqa: TRY400
            self._end(row, "failed", "the file is gone")
            return None
        except (KeyError, TypeError, ValueError) as error:
            log.error("row %s has no message in it: %s", row.id, type(error).__name__)  # noqa: TRY400
            self._end(row, "failed", f"body: {type(error).__name__}")
            return None
        job.begun = True
        try:
            sent = await self._hand_over(channel, row, outgoing)
        except SendFailed as failed:
            self._around.outages.failed(row.channel, failed)
            return self._fail(row, failed)
        except asyncio.CancelledError:
            self._cut(row)
            raise
        self._around.outages.reached(row.channel)
        self._around.spending.spent(row.channel, sent.parts)
        if row.kind == "card":
            self._cards.card_sent(row, standing, sent.message_id, passes)
        else:
            self._cards.message_sent(row)
        self._end(row, "sent", message_id=sent.message_id)
        return None

    async def _hand_over(self, channel: Channel, row: OutboxRow, outgoing: Outgoing) -> Sent:
        """Send; follow a chat that has moved, once."""
        try:
            return await _guarded(channel, outgoing)
        except SendFailed as failed:
            if failed.failure is not Failure.MOVED:
                raise
            address = failed.detail
        await self._around.store.run(chats.move_chat, row.channel, row.address, address)
        self._cards.forget(row.chat_id)
        try:
            return await _guarded(channel, replace(outgoing, address=address, edit=None, retire=None))
        except SendFailed as failed:
            if failed.failure is Failure.MOVED:
                raise SendFailed(Failure.REJECTED, "the chat moves round in a circle") from None
            raise

    def _fail(self, row: OutboxRow, failed: SendFailed) -> float | None:
        around = self._around
        if failed.failure is Failure.RETRY and failed.after > 0:
            around.gates[row.channel].hold(failed.after, None if failed.hold_all else row.chat_id)
        if failed.failure is Failure.UNCERTAIN:
            self._cards.message_sent(row)  # perhaps: then the card is not the last any more
            around.spending.spent(row.channel, 1)  # and perhaps it cost one of the quota
        verdict = judge(row, failed, around.limits)
        if isinstance(verdict, Again):
            log.info("row %s is tried again in %.1f s: %s", row.id, verdict.seconds, failed)
            return verdict.seconds
        level = logging.INFO if verdict.unreachable else logging.ERROR
        log.log(level, "row %s ends as %s: %s", row.id, verdict.state, failed)
        if verdict.unreachable:
            around.settling.block(row.chat_id, around.clock())
        self._end(row, verdict.state, str(failed))
        return None

    def _cut(self, row: OutboxRow) -> None:
        seconds = self._fail(row, SendFailed(Failure.UNCERTAIN, "stopped while sending"))
        if seconds is not None:
            self._around.settling.put_back(row.id, self._around.clock(), "stopped while sending")

    def _end(
        self, row: OutboxRow, state: OutboxState, error: str | None = None, *, message_id: str | None = None
    ) -> None:
        owner, now = row.owner or "", self._around.clock()
        undelivered = state == "failed" and row.lane == "notice"
        self._around.settling.settle(Settled(row.id, owner, state, now, message_id, error), undelivered=undelivered)


async def _guarded(channel: Channel, outgoing: Outgoing) -> Sent:
    """Send; a bug in the channel counts as not knowing whether the message arrived."""
    try:
        return await channel.send(outgoing)
    except SendFailed:
        raise
    except Exception as error:  # noqa: BLE001 - the one place where a message is sent
        log.error("a bug in the channel %s: %s", channel.name, type(error).__name__)  # noqa: TRY400
        raise SendFailed(Failure.UNCERTAIN, f"bug: {type(error).__name__}") from None
