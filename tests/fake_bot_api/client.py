"""The real aiogram client, pointed at the fake."""

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from fake_bot_api.server import TOKEN, FakeBotApi


class LoopbackSession(AiohttpSession):
    """aiogram's own session, without the quarter second it waits for TLS to close."""

    async def close(self) -> None:
        """Close at once."""
        if self._session is not None:
            await self._session.close()


def client(fake: FakeBotApi, token: str = TOKEN) -> Bot:
    """A bot that writes HTML and gives up a call after five seconds; an async context manager."""
    session = LoopbackSession(api=TelegramAPIServer.from_base(fake.base_url), timeout=5)
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
