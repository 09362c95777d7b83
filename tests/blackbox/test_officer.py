"""The driver of officers walks what a product shows it, and its plans say the same to product and scorer."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from fake_bot_api.client import client
from fake_bot_api.pulse import SilenceError
from fake_bot_api.server import FakeBotApi
from officer.plan import Pick, RandomPlan, Typed, criteria_of, exact_percent
from officer.walk import Officer, card_id

IDS = ("1.1", "2.1.1", "2.10.2")
CRITERIA: dict[str, Any] = {
    "id": "qd-3270-2020",
    "sections": [
        {"id": "1", "criteria": [{"id": "1.1", "kind": "choice", "options": [{"id": "yes"}, {"id": "no"}]}]},
        {"id": "2", "criteria": [{"id": one, "kind": "ratio", "options": []} for one in IDS[1:]]},
    ],
}


@dataclass(slots=True)
class Questionnaire:
    """A bot of a few questions that doubts the second one and repeats itself."""

    bot: Bot
    heard: list[str] = field(default_factory=list)
    place: int = -2

    async def run(self) -> None:
        offset: int | None = None
        while True:
            for update in await self.bot.get_updates(offset=offset, timeout=5):
                offset = update.update_id + 1
                if update.message:
                    await self.take(update.message.chat.id, update.message.text or "")
                elif update.callback_query and update.callback_query.message:
                    await update.callback_query.answer().as_(self.bot)
                    await self.take(update.callback_query.message.chat.id, update.callback_query.data or "")

    async def take(self, chat_id: int, said: str) -> None:
        self.heard.append(said)
        if said == "/nop":
            await self.show(chat_id, "Xác nhận nộp?", "nop")
            return
        if said == "nop":
            await self.bot.send_message(chat_id, "Mã biên nhận: <code>QB-2025-001</code>")
            return
        if IDS[max(self.place, 0)] == "2.1.1" and said != "take":
            await self.show(chat_id, f"<b>2.1.1. Tỷ lệ</b>\nCó phải {said}?", "take", "retype")
            return
        self.place += 1
        if self.place < 0:
            await self.show(chat_id, "Có đúng cơ quan của anh/chị không?", "dung", "khong")
        elif self.place < len(IDS):
            title = f"<b>{IDS[self.place]}. Tiêu chí</b>\n{'?' * (self.place + 1)}"
            options = ("yes", "no", "back") if self.place == 0 else ("back", "help")
            await self.show(chat_id, title, *options)
            await self.show(chat_id, title, *options)
        else:
            await self.show(chat_id, "<b>Bản tự chấm</b>", "nop")

    async def show(self, chat_id: int, html: str, *data: str) -> None:
        rows = [[InlineKeyboardButton(text=one, callback_data=one)] for one in data]
        await self.bot.send_message(chat_id, html, reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))


@contextlib.asynccontextmanager
async def questionnaire(fake: FakeBotApi) -> AsyncIterator[Questionnaire]:
    async with client(fake) as bot:
        asked = Questionnaire(bot)
        running = asyncio.create_task(asked.run())
        yield asked
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def test_an_officer_walks_from_the_invite_to_the_receipt() -> None:
    plan = RandomPlan(3, CRITERIA)
    async with FakeBotApi() as fake, questionnaire(fake) as product:
        officer = Officer(fake.user(), plan)
        await officer.join("MA-MOI")
        last = await officer.walk()
        assert last.text == "Bản tự chấm"
        assert list(officer.given) == list(IDS)
        said = [plan.answer(one) for one in IDS]
        first = said[0].option if isinstance(said[0], Pick) else ""
        typed = [answer.text for answer in said if isinstance(answer, Typed)]
        assert product.heard == ["/start MA-MOI", "dung", first, typed[0], "take", typed[1]]
        assert await officer.submit() == "QB-2025-001"


async def test_an_officer_can_stop_half_way() -> None:
    async with FakeBotApi() as fake, questionnaire(fake):
        officer = Officer(fake.user(), RandomPlan(3, CRITERIA))
        await officer.join("MA-MOI")
        assert card_id(await officer.walk(limit=1)) == "2.1.1"
        await officer.walk()
        assert list(officer.given) == list(IDS)


async def test_an_officer_is_not_content_with_silence() -> None:
    async with FakeBotApi() as fake:
        officer = Officer(fake.user(), RandomPlan(3, CRITERIA), patience=0.05)
        with pytest.raises(SilenceError):
            await officer.join("MA-MOI")


def test_the_same_seed_is_the_same_plan_and_line() -> None:
    assert RandomPlan(5, CRITERIA).score_line("so_ban_nganh") == RandomPlan(5, CRITERIA).score_line("so_ban_nganh")
    assert len({RandomPlan(seed, CRITERIA).score_line("so_ban_nganh") for seed in range(20)}) == 20


def test_a_plan_says_the_same_in_words_and_in_the_line() -> None:
    for seed in range(300):
        plan = RandomPlan(seed, CRITERIA)
        line = json.loads(plan.score_line("ubnd_cap_huyen", only=["2.1.1"]))
        assert list(line["answers"]) == ["2.1.1"]
        typed = plan.answer("2.1.1")
        assert isinstance(typed, Typed)
        percent = exact_percent(typed)
        assert percent is not None
        assert 0 <= percent <= 100
        numbers = [word for word in typed.text.replace(":", "/").replace(" trên ", "/").split("/") if word]
        if typed.counts:
            assert [int(word) for word in numbers] == list(typed.counts)
        else:
            assert typed.text.replace(",", ".").rstrip(" %") == typed.percent


def test_criteria_are_found_at_any_depth() -> None:
    assert [one["id"] for one in criteria_of(CRITERIA)] == list(IDS)
    with pytest.raises(LookupError):
        criteria_of({"id": "leer"})
