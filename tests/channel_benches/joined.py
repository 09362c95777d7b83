"""An office whose one officer has joined by the page of an invite: made once in a process, then copied."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from product_store.databases import migrated_sqlite
from site_bench.browser import site_on
from talk.stage import SDL, sqlite_of, staged

from bot.conversation.codes import hash_code
from bot.intake.moments import to_ms
from storage import sign_ins
from storage.rows import NewSignIn

INVITE, SIGN_IN = "K7Q29XPM", "q3Zt8mB1rN5xW0aLc7Yp2g"


@dataclass(frozen=True)
class Joined:
    """A database in which the visitor has joined, and has a link to sign in with once more."""

    database: bytes
    cookies: Mapping[str, str]


_JOINED: list[Joined] = []


async def joined() -> Joined:
    """The office, from its first making on."""
    if not _JOINED:
        with tempfile.TemporaryDirectory() as folder:
            _JOINED.append(await _join(Path(folder)))
    return _JOINED[0]


async def _join(folder: Path) -> Joined:
    """An office with one unit, whose officer agreed to the invite."""
    path = migrated_sqlite(folder / "joined.db")
    async with staged(sqlite_of(path)) as stage:
        await stage.open_office(SDL)
        await stage.invite(INVITE, "officer", "SDL")
        async with site_on(stage) as site:
            browser = await site.joined(INVITE)
            found = await site.site.visitors.find(browser.cookies["tucham"])
            assert found is not None
            now = to_ms(stage.clock())
            link = NewSignIn(hash_code(SIGN_IN), found.person.id, None, now, now + 600_000)
            await stage.store.run(sign_ins.add_sign_in, link)
    return Joined(path.read_bytes(), browser.cookies)
