"""Outages: since when a channel has had nothing but sure failures, and whether it counts as cut off."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.channels.contract import Failure, SendFailed

LEAST = 2
"""So many failures at least: the first alone may be any message's bad luck."""
QUIET_S = 900.0
"""When nothing was tried for so long, what failed before says nothing of now. One failure more says that a channel
which was cut off then still is."""


@dataclass(slots=True)
class _Outage:
    since: float
    last: float
    failures: int = 1
    is_cut: bool = False


class Outages:
    """One per process. A channel is cut off after `cut_off_s` seconds of nothing but sure failures that are not the
    platform's wish for a pause; whatever else the platform answers ends that.

    Where nobody knows whether a message arrived, nothing is known of the channel either.
    """

    def __init__(self, cut_off_s: float = 600.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._cut_off_s = cut_off_s
        self._clock = clock
        self._outages: dict[str, _Outage] = {}

    def reached(self, channel: str) -> None:
        """The platform took a message, or at least answered."""
        self._outages.pop(channel, None)

    def failed(self, channel: str, failed: SendFailed) -> None:
        """A send has failed; the kind of failure says what that means for the channel."""
        if failed.failure is Failure.UNCERTAIN:
            return
        if failed.failure is not Failure.RETRY or failed.throttled:
            self.reached(channel)
            return
        now = self._clock()
        known = self._outages.get(channel)
        if known is None or (self._is_quiet(known) and not known.is_cut):
            self._outages[channel] = _Outage(now, now)
        else:
            known.last = now
            known.failures += 1

    def down(self) -> frozenset[str]:
        """The channels that are cut off."""
        return frozenset(name for name, one in self._outages.items() if self._is_cut(name, one))

    def lasting_s(self, channel: str) -> float:
        """For how many seconds nothing but failures came back; 0 when all is well, or nothing was tried for long."""
        one = self._outages.get(channel)
        if one is None or one.failures < LEAST or self._is_quiet(one):
            return 0.0
        return self._clock() - one.since

    def _is_cut(self, name: str, one: _Outage) -> bool:
        one.is_cut = one.is_cut or self.lasting_s(name) >= self._cut_off_s
        return one.is_cut and not self._is_quiet(one)

    def _is_quiet(self, one: _Outage) -> bool:
        return self._clock() - one.last > QUIET_S
