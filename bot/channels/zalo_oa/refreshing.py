"""The token to send with: read for every send, renewed by one process at a time, never lost between two."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.channels.keeping import Away, Vault
from bot.channels.zalo_oa.exchanging import MOST_S, Entry, Journal, ask
from bot.channels.zalo_oa.tokens import Tokens, digest

log = logging.getLogger(__name__)
AHEAD_S = 3600.0
"""So long before the end of the access token it is renewed; by itself, nobody waits for it."""
SHORTLY_S = 120.0
"""So long before its end a send waits for the renewal."""
LEASE_S = 2.0 * MOST_S
"""Longer than the process lives that asks the platform."""
WAIT_S = 12.0
"""How long a send waits for another process that renews."""
LOOK_S = 0.25
REFUSED_AGAIN_S = 900.0
PAUSES_S = {"refused": 300.0, "missing": 60.0, "busy": 5.0, "fresh": 300.0}
PAUSE_S = 30.0
YOUNG_S = 60.0
"""A token that is refused so soon after it was given is not refused for its age."""
PATH = "/v4/oa/access_token"


class NoAccess(Exception):
    """There is no token to send with. `code`: missing (nobody ever authorised), refused (somebody must again), busy
    (another process renews), fresh (the newest is refused), or why the platform could not be asked."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def for_admin(self) -> bool:
        """Whether nothing but an admin's hand ends it."""
        return self.code in {"missing", "refused", "fresh"}

    @property
    def after(self) -> float:
        """Seconds until it may be worth another try."""
        return PAUSES_S.get(self.code, PAUSE_S)


@dataclass(frozen=True, slots=True, repr=False)
class App:
    """Who asks: the app on the platform, its secret, and where tokens are given out."""

    app_id: str
    secret: str
    oauth_base: str


