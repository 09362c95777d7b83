"""What becomes of a row whose send failed: tried again, or ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from bot.channels.contract import Failure, SendFailed
from bot.delivery.gates import Limits
from storage.rows import OutboxRow, OutboxState


@dataclass(frozen=True, slots=True)
class Again:
    """Try again in some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ended:
    """Not tried again; `unreachable` says that nothing can be sent to the chat at all."""

    state: OutboxState
    unreachable: bool = False


Verdict: TypeAlias = Again | Ended


def judge(row: OutboxRow, failed: SendFailed, limits: Limits) -> Verdict:
    """Decide by the kind of failure. A notice that may have arrived is never repeated; a reply or a card may be."""
    if failed.failure is Failure.RETRY:
        return Again(max(failed.after, limits.retry_s if failed.hold_all else pause(row, limits)))
    if failed.failure is Failure.UNREACHABLE:
        return Ended("failed", unreachable=True)
    if failed.failure is not Failure.UNCERTAIN:
        return Ended("failed")
    if may_repeat(row) and row.tries < limits.reply_tries:
        return Again(pause(row, limits))
    return Ended("uncertain")


def may_repeat(row: OutboxRow) -> bool:
    """Say whether the row may be sent once more although it may have arrived."""
    return row.lane == "reply" or row.kind == "card"


def pause(row: OutboxRow, limits: Limits) -> float:
    """Seconds until the next try: doubled with each."""
    return float(min(limits.retry_s * 2 ** min(max(row.tries - 1, 0), 20), limits.longest_retry_s))
