"""A service of nothing but the account's channel on a real database, for tests that kill it: it sends "x" and tells."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from fake_zalo_oa.keeping import MemoryShelf, utcnow

from bot.channels.contract import Outgoing, SendFailed
from bot.channels.keeping import Vault
from bot.channels.zalo_oa import Account, ZaloOaChannel
from bot.vault import keeping_in
from storage.store import Store


def now_ms() -> int:
    """The moment as storage keeps it."""
    return round(utcnow().timestamp() * 1000)


def channel_on(store: Store, owner: str, account: Account, journal: Path) -> ZaloOaChannel:
    """The channel with its tokens in this database."""
    vault = keeping_in(store, owner, now_ms).vault("zalo_oa", account.app_id)
    return ZaloOaChannel(account, vault=_Slow(vault), shelf=MemoryShelf(), journal=journal, clock=utcnow)


class _Slow:
    """A vault that says what it is about to save; `sys.argv` may let it take for ever."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.load, self.hold, self.release = vault.load, vault.hold, vault.release

    async def swap(self, before: str | None, body: str) -> bool:
        if __name__ == "__main__":
            print("saving", flush=True)  # noqa: T201
            await asyncio.sleep(60)
        return await self._vault.swap(before, body)


async def main(url: str, journal: str, address: str, account: list[str]) -> None:
    """Send one message."""
    store = Store(url)
    await store.open()
    channel = channel_on(store, "first", Account(*account), Path(journal))
    print("begun", flush=True)  # noqa: T201
    try:
        await channel.send(Outgoing(address, "x"))
        print("sent", flush=True)  # noqa: T201
    except SendFailed as failed:
        print(failed, flush=True)  # noqa: T201
    await channel.close()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])))
