"""The fake platform fails as networks and busy platforms do, the same way for the same seed."""

import contextlib

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from fake_bot_api.client import client
from fake_bot_api.faults import Faults
from fake_bot_api.limits import Limits
from fake_bot_api.server import FakeBotApi


async def test_a_chat_takes_only_so_many_messages_a_second() -> None:
    async with FakeBotApi(limits=Limits(per_chat=1, retry_after=3)) as fake, client(fake) as bot:
        user, other = fake.user(), fake.user()
        for person in (user, other):
            person.send("/start")
            await bot.send_message(person.id, "một")
        with pytest.raises(TelegramRetryAfter) as caught:
            await bot.send_message(user.id, "hai")
        assert caught.value.retry_after == 3
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(user.id, "ba")
        assert [act.early for act in fake.log.of("sendMessage")] == [False, False, False, True]


@pytest.mark.parametrize(
    ("kind", "error", "happened"),
    [
        ("drop_before", TelegramNetworkError, False),
        ("do_then_drop", TelegramNetworkError, True),
        ("do_then_502", TelegramServerError, True),
        ("do_then_truncate", ClientDecodeError, True),
        ("html_page", TelegramServerError, False),
        ("too_many", TelegramRetryAfter, False),
        ("forbidden", TelegramForbiddenError, False),
        ("redirect", TelegramNetworkError, False),
        ("slow", TelegramNetworkError, True),
    ],
)
async def test_faults_strike_as_named(kind: str, error: type[Exception], happened: bool) -> None:
    async with FakeBotApi() as fake, client(fake) as bot:
        user = fake.user()
        user.send("/start")
        fake.faults.put("sendMessage", kind, seconds=5, times=12 if kind == "redirect" else 1)
        with pytest.raises((error, ClientDecodeError) if error is TelegramServerError else error):
            await bot.send_message(user.id, "x", request_timeout=1)
        assert bool(user.chat.from_bot()) == happened
        assert fake.log.of("sendMessage")[0].done == happened
        fake.faults.clear()
        await bot.send_message(user.id, "y")


async def test_the_same_seed_brings_the_same_faults() -> None:
    async def run(seed: int) -> list[int | None]:
        faults = Faults.of({"sendMessage": {"too_many": 0.5}})
        async with FakeBotApi(seed=seed, faults=faults) as fake, client(fake) as bot:
            user = fake.user()
            user.send("/start")
            for number in range(20):
                with contextlib.suppress(TelegramRetryAfter):
                    await bot.send_message(user.id, str(number))
            return [act.code for act in fake.log.of("sendMessage")]

    assert await run(1) == await run(1) != await run(2)


async def test_an_outage_refuses_connections_and_ends(fake: FakeBotApi, bot: Bot) -> None:
    await bot.get_me()
    async with fake.outage():
        with pytest.raises(TelegramNetworkError):
            await bot.get_me()  # may still be on the connection that was cut
        with pytest.raises(TelegramNetworkError, match="ClientConnectorError"):
            await bot.get_me()
    await bot.get_me()
