"""What Telegram refuses, the fake platform refuses, in the same words."""

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramUnauthorizedError,
)
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from fake_bot_api.client import client
from fake_bot_api.server import FakeBotApi


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(text=label, callback_data=f"pick:{place}")] for place, label in enumerate(labels)]
    return InlineKeyboardMarkup(inline_keyboard=rows)


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<test/> gửi", 'Unsupported start tag "test/" at byte offset 0'),
        ("Sở <b>TTTT", 'Can\'t find end tag corresponding to start tag "b"'),
        ("Sở </b>", "Unexpected end tag at byte offset 5"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("a < b", "Unclosed start tag at byte offset 2|Unsupported start tag"),
        ("<a href=>", 'start tag "a"'),
        ('<a href="x', "Unclosed start tag"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b class>x</b>", "Expected equal sign"),
        ("<b></b>", "message text is empty"),
        ("x" * 4097, "message is too long"),
        ("😀" * 2049, "message is too long"),
    ],
)
async def test_text_that_telegram_refuses_is_refused(fake: FakeBotApi, bot: Bot, html: str, told: str) -> None:
    user = fake.user()
    user.send("/start")
    with pytest.raises(TelegramBadRequest, match=told):
        await bot.send_message(user.id, html)
    assert len(fake.violations) == 1
    assert user.chat.from_bot() == []


async def test_length_counts_after_entities(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    user.send("/start")
    message = await bot.send_message(user.id, "<b>" + "&lt;" * 4096 + "</b>")
    assert message.text == "<" * 4096
    assert [(e.type, e.length) for e in message.entities or []] == [("bold", 4096)]


async def test_an_unescaped_ampersand_passes_but_is_noticed(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    user.send("/start")
    await bot.send_message(user.id, "Sở A & B")
    assert user.chat.from_bot()[0].text == "Sở A & B"
    assert "ampersand" in fake.violations[0]


async def test_styles_nest_and_links_keep_their_address(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    user.send("/start")
    html = '<b>1.1. <i>Có</i></b> &amp; <a href="https://example.org/?a=1&amp;b=2">đây</a> <tg-spoiler>x</tg-spoiler>'
    await bot.send_message(user.id, html)
    assert user.chat.from_bot()[0].html == html


@pytest.mark.parametrize("data", ["", "ă" * 33, "x" * 65])
async def test_callback_data_is_counted_in_bytes(fake: FakeBotApi, bot: Bot, data: str) -> None:
    user = fake.user()
    user.send("/start")
    rows = [[InlineKeyboardButton(text="Có", callback_data=data)]]
    with pytest.raises(TelegramBadRequest, match="BUTTON_DATA_INVALID"):
        await bot.send_message(user.id, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))


async def test_a_button_needs_a_text_and_an_action(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    user.send("/start")
    for button in (InlineKeyboardButton(text="x"), InlineKeyboardButton(text=" ", callback_data="a")):
        with pytest.raises(TelegramBadRequest):
            await bot.send_message(user.id, "x", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]]))


async def test_edits_fail_as_on_telegram(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    user.send("/start")
    own = fake.chats[user.id].messages[0]
    card = await bot.send_message(user.id, "<b>x</b>", reply_markup=keyboard("Có"))
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text(
            "<strong>x</strong>", chat_id=user.id, message_id=card.message_id, reply_markup=keyboard("Có")
        )
    await bot.edit_message_reply_markup(chat_id=user.id, message_id=card.message_id)
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_reply_markup(chat_id=user.id, message_id=card.message_id)
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("y", chat_id=user.id, message_id=own.id)
    await bot.delete_message(user.id, card.message_id)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("y", chat_id=user.id, message_id=card.message_id)
    assert [shown.how for shown in user.chat.shown] == ["sent", "buttons"]
    assert fake.violations == []


async def test_a_press_is_answered_once_and_in_time(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    user.send("/start")
    await bot.send_message(user.id, "x", reply_markup=keyboard("Có"))
    press = user.press(user.chat.live_buttons()[0])
    await bot.answer_callback_query(press.id, text="ghi rồi")
    assert await press.answered() == "ghi rồi"
    fake.callback_lifetime = 0.0
    late = user.press(user.chat.live_buttons()[0])
    for query in (press.id, late.id, "12345"):
        with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
            await bot.answer_callback_query(query)


async def test_people_decide_who_may_write_to_them(fake: FakeBotApi, bot: Bot) -> None:
    user = fake.user()
    with pytest.raises(TelegramForbiddenError, match="can't initiate"):
        await bot.send_message(user.id, "x")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(5, "x")
    user.send("/start MA-MOI")
    user.block()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(user.id, "x")
    user.unblock()
    await bot.send_message(user.id, "x")
    changes = [u.my_chat_member.new_chat_member.status for u in await bot.get_updates() if u.my_chat_member]
    assert changes == ["kicked", "member"]


async def test_a_wrong_token_and_an_unknown_method_are_refused(fake: FakeBotApi, bot: Bot) -> None:
    async with client(fake, "123456789:other") as stranger:
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()
    with pytest.raises(TelegramAPIError, match="method not found"):
        await bot.log_out()
    assert fake.violations == ["unknown method 'logOut'"]


async def test_leaving_a_strict_fake_tells_of_violations() -> None:
    async def misbehave() -> None:
        async with FakeBotApi() as fake, client(fake) as bot:
            with pytest.raises(TelegramAPIError):
                await bot.log_out()

    with pytest.raises(AssertionError, match="logOut"):
        await misbehave()
