"""Gates: how fast messages may go out, and for how long nothing may."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]
"""Monotonic seconds."""

_MANY = 256


@dataclass(frozen=True, slots=True)
class Limits:
    """What one channel is given, and how the sender behaves. Rates are per second unless named otherwise."""

    notices: float = 25.0
    """Notices to all chats together, per second."""
    notices_per_chat: float = 1.0
    """Notices to one chat, per second."""
    notices_per_group_minute: float = 20.0
    """Notices to one group, per minute."""
    replies_at_once: int = 32
    notices_at_once: int = 64
    lease_ms: int = 45_000
    """How long a claimed row is this process's alone: longer than the longest send and all that is waited before it."""
    reply_tries: int = 6
    """How often what may be repeated is tried while nobody knows whether it arrived."""
    retry_s: float = 1.0
    """First pause before another try; doubled each time, up to `longest_retry_s`."""
    longest_retry_s: float = 60.0
    poll_s: float = 1.0
    """How often the outbox is looked into when nobody calls."""
    settle_s: float = 0.05
    """How long outcomes are collected before they are stored together."""
    cut_off_s: float = 600.0
    """For how long a channel must have had nothing but sure failures to count as cut off."""
    patience_s: float = 5.0
    """How long a claimed row may wait for a hold to end; past that it goes back to the queue."""


class Gate:
    """Lets through at most `rate` a second, evenly spaced: no burst after a quiet time (GCRA without tolerance)."""

    def __init__(self, rate: float, clock: Clock = time.monotonic) -> None:
        self._step = 1.0 / rate
        self._clock = clock
        self._next = 0.0
        self._held = 0.0

    @property
    def next_at(self) -> float:
        """When the next one may pass."""
        return max(self._next, self._held)

    def opens_in(self) -> float:
        """Seconds until the next one may pass, 0 when it may now."""
        return max(0.0, self.next_at - self._clock())

    def take(self, not_before: float = 0.0) -> float:
        """Take the next place at least `not_before` seconds away and return how many seconds it is away."""
        now = self._clock()
        place = max(self.next_at, now + not_before)
        self._next = place + self._step
        return place - now

    def hold(self, seconds: float) -> None:
        """Let nothing through for some seconds; never shortens a hold."""
        self._held = max(self._held, self._clock() + seconds)


class Turnstile:
    """Lets one through after the other, at most `rate` a second as they really go: what the machine, or the database,
    held up does not go in a bunch afterwards."""

    _FORGIVEN = 0.5
    """By which part of a step one may be late without the next one waiting longer for it."""

    def __init__(self, rate: float, clock: Clock = time.monotonic) -> None:
        self._step = 1.0 / rate
        self._clock = clock
        self._next = 0.0
        self._turn = asyncio.Lock()

    async def pass_through(self) -> None:
        """Wait for the next turn; who came first goes first."""
        async with self._turn:
            wait = self._next - self._clock()
            if wait > 0:
                await asyncio.sleep(wait)
            self._next = max(self._next, self._clock() - self._step * self._FORGIVEN) + self._step


class Gates:
    """All gates of one channel: for notices together, for notices to each chat, and what the platform holds back."""

    def __init__(self, limits: Limits, clock: Clock = time.monotonic) -> None:
        self.notices = Gate(limits.notices, clock)
        self.turnstile = Turnstile(limits.notices, clock)
        self._limits = limits
        self._clock = clock
        self._chats: dict[int, Gate] = {}
        self._held: dict[int, float] = {}
        self._all_held = 0.0

    def __len__(self) -> int:
        return len(self._chats) + len(self._held)

    def hold(self, seconds: float, chat_id: int | None = None) -> None:
        """Nothing may go to the chat, or (None) to anybody, for some seconds. Never shortens a hold."""
        until = self._clock() + seconds
        if chat_id is None:
            self._all_held = max(self._all_held, until)
            self.notices.hold(seconds)
        else:
            self._forget()
            self._held[chat_id] = max(self._held.get(chat_id, 0.0), until)

    def held_for(self, chat_id: int | None = None) -> float:
        """Seconds for which nothing may go to the chat, or (None) to anybody: the platform's own wish."""
        until = self._all_held if chat_id is None else max(self._all_held, self._held.get(chat_id, 0.0))
        return max(0.0, until - self._clock())

    def notice_opens_in(self, chat_id: int) -> float:
        """Seconds until this chat may get its next notice, other chats left aside."""
        gate = self._chats.get(chat_id)
        return max(self.held_for(chat_id), gate.opens_in() if gate else 0.0)

    def take_notice(self, chat_id: int, *, is_group: bool) -> float:
        """Take the next place for a notice to the chat and return how many seconds it is away."""
        self._forget()
        rate = self._limits.notices_per_group_minute / 60 if is_group else self._limits.notices_per_chat
        seconds = self.notices.take()
        gate = self._chats.setdefault(chat_id, Gate(rate, self._clock))
        gate.take(seconds)
        return seconds

    def _forget(self) -> None:
        """Forget the chats that stand open again."""
        if len(self) >= _MANY:
            now = self._clock()
            self._chats = {chat: gate for chat, gate in self._chats.items() if gate.next_at > now}
            self._held = {chat: until for chat, until in self._held.items() if until > now}
