"""What becomes of a row whose send failed: one table."""

from __future__ import annotations

import pytest
from scripted_channel.rows import row

from bot.channels.contract import Failure, SendFailed
from bot.delivery.gates import Limits
from bot.delivery.verdicts import Again, Ended, Verdict, judge
from storage.rows import Lane, OutboxKind

LIMITS = Limits(reply_tries=3, retry_s=1.0, longest_retry_s=10.0)
TABLE: list[tuple[Lane, OutboxKind, int, Failure, Verdict]] = [
    ("notice", "message", 1, Failure.UNCERTAIN, Ended("uncertain")),
    ("notice", "card", 1, Failure.UNCERTAIN, Again(1.0)),
    ("reply", "message", 1, Failure.UNCERTAIN, Again(1.0)),
    ("reply", "card", 2, Failure.UNCERTAIN, Again(2.0)),
    ("reply", "card", 3, Failure.UNCERTAIN, Ended("uncertain")),
    ("notice", "message", 1, Failure.RETRY, Again(4.0)),
    ("notice", "message", 4, Failure.RETRY, Again(8.0)),
    ("notice", "message", 99, Failure.RETRY, Again(10.0)),
    ("reply", "message", 1, Failure.UNREACHABLE, Ended("failed", unreachable=True)),
    ("notice", "message", 1, Failure.UNREACHABLE, Ended("failed", unreachable=True)),
    ("notice", "message", 1, Failure.REJECTED, Ended("failed")),
]


@pytest.mark.parametrize(("lane", "kind", "tries", "failure", "verdict"), TABLE)
def test_the_verdict(lane: Lane, kind: OutboxKind, tries: int, failure: Failure, verdict: Verdict) -> None:
    failed = SendFailed(failure, "x", after=4.0 if failure is Failure.RETRY else 0.0)
    assert judge(row(lane=lane, kind=kind, tries=tries), failed, LIMITS) == verdict


def test_the_platforms_own_wait_is_kept_exactly_however_often_it_was_tried() -> None:
    throttled = SendFailed(Failure.RETRY, "429", after=7.0, hold_all=True)
    assert judge(row(tries=9), throttled, LIMITS) == Again(7.0)
