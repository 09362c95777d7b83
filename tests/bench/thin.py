"""The measure of all things here: a bare aiogram bot that asks the same questions, with one commit per answer.

One card edited in place, a new one after a typed answer. No scoring, no templates, no ledger, no outbox, no sessions.
Run as: thin.py MODE BASE TOKEN QUESTIONS DATABASE PORT
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

import aiosqlite
from aiogram import Bot, Dispatcher, F
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

SCHEMA = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
CREATE TABLE answers (chat INTEGER, criterion TEXT, value TEXT, PRIMARY KEY (chat, criterion));
CREATE TABLE places (chat INTEGER PRIMARY KEY, place INTEGER);
"""


class Thin:
    """Its handlers."""

    def __init__(self, db: aiosqlite.Connection, questions: list[dict[str, Any]]) -> None:
        self._db = db
        self._questions = questions

    async def start(self, message: Message) -> None:
        """/start: the first question."""
        await self._db.execute("INSERT OR REPLACE INTO places VALUES (?, 0)", (message.chat.id,))
        await self._db.commit()
        text, markup = self._card(0)
        await message.answer(text, reply_markup=markup)

    async def press(self, query: CallbackQuery) -> None:
        """A button: keep the answer, change the card."""
        assert query.data is not None
        assert isinstance(query.message, Message)
        place, option = query.data.split(":")
        following = await self._keep(query.message.chat.id, int(place), option)
        text, markup = self._card(following)
        await query.message.edit_text(text, reply_markup=markup)
        await query.answer()

    async def text(self, message: Message) -> None:
        """A typed answer: keep it, send the next card."""
        async with self._db.execute("SELECT place FROM places WHERE chat = ?", (message.chat.id,)) as rows:
            found = await rows.fetchone()
        if found is not None:
            following = await self._keep(message.chat.id, found[0], message.text or "")
            text, markup = self._card(following)
            await message.answer(text, reply_markup=markup)

    async def _keep(self, chat: int, place: int, value: str) -> int:
        criterion = self._questions[place]["id"]
        await self._db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (chat, criterion, value))
        await self._db.execute("UPDATE places SET place = ? WHERE chat = ?", (place + 1, chat))
        await self._db.commit()
        return place + 1

    def _card(self, place: int) -> tuple[str, InlineKeyboardMarkup | None]:
        if place == len(self._questions):
            return "<b>Done.</b>", None
        question = self._questions[place]
        text = (
            f"<b>{question['id']}. {question['title']}</b>\n{question['question']}\n{place + 1}/{len(self._questions)}"
        )
        labels = question["options"] or ["?"]
        return text, InlineKeyboardMarkup(
            inline_keyboard=[
                [InlineKeyboardButton(text=label[:60], callback_data=f"{place}:{number}")]
                for number, label in enumerate(labels)
            ]
        )


async def main(mode: str, base: str, token: str, questions: list[dict[str, Any]], database: str, port: int) -> None:
    """Serve until SIGTERM."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(base))
    bot = Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    async with aiosqlite.connect(database) as db:
        await db.executescript(SCHEMA)
        thin = Thin(db, questions)
        dispatcher = Dispatcher()
        dispatcher.message.register(thin.start, F.text.startswith("/start"))
        dispatcher.message.register(thin.text, F.text)
        dispatcher.callback_query.register(thin.press)
        if mode == "polling":
            await dispatcher.start_polling(bot)
        else:
            await _serve(dispatcher, bot, port)


async def _serve(dispatcher: Dispatcher, bot: Bot, port: int) -> None:
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot).register(app, path="/webhook")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await runner.cleanup()
    await bot.session.close()


if __name__ == "__main__":
    mode_, base_, token_, file, database_, port_ = sys.argv[1:]
    asked = json.loads(Path(file).read_text(encoding="utf-8"))
    asyncio.run(main(mode_, base_, token_, asked, database_, int(port_)))
