"""The Zalo Bot Platform as a channel: messages out, events in, errors translated."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Literal

from aiohttp import web

from bot.channels.checked import Checked
from bot.channels.contract import Capabilities, KeepFiles, KeepPoison, Outgoing, Quota, Sent, Take
from bot.channels.outside import Outside
from bot.channels.zalo_bot.checking import WebhookEar, check
from bot.channels.zalo_bot.failures import Throttle, failed
from bot.channels.zalo_bot.fetching import FETCH_SECONDS, Fetching
from bot.channels.zalo_bot.polling import Patience, Polling
from bot.channels.zalo_bot.reception import Reception
from bot.channels.zalo_bot.sending import TEXT_LIMIT, Posting
from bot.channels.zalo_bot.webhook import PATH, Webhook
from bot.channels.zalo_bot.wire import BotApi, Refused, Unanswered, WebhookInfo

PARALLEL = 64


class ZaloBotChannel:
    """One bot of the platform. `bot` is the number in front of its token; `link` is the address people open it by.

    `files` is where pictures go, set before `receive`; without it they are answered like anything else that cannot be
    read. `quota` messages may be sent in a month, to `people`; 0 means that nobody counts.

    Raises ValueError for a token that cannot be one and for webhook mode without a secret.
    """

    name = "zalo_bot"

    def __init__(  # noqa: PLR0913 - each is a setting
        self,
        token: str,
        *,
        api_base: str,
        mode: Literal["polling", "webhook"] = "polling",
        webhook_secret: str = "",
        public_url: str = "",
        link: str = "",
        quota: int = 3000,
        people: int = 50,
    ) -> None:
        self.capabilities = Capabilities(
            buttons=False,
            edits=False,
            text_limit=TEXT_LIMIT,
            markup=False,
            files_in=False,
            files_out=False,
            quota=Quota(quota, people or None) if quota else None,
        )
        self._api = BotApi(token, api_base)
        self.bot = self._api.bot_id
        self.patience = Patience()
        self.throttle = Throttle()
        self.files: KeepFiles | None = None
        self._mode = mode
        self._secret = webhook_secret
        self._address = public_url.rstrip("/") + PATH if public_url else ""
        self._link = link
        # An address on this machine is all right where the platform's own is one.
        self._outside = Outside(trusted=api_base.startswith("http://"), seconds=FETCH_SECONDS)
        self._webhook = Webhook(webhook_secret, PARALLEL) if mode == "webhook" else None
        self._ear = WebhookEar(self._api, self._address)
        self._polling: Polling | None = None
        self._fetching: Fetching | None = None
        self._stopped = False
        self._received = asyncio.Event()
        self._received.set()

    def __repr__(self) -> str:
        return f"ZaloBotChannel(bot={self.bot}, mode={self._mode})"

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send one message as plain text. Raises SendFailed."""
        return await Posting(self._api, self.throttle).send(outgoing)

    async def receive(self, take: Take, keep_poison: KeepPoison) -> None:
        """Take in updates until stopped."""
        if self._stopped:
            return
        if self.files is not None and self._fetching is None:
            self._fetching = Fetching(self.files, self._outside)
        reception = Reception(self.name, self.bot, self.capabilities, take, keep_poison, self._fetching)
        self._received.clear()
        try:
            if self._webhook is not None:
                await self._webhook.run(reception, self.patience.drain)
            else:
                self._polling = Polling(self._api, reception, self.patience)
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

    async def close(self) -> None:
        """Let go of the connections, after the last message was sent."""
        await self._outside.close()
        await self._api.close()

    def link(self, code: str) -> str | None:  # noqa: ARG002 - no link of this platform carries a code
        """The link that opens the bot, where the code is typed; None where nobody has told it."""
        return self._link or None

    def routes(self) -> Iterable[web.RouteDef]:
        """What the web server has to serve in webhook mode; nothing when polling."""
        return [web.post(PATH, self._webhook.answer)] if self._webhook is not None else []

    async def check(self) -> tuple[Checked, ...]:
        """Whether the platform knows the token, and how updates are to come. Raises nothing."""
        return await check(self._api, self._address if self._webhook is not None else "")

    @property
    def dated(self) -> tuple[str, float] | None:
        """What the platform's clock showed in its last answer, and when that came."""
        return self._api.dated

    async def unheard_s(self) -> float:
        """For how many seconds nothing could be received; 0 before receiving has begun. Raises nothing."""
        if self._webhook is not None:
            return await self._ear.unheard_s()
        return self._polling.unheard_s() if self._polling is not None else 0.0

    async def register_webhook(self) -> WebhookInfo | None:
        """Ask the platform to post updates here from now on; what it then says is set. By a person's word only: it
        ends polling, wherever that goes on. Raises SendFailed, ValueError."""
        if not self._secret or not self._address:
            raise ValueError("a webhook needs the public address of the service and a secret")
        try:
            await self._api.set_webhook(self._address, self._secret)
            return await self._api.get_webhook_info()
        except (Refused, Unanswered) as error:
            raise failed(error, self.throttle) from None

    async def remove_webhook(self) -> WebhookInfo | None:
        """Ask the platform to keep updates for polling; what it then says is set. Raises SendFailed."""
        try:
            await self._api.delete_webhook()
            return await self._api.get_webhook_info()
        except (Refused, Unanswered) as error:
            raise failed(error, self.throttle) from None

    async def webhook_info(self) -> WebhookInfo | None:
        """The webhook that is set, or None. Raises SendFailed."""
        try:
            return await self._api.get_webhook_info()
        except (Refused, Unanswered) as error:
            raise failed(error, self.throttle) from None

    @property
    def webhook_address(self) -> str:
        """Where updates should be posted to; "" without a public address."""
        return self._address


__all__ = ["Patience", "WebhookInfo", "ZaloBotChannel"]