class Keys:
    """The tokens of one Official Account. Everything raises NoAccess and Away; nothing raised holds a token."""

    def __init__(self, vault: Vault, app: App, journal: Journal, clock: Callable[[], datetime]) -> None:
        self._vault = vault
        self._app = app
        self._journal = journal
        self._clock = clock
        self._renewing: asyncio.Task[Tokens] | None = None
        self._pause_until = 0.0
        self._pause_for = ""

    def __repr__(self) -> str:
        return f"Keys(app_id={self._app.app_id})"

    async def access(self) -> str:
        """The access token as it is now, renewed when it is about to end."""
        tokens = await self._known()
        if tokens.left_s(self._now()) <= SHORTLY_S:
            tokens = await self._renewed(tokens)
        return tokens.access

    async def renewed(self, refused: str) -> str:
        """The access token in place of one that the platform refused."""
        tokens = await self._known()
        if tokens.access != refused:
            return tokens.access
        if self._now() - tokens.at < YOUNG_S * 1000:
            raise NoAccess("fresh")
        return (await self._renewed(tokens)).access

    async def tend(self) -> None:
        """Take over what lies in the journal, and renew what ends soon."""
        await self.adopt()
        tokens = await self._known()
        if tokens.left_s(self._now()) <= AHEAD_S:
            await self._renewed(tokens)

    async def look(self) -> Tokens | None:
        """What is stored, for whoever only wants to know."""
        body = await self._vault.load()
        return Tokens.from_json(body) if body else None

    async def authorised(self, code: str, verifier: str) -> None:
        """Exchange the code of a new authorisation for the first tokens."""
        form = {"code": code, "app_id": self._app.app_id, "grant_type": "authorization_code", "code_verifier": verifier}
        await self._turn(None)
        await self._alone(lambda: self._exchanged(form, None))

    async def adopt(self) -> None:
        """Take over the answers that lie in the journal: into the database first, only then off the disk."""
        for entry in await asyncio.to_thread(self._journal.entries, self._now()):
            await self._take_over(entry)

    async def close(self) -> None:
        """Wait for a renewal under way; what it leaves is found again in any case."""
        if self._renewing is not None:
            await asyncio.wait({self._renewing}, timeout=MOST_S)

    def _now(self) -> int:
        return round(self._clock().timestamp() * 1000)

    async def _known(self) -> Tokens:
        tokens = await self.look()
        if tokens is None:
            await self.adopt()
            tokens = await self.look()
        if tokens is None:
            raise NoAccess("missing")
        return tokens

    async def _renewed(self, seen: Tokens) -> Tokens:
        """Newer tokens than these; whoever asks meanwhile waits for the same renewal."""
        if self._renewing is None or self._renewing.done():
            if time.monotonic() < self._pause_until:
                raise NoAccess(self._pause_for)
            self._renewing = asyncio.create_task(self._renew(seen))
            self._renewing.add_done_callback(_heard)
        return await asyncio.shield(self._renewing)

    async def _renew(self, seen: Tokens) -> Tokens:
        try:
            newer = await self._turn(seen)
            return newer if newer is not None else await self._alone(lambda: self._refreshed(seen))
        except NoAccess as error:
            if error.code not in {"busy", "missing"}:
                log.error("the tokens could not be renewed: %s", error.code)  # noqa: TRY400
                self._pause_until, self._pause_for = time.monotonic() + PAUSE_S, error.code
            raise

    async def _turn(self, seen: Tokens | None) -> Tokens | None:
        """Become the only one, of all processes, who renews; or the newer tokens when another was first."""
        end = time.monotonic() + WAIT_S
        while not await self._vault.hold(LEASE_S):
            if (newer := await self._newer(seen)) is not None:
                return newer
            if time.monotonic() > end:
                raise NoAccess("busy")
            await asyncio.sleep(LOOK_S)
        return None

    async def _alone(self, work: Callable[[], Awaitable[Tokens]]) -> Tokens:
        """Do what only the one may do whose turn it is, then let others."""
        try:
            tokens = await work()
        except Exception:  # not when cancelled: the process that asks goes on, and others must wait for it
            await self._release()
            raise
        await self._release()
        return tokens

    async def _release(self) -> None:
        with suppress(Away):
            await self._vault.release()

    async def _newer(self, seen: Tokens | None) -> Tokens | None:
        """What is stored by now, if that is not `seen` any more."""
        await self.adopt()
        tokens = await self.look()
        return tokens if seen is not None and tokens is not None and tokens.access != seen.access else None

    async def _refreshed(self, seen: Tokens) -> Tokens:
        if (newer := await self._newer(seen)) is not None:
            return newer
        if seen.refused_at is not None and self._now() - seen.refused_at < REFUSED_AGAIN_S * 1000:
            raise NoAccess("refused")
        form = {"refresh_token": seen.refresh, "app_id": self._app.app_id, "grant_type": "refresh_token"}
        return await self._exchanged(form, seen)

    async def _exchanged(self, form: Mapping[str, str], replaced: Tokens | None) -> Tokens:
        """Ask the platform. Its answer lies on the disk before anybody here knows of it."""
        url, known_by = self._app.oauth_base + PATH, digest(replaced.refresh) if replaced else ""
        outcome = await ask(url, self._app.secret, form, self._journal, known_by)
        if outcome.entry is not None:
            await self._take_over(outcome.entry)
        await self.adopt()
        tokens = await self.look()
        if outcome.code in {"kept", "loose"} and tokens is not None:
            return tokens
        log.warning("no new tokens: %s (%s)", outcome.code, outcome.reason)
        if outcome.code == "refused" and replaced is not None:
            await self._vault.swap(replaced.to_json(), replaced.refused(self._now()).to_json())
        raise NoAccess(outcome.code)

    async def _take_over(self, entry: Entry) -> None:
        """Store an answer in the place of what it was given for; drop it where something newer stands."""
        while True:
            body = await self._vault.load()
            current = Tokens.from_json(body) if body else None
            if not _follows(entry, current) or await self._vault.swap(body, entry.tokens.to_json()):
                break
        if entry.path is not None:
            await asyncio.to_thread(entry.path.unlink, missing_ok=True)


def _follows(entry: Entry, current: Tokens | None) -> bool:
    if current is None:
        return True
    if current.access == entry.tokens.access:
        return False
    return entry.replaces == digest(current.refresh) or entry.tokens.at > current.at


def _heard(task: asyncio.Task[Tokens]) -> None:
    """Whoever waited may be gone; what went wrong was logged."""
    if not task.cancelled():
        task.exception()
