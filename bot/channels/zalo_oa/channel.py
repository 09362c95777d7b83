"""A Zalo Official Account as a channel: messages out, events in, errors translated, tokens kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiohttp import web

from bot.channels.aside import Aside
from bot.channels.checked import Checked
from bot.channels.contract import Capabilities, KeepFiles, KeepPoison, Outgoing, Sent, Take, Window
from bot.channels.keeping import Away, Shelf, Vault
from bot.channels.outside import Outside
from bot.channels.zalo_oa.checking import check
from bot.channels.zalo_oa.decoding import CHANNEL
from bot.channels.zalo_oa.exchanging import Journal
from bot.channels.zalo_oa.fetching import FETCH_SECONDS, Fetching, Patience
from bot.channels.zalo_oa.reception import Reception
from bot.channels.zalo_oa.refreshing import App, Keys, NoAccess
from bot.channels.zalo_oa.sending import TEXT_LIMIT, Posting, carries
from bot.channels.zalo_oa.webhook import PATH, Seal, Webhook
from bot.channels.zalo_oa.wire import OpenApi

__all__ = ["RETURN_PATH", "Account", "ZaloOaChannel"]

log = logging.getLogger(__name__)
DAY_S = 86_400
RETURN_PATH = "/zalo-oa/authorized"
"""Where the browser of an admin who said yes ends, the code in its address."""
TEND_SECONDS = 60.0
"""How often it is looked whether the token ends soon, and whether anything waits that nobody goes on with."""


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """What the platform knows the app by, and what only it and we know: the app's secret renews tokens, the secret key
    signs events; and where the platform is."""

    app_id: str
    app_secret: str
    secret_key: str
    api_base: str
    oauth_base: str


class ZaloOaChannel:
    """One Official Account. `bot` is the app's number. `vault` keeps the tokens, `journal` is the folder in which new
    ones lie until it has them, `shelf` the events that wait; `link` opens the account's chat.

    `files` is where documents and pictures go, set before `receive`; without it they are answered like anything else
    that cannot be read.

    Raises ValueError for an account without its secrets.
    """

    name = CHANNEL
    capabilities = Capabilities(
        buttons=False,
        edits=False,
        text_limit=TEXT_LIMIT,
        markup=False,
        window=Window(closes_s=7 * DAY_S, free_s=2 * DAY_S),
    )

    def __init__(
        self,
        account: Account,
        *,
        vault: Vault,
        shelf: Shelf,
        journal: Path,
        clock: Callable[[], datetime],
        public_url: str = "",
        link: str = "",
    ) -> None:
        if not (account.app_id and account.app_secret and account.secret_key):
            raise ValueError("an Official Account needs the app's number, its secret and the secret key")
        self.bot = account.app_id
        self._shelf = shelf
        self._clock = clock
        self._link = link
        self._public_url = public_url
        self._api = OpenApi(account.api_base)
        app = App(account.app_id, account.app_secret, account.oauth_base)
        self.keys = Keys(vault, app, Journal(journal, f"{CHANNEL}-{account.app_id}"), clock)
        self._posting = Posting(self._api, self.keys, clock)
        self._outside = Outside(trusted=account.api_base.startswith("http://"), seconds=FETCH_SECONDS)
        self.patience = Patience()
        self.files: KeepFiles | None = None
        self._webhook = Webhook(Seal(account.app_id, account.secret_key), lambda: self.patience)
        self._stopping = asyncio.Event()
        self._received = asyncio.Event()
        self._received.set()

    def __repr__(self) -> str:
        return f"ZaloOaChannel(bot={self.bot})"

    @staticmethod
    def carries(media: str, size: int) -> bool:
        """Whether a file of this type and so many bytes can go with a message here."""
        return carries(media, size)

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send one message; nothing that stands is changed on this platform. Raises SendFailed."""
        return await self._posting.send(outgoing)

    async def receive(self, take: Take, keep_poison: KeepPoison) -> None:
        """Take in events until stopped, and keep the tokens fresh meanwhile."""
        if self._stopping.is_set():
            return
        self._received.clear()
        fetching = Fetching(self.files, self._outside, self.patience) if self.files is not None else None
        aside = Aside(self.name, self.bot, keep_poison)
        reception = Reception(self.bot, self.capabilities, take, aside, self._shelf, fetching, self.patience)
        tending = asyncio.create_task(self._tend(reception))
        drain = 0.0
        try:
            await self._resumed(reception)
            await self._webhook.run(reception, self._stopping)
            drain = self.patience.drain
        finally:
            tending.cancel()
            await asyncio.gather(tending, return_exceptions=True)
            await reception.drain(drain)
            self._received.set()

    async def _resumed(self, reception: Reception) -> None:
        """Begin with what was kept: it came before anything that comes now."""
        while not self._stopping.is_set():
            try:
                await reception.resume()
            except Away:
                await self._pause(self.patience.first)
            else:
                return

    async def _tend(self, reception: Reception) -> None:
        while True:
            try:
                await self.keys.tend()
                self._posting.shut.over("access")
            except NoAccess as error:
                if error.for_admin:
                    self._posting.shut.note("access")
                log.warning("the account cannot be sent for: %s", error.code)
            except (Away, OSError) as error:
                log.warning("the tokens cannot be looked after: %s", type(error).__name__)
            await asyncio.sleep(TEND_SECONDS)
            try:
                await reception.resume()
            except Away:
                log.warning("the events that wait cannot be read")

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def stop(self) -> None:
        """Stop receiving and let what was taken in finish; messages can be sent until `close`."""
        self._stopping.set()
        await self._received.wait()

    async def close(self) -> None:
        """Let go of the connections, after the last message was sent."""
        await self.keys.close()
        await self._api.close()
        await self._outside.close()

    def link(self, code: str) -> str | None:  # noqa: ARG002 - the platform carries no code into a chat
        """The link to the account's chat, where a code is typed; None when no link is known."""
        return self._link or None

    def routes(self) -> Iterable[web.RouteDef]:
        """What the web server has to serve."""
        return [web.post(PATH, self._webhook.answer), web.get(RETURN_PATH, _returned)]

    async def check(self) -> tuple[Checked, ...]:
        """Whether the service may act for the account, and where events are to come. Raises nothing."""
        return await check(self._api, self.keys, self._public_url, self._clock())

    async def unheard_s(self) -> float:
        """For how many seconds the account could not be sent for until an admin does something. Raises nothing."""
        return self._posting.shut.seconds()


async def _returned(_request: web.Request) -> web.Response:
    """Nothing is done with the code here: the admin copies the address into the shell that asked for it."""
    return web.Response(text="OK", headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
