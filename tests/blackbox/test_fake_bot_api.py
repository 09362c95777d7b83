"""The fake platform holds against the real aiogram client: it queues, shows and tells as Telegram does."""

import asyncio
from collections.abc import Callable

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramConflictError,
    TelegramMigrateToChat,
    TelegramNetworkError,
)
from aiogram.types import BufferedInputFile, InaccessibleMessage, InlineKeyboardButton, InlineKeyboardMarkup, Update
from fake_bot_api.client import client
from fake_bot_api.pulse import SilenceError
from fake_bot_api.server import FakeBotApi

OPTIONS = ("Có", "Không")


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(text=label, callback_data=f"pick:{place}")] for place, label in enumerate(labels)]
    return InlineKeyboardMarkup(inline_keyboard=rows)


async def echo(bot: Bot) -> None:
    """Answer texts with a card and presses with an edit, until cancelled."""
    offset: int | None = None
    while True:
        for update in await bot.get_updates(offset=offset, timeout=5):
            offset = update.update_id + 1
            await answer(bot, update)


async def answer(bot: Bot, update: Update) -> None:
    if update.message is not None:
        await bot.send_message(update.message.chat.id, f"<b>{update.message.text}</b>", reply_markup=keyboard(*OPTIONS))
    if update.callback_query is not None and update.callback_query.message is not None:
        place = update.callback_query.message
        await update.callback_query.answer("ok").as_(bot)
        await bot.edit_message_text(f"{update.callback_query.data}", chat_id=place.chat.id, message_id=place.message_id)


async def test_an_echo_bot_talks_through_messages_and_buttons() -> None:
    async with FakeBotApi() as fake, client(fake) as bot:
        running = asyncio.create_task(echo(bot))
        user = fake.user()
        user.send("Xin chào")
        card = await user.expect("Xin chào")
        assert card.html == "<b>Xin chào</b>"
        assert [[button.label for button in row] for row in card.rows] == [["Có"], ["Không"]]
        press = user.press(card.button("Không"))
        assert await press.answered() == "ok"
        edited = await user.expect("pick:1")
        assert (edited.how, edited.message_id) == ("edited", card.message_id)
        assert user.chat.live_buttons() == []
        assert [act.follows for act in fake.log.acks()] == [100_001, 100_002]
        running.cancel()


async def test_several_people_are_waited_for_side_by_side() -> None:
    async with FakeBotApi() as fake, client(fake) as bot:
        running = asyncio.create_task(echo(bot))
        users = [fake.user(f"Người {number}") for number in range(20)]
        for user in users:
            user.send(f"tôi là {user.name}")
        cards = await asyncio.gather(*(user.expect() for user in users))
        assert [card.text for card in cards] == [f"tôi là {user.name}" for user in users]
        running.cancel()


async def test_the_person_is_only_shown_what_came_after_they_acted(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    user.send("một")
    await bot.send_message(user.id, "cũ")
    user.send("hai")
    with pytest.raises(SilenceError, match="waited for"):
        await user.expect("cũ", within=0.05)
    assert (await user.expect("cũ", since=0)).text == "cũ"


async def test_updates_come_again_until_an_offset_confirms_them(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    ids = [user.send(text) for text in ("một", "hai", "ba")]
    assert [u.update_id for u in await bot.get_updates(limit=2)] == ids[:2]
    assert [u.update_id for u in await bot.get_updates()] == ids
    assert [u.update_id for u in await bot.get_updates(offset=ids[1])] == ids[1:]
    assert await bot.get_updates(offset=ids[2] + 1, timeout=0) == []
    fake.updates.redeliver(ids[0])
    assert [u.update_id for u in await bot.get_updates()] == ids[:1]
    assert fake.violations == []


async def test_reordered_updates_are_not_lost_by_a_plain_offset_loop(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    ids = [user.send(text) for text in "abcd"]
    fake.updates.reorder([2, 0, 3, 1])
    seen: set[int] = set()
    while rows := await bot.get_updates(offset=max(seen, default=-1) + 1, limit=1):
        seen |= {u.update_id for u in rows}
    assert seen == set(ids)


async def test_throwing_updates_away_is_a_violation(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    last = [user.send(text) for text in ("một", "hai")][-1]
    await bot.get_updates(offset=last + 50, timeout=0)
    await bot.get_updates(offset=-1)
    await bot.delete_webhook(drop_pending_updates=True)
    assert len(fake.violations) == 3


async def test_a_second_poller_ends_the_first_with_409(fake: FakeBotApi, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await fake.until(lambda: fake.log.of("getUpdates"))
    await asyncio.sleep(0)
    second = asyncio.create_task(bot.get_updates(timeout=20))
    with pytest.raises(TelegramConflictError):
        await first
    fake.user().send("xin chào")
    assert len(await second) == 1
    assert fake.updates.conflicts == 1


async def test_a_poll_whose_client_has_gone_swallows_nothing(fake: FakeBotApi, bot: Bot) -> None:
    with pytest.raises(TelegramNetworkError):
        await bot.get_updates(timeout=20, request_timeout=1)
    number = fake.user().send("xin chào")
    assert [u.update_id for u in await bot.get_updates(timeout=1)] == [number]
    assert fake.updates.conflicts == 0


async def test_only_the_kinds_asked_for_arrive(fake: FakeBotApi, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["callback_query"], timeout=0)
    user = fake.user()
    user.send("xin chào")
    assert await bot.get_updates(timeout=0) == []
    fake.push_raw({"moon_landing": {"crater": 1}})
    assert [u.update_id for u in await bot.get_updates(timeout=0)] == [100_002]


async def test_a_press_on_a_lost_message_brings_an_inaccessible_one(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    user.send("/start")
    await bot.send_message(user.id, "x", reply_markup=keyboard("Có"))
    user.press(user.chat.live_buttons()[0], inaccessible=True)
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert isinstance(query.message, InaccessibleMessage)


async def test_files_arrive_whole(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    user.send("/start")
    sent = await bot.send_document(user.id, BufferedInputFile(b"\x00\xff%PDF", "phiếu.pdf"), caption="<b>Phiếu</b>")
    shown = await user.expect("Phiếu")
    assert shown.document is not None
    assert (shown.document.name, shown.document.content) == ("phiếu.pdf", b"\x00\xff%PDF")
    assert sent.document is not None
    await bot.send_document(user.id, sent.document.file_id)
    assert user.chat.from_bot()[-1].now.document == shown.document


async def test_groups_move_and_tell_their_new_id(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    group = fake.group("Sở TTTT", user)
    group.add_bot(user)
    group.send(user, "/gan ABC")
    await bot.send_message(group.chat.id, "x")
    new = group.migrate()
    with pytest.raises(TelegramMigrateToChat) as caught:
        await bot.send_message(group.chat.id, "x")
    assert caught.value.migrate_to_chat_id == new.chat.id
    await bot.send_message(new.chat.id, "x")
    messages = [u.message for u in await bot.get_updates() if u.message]
    assert messages[-1].migrate_to_chat_id == new.chat.id


async def test_every_way_to_be_a_nuisance_is_a_valid_update(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    steps: list[Callable[[], int]] = [
        lambda: user.send("85,5"),
        lambda: user.edit_message("86"),
        user.send_photo,
        user.send_voice,
        user.send_sticker,
        user.send_document,
    ]
    ids = [step() for step in steps]
    updates = await bot.get_updates()
    assert [u.update_id for u in updates] == ids
    assert [u.event_type for u in updates] == ["message", "edited_message", *["message"] * 4]
