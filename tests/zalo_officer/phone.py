"""Somebody's phone as the proofs hold it: what was typed, what came, and how much of it, on any fake platform."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from zalo_officer.screen import Screen

PATIENCE = 15.0  # seconds


class Phone(Protocol):
    """A private chat with the service on some platform."""

    @property
    def said(self) -> Sequence[str]:
        """All the service wrote here, in order."""
        ...

    def write(self, text: str) -> object:
        """Send a text."""
        ...

    def send_picture(self, content: bytes, caption: str = "") -> object:
        """Send a picture."""
        ...


async def next_of(phone: Phone, before: int, within: float = PATIENCE) -> Screen:
    """Wait until more than `before` messages stand in the chat; the newest. AssertionError after `within` seconds."""
    await until(lambda: len(phone.said) > before, within, lambda: f"nothing came after: {phone.said[-1:]}")
    return Screen(phone.said[-1])


async def until(
    look: Callable[[], object], within: float = PATIENCE, what: Callable[[], str] = str, every: float = 0.002
) -> None:
    """Wait until something is true; AssertionError after `within` seconds."""
    end = time.monotonic() + within
    while not look():
        if time.monotonic() > end:
            raise AssertionError(f"not within {within} s: {what()}")
        await asyncio.sleep(every)


async def say(phone: Phone, text: str) -> Screen:
    """Type something and wait for what comes of it."""
    before = len(phone.said)
    phone.write(text)
    return await next_of(phone, before)


async def find(phone: Phone, words: str, within: float = PATIENCE) -> Screen:
    """Wait until some message with these words has come; that message."""
    await until(lambda: any(words in one for one in phone.said), within, lambda: f"no {words!r} in {phone.said[-3:]}")
    return Screen(next(one for one in phone.said if words in one))


async def join_staff(phone: Phone, code: str) -> Screen:
    """Join as a reviewer or admin by typing; the greeting."""
    for words in (code, "đúng"):
        await say(phone, words)
    return await say(phone, "đồng ý")
