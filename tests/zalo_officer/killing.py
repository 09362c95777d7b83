"""Officers who type while the service is killed again and again, and what they remember of it."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Any

from fake_zalo_bot.people import Person
from fake_zalo_bot.server import FakeZaloBot
from zalo_officer.office import ZaloOffice
from zalo_officer.phone import until
from zalo_officer.screen import Screen
from zalo_officer.walk import Typist

SHORTEST_LIFE, LONGEST_LIFE = 0.05, 0.6  # seconds a service is let live
WITHIN = 60.0


@dataclass(slots=True)
class Patient(Typist):
    """Somebody who reads only when all is quiet: while messages come, the newest may be followed by a newer one."""

    office: ZaloOffice | None = None
    platform: FakeZaloBot | None = None

    async def say(self, text: str) -> Screen:
        """Type something, wait until it was brought and everything was said that is to be said, read the last."""
        assert self.platform
        assert isinstance(self.phone, Person)
        before = len(self.phone.said)
        self.typed += 1
        self.phone.write(text)
        await until(lambda: len(self.phone.said) > before, WITHIN)
        await until(self._is_quiet, WITHIN, every=0.03)
        for said in self.phone.said[before:]:
            self.see(Screen(said))
        return self.screen

    def _is_quiet(self) -> bool:
        assert self.office
        assert self.platform
        assert isinstance(self.phone, Person)
        mine: Any = self.phone.id
        if any(event["message"]["chat"]["id"] == mine for event in self.platform.events):
            return False
        return all(row.state != "queued" for row in self.office.stored.outbox("reply") if row.address == mine)


async def kill_while(office: ZaloOffice, walking: asyncio.Future[Any], dice: random.Random, most: int) -> int:
    """kill -9 at random moments, at most so often, while people walk; how often."""
    kills = 0
    while kills < most and not walking.done():
        await asyncio.sleep(dice.uniform(SHORTEST_LIFE, LONGEST_LIFE))
        await office.restart()
        kills += 1
    return kills


async def through(officer: Typist, code: str) -> str:
    """From the code to the receipt; its number."""
    await officer.begin(code)
    await officer.walk()
    return await officer.submit()
