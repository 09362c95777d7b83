"""What a channel may have kept for it: credentials that its platform changes, updates that are taken later."""

from __future__ import annotations

from typing import Protocol


class Away(Exception):
    """Where things are kept cannot be reached at the moment: may be tried again."""


class Vault(Protocol):
    """The credentials of one bot, as one text only its channel reads. Everything raises Away."""

    async def load(self) -> str | None:
        """What stands there; None where nothing was ever saved."""
        ...

    async def swap(self, before: str | None, body: str) -> bool:
        """Put this in the place of `before`, on the disk when it returns; False when something else stands there."""
        ...

    async def hold(self, seconds: float) -> bool:
        """Be the only one, of all processes, to renew them, for so long at most; False while another is."""
        ...

    async def release(self) -> None:
        """Let others renew them."""
        ...


class Shelf(Protocol):
    """Updates of one bot that are confirmed to the platform already and not yet taken in. Everything raises Away."""

    async def hold(self, key: str, raw: str) -> None:
        """Keep an update, on the disk when it returns; the same key again changes nothing."""
        ...

    async def held(self) -> tuple[tuple[str, str], ...]:
        """Keys and texts of what is kept, in the order in which it came."""
        ...

    async def let_go(self, key: str) -> None:
        """Drop an update that was taken in, or set aside."""
        ...
