"""How a bot is called, asked without the whole client: a command that only needs a link must not load all of it."""

from __future__ import annotations

import aiohttp
from aiohttp_socks import ProxyConnector


async def ask_bot_name(token: str, api_base: str, proxy: str | None = None, seconds: float = 5.0) -> str | None:
    """The bot's name; None when the platform does not tell it just now, for whatever reason."""
    connector = ProxyConnector.from_url(proxy) if proxy else None
    timeout = aiohttp.ClientTimeout(total=seconds)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            session.get(f"{api_base}/bot{token}/getMe") as answer,
        ):
            told = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None  # nothing of the error is kept: its text would hold the token
    name = told.get("result", {}).get("username") if isinstance(told, dict) and told.get("ok") else None
    return name if isinstance(name, str) else None


def join_link(bot_name: str, code: str) -> str:
    """The link that opens the bot and sends it the code."""
    return f"https://t.me/{bot_name}?start={code}"
