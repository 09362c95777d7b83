"""How Telegram takes this bot: whether it knows the token, and whether updates can reach us as they are to come."""

from __future__ import annotations

import time

from bot.channels.checked import Checked
from bot.channels.telegram.webhook import PATH, WebhookInfo, describe
from bot.channels.telegram.wire import BotApi, Refused, Unanswered

CROWDED = 100
"""So many updates waiting on the platform's side mean that we do not keep up."""


async def check(api: BotApi, *, webhook: bool, public_url: str) -> tuple[Checked, ...]:
    """Ask for the bot's name and for the webhook; without an answer to the first the second is not asked."""
    try:
        name = str((await api.call("getMe", {}))["username"])
    except Refused as error:
        code = "unknown" if error.code in {401, 404} else "refused"
        return (Checked("token", "bad", code, {"reason": str(error)}),)
    except (Unanswered, KeyError, TypeError) as error:
        return (Checked("token", "bad", "away", {"reason": _reason(error)}),)
    token = Checked("token", "ok", "ok", {"name": name})
    try:
        info = await describe(api)
    except (Refused, Unanswered) as error:
        return token, Checked("webhook", "warn", "away", {"reason": _reason(error)})
    return token, _pushed(info, public_url) if webhook else _polled(info)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, Refused | Unanswered) else type(error).__name__


def _polled(info: WebhookInfo) -> Checked:
    if info.url:
        return Checked("webhook", "warn", "in_the_way", {"url": info.url})
    if info.pending > CROWDED:
        return Checked("webhook", "warn", "crowded", {"pending": info.pending})
    return Checked("webhook", "ok", "polling", {"pending": info.pending})


def _pushed(info: WebhookInfo, public_url: str) -> Checked:
    wanted = public_url.rstrip("/") + PATH
    if info.url != wanted:
        return Checked("webhook", "bad", "elsewhere", {"url": info.url or "-", "wanted": wanted})
    if failing(info):
        return Checked("webhook", "bad", "failing", {"pending": info.pending, "reason": info.last_error})
    if info.pending > CROWDED:
        return Checked("webhook", "warn", "crowded", {"pending": info.pending})
    return Checked("webhook", "ok", "ok", {"pending": info.pending})


def failing(info: WebhookInfo) -> bool:
    """Whether the platform has updates that it could not bring."""
    return bool(info.last_error) and info.pending > 0


class WebhookEar:
    """Remembers since when the platform has been unable to bring updates; it tells only of the last failure."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._since: float | None = None

    async def unheard_s(self) -> float:
        """For how many seconds, as far as anybody has looked."""
        try:
            ill = failing(await describe(self._api))
        except (Refused, Unanswered):
            ill = True
        now = time.monotonic()
        if not ill:
            self._since = None
        elif self._since is None:
            self._since = now
        return now - self._since if self._since is not None else 0.0
