"""Where channels have credentials and waiting updates kept: in the database, under the name of the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from bot.channels.keeping import Away, Shelf, Vault
from storage import credentials, updates
from storage.errors import StoreError
from storage.store import Store

if TYPE_CHECKING:
    from bot.settings import Settings

T = TypeVar("T")
Open = Callable[[], AbstractAsyncContextManager[Store]]
_HELD = "held:"


class Keeping:
    """Hands every channel its own vault and shelf. `opened` gives the store for as long as one piece of work takes,
    `owner` is this process's name, `clock` tells milliseconds since 1970."""

    def __init__(self, opened: Open, owner: str, clock: Callable[[], int]) -> None:
        self._opened = opened
        self._owner = owner
        self._clock = clock

    def vault(self, channel: str, bot: str) -> Vault:
        """The credentials of this bot."""
        return _Vault(self._opened, self._clock, f"{channel}:{bot}", self._owner)

    def shelf(self, channel: str, bot: str) -> Shelf:
        """The updates of this bot that wait."""
        return _Shelf(self._opened, self._clock, channel, bot)


def keeping_in(store: Store, owner: str, clock: Callable[[], int]) -> Keeping:
    """In a store that is open anyway."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Store]:
        yield store

    return Keeping(opened, owner, clock)


def keeping_of(settings: Settings) -> Keeping:
    """In the installation's database, opened for each piece of work; it is neither made there nor migrated."""
    from bot.house import epoch_ms, new_owner

    @asynccontextmanager
    async def opened() -> AsyncIterator[Store]:
        store = Store(settings.database_url, writers=1)
        await store.open()
        try:
            yield store
        finally:
            await store.close()

    return Keeping(opened, new_owner(), epoch_ms)


class _Room:
    def __init__(self, opened: Open, clock: Callable[[], int]) -> None:
        self._opened = opened
        self._clock = clock

    async def _run(self, work: Callable[..., T], *args: Any) -> T:
        try:
            async with self._opened() as store:
                return await store.run(work, *args)
        except StoreError as error:
            raise Away(type(error).__name__) from None

    async def _read(self, work: Callable[..., T], *args: Any) -> T:
        try:
            async with self._opened() as store:
                return await store.read(work, *args)
        except StoreError as error:
            raise Away(type(error).__name__) from None


class _Vault(_Room):
    def __init__(self, opened: Open, clock: Callable[[], int], name: str, owner: str) -> None:
        super().__init__(opened, clock)
        self._name = name
        self._owner = owner

    async def load(self) -> str | None:
        return await self._read(credentials.load, self._name)

    async def swap(self, before: str | None, body: str) -> bool:
        return await self._run(credentials.swap, self._name, before, body, self._clock())

    async def hold(self, seconds: float) -> bool:
        now = self._clock()
        return await self._run(credentials.hold, self._name, self._owner, now + round(seconds * 1000), now)

    async def release(self) -> None:
        await self._run(credentials.release, self._name, self._owner)


class _Shelf(_Room):
    def __init__(self, opened: Open, clock: Callable[[], int], channel: str, bot: str) -> None:
        super().__init__(opened, clock)
        self._of = (channel, bot)

    async def hold(self, key: str, raw: str) -> None:
        await self._run(updates.hold, *self._of, _HELD + key, self._clock(), raw)

    async def held(self) -> tuple[tuple[str, str], ...]:
        rows = await self._read(updates.held, *self._of)
        return tuple((key.removeprefix(_HELD), raw) for key, raw in rows)

    async def let_go(self, key: str) -> None:
        await self._run(updates.let_go, *self._of, _HELD + key)
