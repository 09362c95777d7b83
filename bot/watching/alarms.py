"""The watch: once a minute the leader looks whether something about the service needs a person, and tells it once.

An alarm is told when it begins, again after twelve hours while it lasts, and once when it is over. What was told is
kept as a mark in the database, so that a restart or another leader neither repeats it nor forgets to call it over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels.contract import Answer, Take
from bot.conversation.events import Incoming
from bot.conversation.office_events import AlarmRaised
from bot.intake.moments import from_ms, to_ms
from bot.intake.office import BOT, CLOCK
from bot.watching.symptoms import Reading, Symptom, symptoms
from storage.condition import ALARM_KEYS
from storage.errors import StoreFailed, StoreUnavailable
from storage.marks import mark, put_mark
from storage.store import Store

log = logging.getLogger(__name__)

ADDRESS = "watch"
EVERY_S = 60.0
AGAIN = timedelta(hours=12)
QUIET_LOOKS = 3
"""How often in a row a symptom must be missed before it is over: one that comes and goes is not told each time."""
MARK = "alarms"


@dataclass(frozen=True, slots=True)
class Told:
    """An alarm that is on: since when, and when admins were told last."""

    since: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Ward:
    """What the watch is connected to. `read` raises StoreUnavailable when the database cannot be asked."""

    store: Store
    read: Callable[[], Awaitable[Reading]]
    take: Take
    now: Callable[[], datetime]
    leads: Callable[[], bool]


class Alarms:
    """One per process; only the leader's looks."""

    def __init__(self, ward: Ward) -> None:
        self._ward = ward
        self._told: Mapping[str, Told] | None = None
        self._missed: dict[str, int] = {}
        self._once: set[str] = set()

    @property
    def on(self) -> tuple[str, ...]:
        """The alarms that are on, as far as this process leads and has looked."""
        return tuple(sorted(self._told or ()))

    async def run(self, every: float = EVERY_S) -> None:
        """Look until cancelled; a database that is out is told by /healthz, and looked at again."""
        while True:
            await asyncio.sleep(every)
            try:
                if self._ward.leads():
                    await self.look()
                else:
                    self._told = None  # another leader tells now, and remembers it in the database
            except StoreFailed:
                raise
            except StoreUnavailable:
                log.warning("the database is away: nobody can be told of alarms")
            except Exception as error:  # noqa: BLE001 - whoever watches must not be what stops the service
                log.error("the watch failed: %s", type(error).__name__)  # noqa: TRY400

    async def look(self) -> None:
        """Tell what is new, what lasts too long and what is over."""
        store, now = self._ward.store, self._ward.now()
        told = await store.read(_remembered) if self._told is None else self._told
        found = {symptom.name: symptom for symptom in symptoms(await self._ward.read())}
        after = dict(told)
        for name, symptom in found.items():
            self._missed.pop(name, None)
            if symptom.mark:
                await self._tell_once(symptom)
            elif name not in told:
                if await self._tell(symptom, now):
                    after[name] = Told(now, now)
            elif now - told[name].last >= AGAIN and await self._tell(symptom, now):
                after[name] = Told(told[name].since, now)
        for name in told.keys() - found.keys():
            self._missed[name] = self._missed.get(name, 0) + 1
            if self._missed[name] >= QUIET_LOOKS and await self._call_over(name, told[name]):
                del after[name], self._missed[name]
        if after != told:
            await store.run(_remember, after, to_ms(now))
        self._told = after

    async def _tell(self, symptom: Symptom, now: datetime) -> bool:
        log.error("alarm %s: %s", symptom.name, dict(symptom.args))
        key = f"{ALARM_KEYS}{symptom.name}:{now:%Y-%m-%dT%H}"
        return await self._raise(AlarmRaised(symptom.kind, key, {"about": symptom.about, **symptom.args}))

    async def _tell_once(self, symptom: Symptom) -> None:
        key = f"{ALARM_KEYS}{symptom.name}:{symptom.mark}"
        if key not in self._once and await self._raise(AlarmRaised(symptom.kind, key, symptom.args)):
            self._once.add(key)

    async def _call_over(self, name: str, told: Told) -> bool:
        log.warning("alarm %s is over, it was on since %s", name, told.since.isoformat(timespec="minutes"))
        kind, _, about = name.partition(":")
        key = f"{ALARM_KEYS}{name}:{told.since:%Y-%m-%dT%H:%M:%S}:over"
        return await self._raise(AlarmRaised(kind, key, {"about": about, "since": told.since}, over=True))

    async def _raise(self, event: AlarmRaised) -> bool:
        return await self._ward.take(Incoming(CLOCK, BOT, event.key, ADDRESS, event)) is Answer.TAKEN


def _remembered(conn: Connection) -> dict[str, Told]:
    row = mark(conn, MARK)
    kept = row.body if row is not None else {}
    return {name: Told(from_ms(since), from_ms(last)) for name, (since, last) in kept.items()}


def _remember(conn: Connection, told: Mapping[str, Told], at: int) -> None:
    body = {name: [to_ms(one.since), to_ms(one.last)] for name, one in told.items()}
    put_mark(conn, MARK, at, body)
