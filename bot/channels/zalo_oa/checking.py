"""How the platform takes this Official Account: whether it may be sent for, and where its events are to come."""

from __future__ import annotations

from datetime import datetime

from bot.channels.checked import Checked
from bot.channels.keeping import Away
from bot.channels.zalo_oa.failures import SHUT, TOKEN
from bot.channels.zalo_oa.refreshing import Keys
from bot.channels.zalo_oa.tokens import Tokens
from bot.channels.zalo_oa.webhook import PATH
from bot.channels.zalo_oa.wire import OpenApi, Refused, Unanswered


async def check(api: OpenApi, keys: Keys, public_url: str, now: datetime) -> tuple[Checked, ...]:
    """Ask for the account's name; nothing is renewed and nothing changed. Raises nothing."""
    webhook = Checked("webhook", "ok", "ok", {"url": public_url.rstrip("/") + PATH})
    return await _token(api, keys, round(now.timestamp() * 1000)), webhook


async def _token(api: OpenApi, keys: Keys, now: int) -> Checked:
    try:
        tokens = await keys.look()
    except (Away, ValueError):
        return Checked("token", "warn", "unread")
    if tokens is None:
        return Checked("token", "bad", "missing")
    if tokens.refused_at is not None:
        return Checked("token", "bad", "refused")
    try:
        name = await api.name(tokens.access)
    except Refused as error:
        return _refused(error, tokens, now)
    except Unanswered as error:
        return Checked("token", "bad", "away", {"reason": error.reason})
    return Checked("token", "ok", "ok", {"name": name, "hours": max(0, int(tokens.left_s(now) // 3600))})


def _refused(error: Refused, tokens: Tokens, now: int) -> Checked:
    if error.code in TOKEN and tokens.left_s(now) <= 0:
        return Checked("token", "warn", "ended")
    is_token, is_shut, reason = error.code in TOKEN, error.code in SHUT, {"reason": str(error)}
    return Checked("token", "bad", "invalid" if is_token else "shut" if is_shut else "other", reason)
