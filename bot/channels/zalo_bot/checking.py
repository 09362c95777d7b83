"""How the platform takes this bot: whether it knows the token, and whether updates can reach us as they are to come."""

from __future__ import annotations

import time

from bot.channels.checked import Checked
from bot.channels.zalo_bot.failures import NO_ENTRY
from bot.channels.zalo_bot.wire import BotApi, Refused, Unanswered, WebhookInfo


async def check(api: BotApi, wanted: str) -> tuple[Checked, ...]:
    """Ask for the bot's name and for the webhook, which should be `wanted` ("": none); without an answer to the first
    the second is not asked."""
    try:
        me = await api.get_me()
    except Refused as error:
        code = "unknown" if error.code == NO_ENTRY else "refused"
        return (Checked("token", "bad", code, {"reason": str(error)}),)
    except Unanswered as error:
        return (Checked("token", "bad", "away", {"reason": str(error)}),)
    token = Checked("token", "ok", "ok", {"name": me.name or me.id})
    try:
        info = await api.get_webhook_info()
    except (Refused, Unanswered) as error:
        return token, Checked("webhook", "warn", "away", {"reason": str(error)})
    return token, _pushed(info, wanted) if wanted else _polled(info)


def _polled(info: WebhookInfo | None) -> Checked:
    if info is not None:  # never taken away by us: another service may live by it
        return Checked("webhook", "bad", "in_the_way", {"url": info.url})
    return Checked("webhook", "ok", "polling")


def _pushed(info: WebhookInfo | None, wanted: str) -> Checked:
    if info is None:
        return Checked("webhook", "bad", "missing", {"wanted": wanted})
    if info.url != wanted:
        return Checked("webhook", "bad", "elsewhere", {"url": info.url, "wanted": wanted})
    return Checked("webhook", "ok", "ok", {"url": info.url})


class WebhookEar:
    """Remembers since when updates cannot have come: the platform tells only where it would bring them."""

    def __init__(self, api: BotApi, wanted: str) -> None:
        self._api = api
        self._wanted = wanted
        self._since: float | None = None

    async def unheard_s(self) -> float:
        """For how many seconds, as far as anybody has looked."""
        try:
            info = await self._api.get_webhook_info()
            well = info is not None and info.url == self._wanted
        except (Refused, Unanswered):
            well = False
        now = time.monotonic()
        if well:
            self._since = None
        elif self._since is None:
            self._since = now
        return now - self._since if self._since is not None else 0.0
