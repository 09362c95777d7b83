"""Telegram as a channel: messages out, updates in, errors translated."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Literal

from aiohttp import web

from bot.channels.checked import Checked
from bot.channels.contract import Capabilities, KeepFiles, KeepPoison, Outgoing, Pace, Sent, Take
from bot.channels.telegram.checking import WebhookEar, check
from bot.channels.telegram.errands import Errands
from bot.channels.telegram.failures import failed
from bot.channels.telegram.fetching import Fetching
from bot.channels.telegram.menu import Commands, Menus, listed
from bot.channels.telegram.polling import Patience, Polling, ReceiveFailed
from bot.channels.telegram.reception import Reception
from bot.channels.telegram.sending import Posting
from bot.channels.telegram.splitting import TEXT_LIMIT
from bot.channels.telegram.webhook import PATH, Webhook, WebhookInfo, describe, register, unregister
from bot.channels.telegram.wire import BotApi, Refused, Unanswered

log = logging.getLogger(__name__)
PARALLEL = 64


class TelegramChannel:
    """One bot on Telegram. `bot` is the bot's number, which stands in the token; its name is asked for once.

    `files` is where documents and photos go, set before `receive`; without it they are answered like anything else
    that cannot be read.

    Raises ValueError for a token that cannot be one and for webhook mode without a secret.
    """

    name = "telegram"
    capabilities = Capabilities(buttons=True, edits=True, text_limit=TEXT_LIMIT, pace=Pace(30, 1, 20))

    def __init__(
        self,
        token: str,
        *,
        api_base: str | None = None,
        proxy: str | None = None,
        mode: Literal["polling", "webhook"] = "polling",
        webhook_secret: str = "",
        public_url: str = "",
        bot_name: str | None = None,
    ) -> None:
        if mode == "webhook" and not webhook_secret:
            raise ValueError("webhook mode needs a secret: without one anybody could bring updates")
        self._api = BotApi(token, api_base, proxy)
        self.bot = self._api.bot_id
        self.bot_name = bot_name
        self._mode = mode
        self._secret = webhook_secret
        self._public_url = public_url
        self.patience = Patience()
        self._errands = Errands()
        self._posting = Posting(self._api, self._errands)
        self._menus = Menus()
        self.files: KeepFiles | None = None
        self._webhook = Webhook(webhook_secret, PARALLEL) if mode == "webhook" else None
        self._ear = WebhookEar(self._api)
        self._polling: Polling | None = None
        self._stopped = False
        self._received = asyncio.Event()
        self._received.set()

    def __repr__(self) -> str:
        return f"TelegramChannel(bot={self.bot}, mode={self._mode})"

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send one message, or put it in the place of another. Raises SendFailed."""
        sent = await self._posting.send(outgoing)
        if outgoing.menu_role is not None:
            change = self._menus.change(outgoing.address, outgoing.menu_role)
            if change is not None:
                address = outgoing.address
                self._posting.set_menu(address, change, lambda: self._menus.forget(address))
        return sent

    async def receive(self, take: Take, keep_poison: KeepPoison) -> None:
        """Take in updates until stopped. Raises ReceiveFailed when the platform refuses for good."""
        # A press that came by webhook is acknowledged in the answer to its post.
        acknowledge = self._posting.acknowledge if self._webhook is None else _leave_it
        can = self.capabilities
        reception = Reception(self.name, self.bot, can, lambda: self.bot_name, acknowledge, take, keep_poison)
        reception.fetching = Fetching(self._api, self.files) if self.files is not None else None
        if self._stopped:
            return
        self._received.clear()
        if self.bot_name is None:
            self._errands.start(self._try_to_introduce())
        try:
            if self._webhook is not None:
                await self._webhook.run(reception, self.patience.drain)
            else:
                self._polling = Polling(self._api, reception, self.patience, PARALLEL)
                await self._polling.run()
        finally:
            self._received.set()

    async def stop(self) -> None:
        """Stop receiving and let what was taken in finish; messages can be sent until `close`."""
        self._stopped = True
        if self._polling is not None:
            self._polling.stop()
        if self._webhook is not None:
            self._webhook.stop()
        await self._received.wait()
        await self._errands.finish(self.patience.drain)

    async def close(self) -> None:
        """Let go of the connections, after the last message was sent."""
        await self._errands.finish(self.patience.drain)
        await self._api.close()

    def link(self, code: str) -> str | None:
        """The link that joins by a code, without one to the private chat; None until the bot's name is known."""
        query = f"?start={code}" if code else ""
        return f"https://t.me/{self.bot_name}{query}" if self.bot_name else None

    def routes(self) -> Iterable[web.RouteDef]:
        """What the web server has to serve in webhook mode; nothing when polling."""
        return [web.post(PATH, self._webhook.answer)] if self._webhook is not None else []

    async def check(self) -> tuple[Checked, ...]:
        """Whether the platform knows the token, and how updates are to come. Raises nothing."""
        return await check(self._api, webhook=self._webhook is not None, public_url=self._public_url)

    @property
    def dated(self) -> tuple[str, float] | None:
        """What the platform's clock showed in its last answer, and when that came."""
        return self._api.dated

    async def unheard_s(self) -> float:
        """For how many seconds nothing could be received; 0 before receiving has begun. Raises nothing."""
        if self._webhook is not None:
            return await self._ear.unheard_s()
        return self._polling.unheard_s() if self._polling is not None else 0.0

    async def introduce(self) -> str:
        """Ask the platform for the bot's name and keep it. Raises SendFailed."""
        try:
            self.bot_name = str((await self._api.call("getMe", {}))["username"])
        except (Refused, Unanswered) as error:
            raise failed(error) from None
        return self.bot_name

    async def _try_to_introduce(self) -> None:
        try:
            await self.introduce()
        except Exception as error:  # noqa: BLE001 - an errand deals with its own errors
            log.warning("the bot's name is unknown as yet: %s", error)

    async def set_menu(self, everybody: Commands, by_role: Mapping[str, Commands]) -> None:
        """Set the commands shown to everybody and those a chat gets with its role. Raises SendFailed."""
        self._menus.learn(by_role)
        try:
            await self._api.call("setMyCommands", {"commands": listed(everybody)})
            await self._api.call("setChatMenuButton", {"menu_button": {"type": "commands"}})
        except (Refused, Unanswered) as error:
            raise failed(error) from None

    async def set_webhook(self) -> str:
        """Ask the platform to deliver here from now on; return the address. Raises SendFailed, ValueError."""
        if not self._secret or not self._public_url:
            raise ValueError("a webhook needs the public address of the service and a secret")
        try:
            return await register(self._api, self._public_url, self._secret)
        except (Refused, Unanswered) as error:
            raise failed(error) from None

    async def delete_webhook(self) -> None:
        """Ask the platform to keep updates for polling. Raises SendFailed."""
        try:
            await unregister(self._api)
        except (Refused, Unanswered) as error:
            raise failed(error) from None

    async def webhook_info(self) -> WebhookInfo:
        """Ask the platform how delivery goes. Raises SendFailed."""
        try:
            return await describe(self._api)
        except (Refused, Unanswered) as error:
            raise failed(error) from None


__all__ = ["Patience", "ReceiveFailed", "TelegramChannel", "WebhookInfo"]


def _leave_it(_callback_id: str) -> None:
    """Somebody else acknowledges the press."""
