"""Frees what a process that died had claimed, instead of waiting until its leases run out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence

from storage import leases
from storage.errors import StoreUnavailable
from storage.single import Membership
from storage.store import Store

log = logging.getLogger(__name__)

LOOKS = 3
"""How often a process must be missed, one look after the other; one whose connection was cut is back sooner."""


class Takeover:
    """Ends the leases of the dead on these channels; what becomes of the rows is the sweep's, as after any lease."""

    def __init__(self, store: Store, membership: Membership, channels: Sequence[str], clock: Callable[[], int]) -> None:
        self._store = store
        self._membership = membership
        self._channels = tuple(channels)
        self._clock = clock
        self._missed: Mapping[str, int] = {}

    async def begin(self) -> int:
        """When this process starts: at once, from everybody who is not there. Returns how many rows were freed."""
        return await self._free(await self._absent())

    async def look(self) -> int:
        """From those who were missed several times; to be asked about once a second. Returns how many rows were freed.

        A lease that ended too early costs a repeated reply, or a doubt that its sender settles late; never a notice
        that comes twice.
        """
        self._missed = {owner: self._missed.get(owner, 0) + 1 for owner in await self._absent()}
        return await self._free([owner for owner, times in self._missed.items() if times >= LOOKS])

    async def _absent(self) -> frozenset[str]:
        """Who holds leases and is not there. The leases are read first: whoever claims has joined before."""
        try:
            return await self._membership.dead(await self._store.read(leases.holders))
        except StoreUnavailable:
            return frozenset()

    async def _free(self, owners: Collection[str]) -> int:
        if not owners:
            return 0
        try:
            freed = await self._store.run(leases.expire, sorted(owners), self._channels, self._clock())
        except StoreUnavailable:
            return 0
        if freed:
            log.warning("%s rows that %s had claimed are taken over", freed, sorted(owners))
        return freed
