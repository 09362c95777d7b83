"""The webhook fails closed, answers 200 only after the commit, and no body makes it fall over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web
from fake_bot_api.server import FakeBotApi

from bot.channels.contract import Answer
from bot.channels.hook import BODY_LIMIT
from bot.channels.telegram import Patience, TelegramChannel
from bot.channels.telegram.webhook import PATH
from bot.conversation.events import Incoming, Typed

SECRET = "a-secret_of-the-webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Hook:
    """A web server with the channel's route, and what came through it."""

    def __init__(self, api: FakeBotApi) -> None:
        self.channel = TelegramChannel(
            api.token,
            api_base=api.base_url,
            mode="webhook",
            webhook_secret=SECRET,
            public_url="https://tucham.example.vn/",
            bot_name=api.username,
        )
        self.channel.patience = Patience(drain=1.0)
        self.taken: list[Incoming] = []
        self.poison: list[tuple[str, str, str]] = []
        self.answer = Answer.TAKEN
        self.pause = 0.0
        self.url = ""

    async def take(self, incoming: Incoming) -> Answer:
        await asyncio.sleep(self.pause / int(incoming.update_key))
        if self.answer is Answer.TAKEN:
            self.taken.append(incoming)
        return self.answer

    async def keep_poison(self, _channel: str, _bot: str, key: str, error: str, raw: str) -> Answer:
        self.poison.append((key, error, raw))
        return self.answer

    async def post(self, body: bytes, secret: str | None = SECRET) -> int:
        headers = {} if secret is None else {HEADER: secret}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=BytesIO(body), headers=headers) as response,
        ):
            return response.status


@pytest.fixture
async def hook(api: FakeBotApi) -> AsyncIterator[Hook]:
    """A hook that is open."""
    opened = Hook(api)
    app = web.Application(client_max_size=BODY_LIMIT * 4)
    app.add_routes(opened.channel.routes())
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    opened.url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    task = asyncio.create_task(opened.channel.receive(opened.take, opened.keep_poison))
    await asyncio.sleep(0)
    yield opened
    await opened.channel.stop()
    await task
    await runner.cleanup()
    await opened.channel.close()


def update(text: str = "1", number: int = 5) -> bytes:
    chat = {"id": 1001, "type": "private"}
    person = {"id": 1001, "is_bot": False, "first_name": "Lan"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": person, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode()


def test_webhook_mode_refuses_to_start_without_a_secret(api: FakeBotApi) -> None:
    with pytest.raises(ValueError, match="secret"):
        TelegramChannel(api.token, mode="webhook", public_url="https://x.vn")


def test_the_path_holds_no_secret_and_polling_has_none(api: FakeBotApi) -> None:
    (route,) = Hook(api).channel.routes()
    assert route.path == "/telegram/webhook"
    assert list(TelegramChannel(api.token).routes()) == []


async def test_an_update_is_taken_before_it_is_confirmed(hook: Hook) -> None:
    hook.pause = 0.2
    assert await hook.post(update("85,5")) == 200
    assert [incoming.event for incoming in hook.taken] == [Typed("85,5")]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "é", "\udcff", SECRET.upper()])
async def test_nobody_without_the_secret_comes_in(hook: Hook, secret: str | None) -> None:
    assert await hook.post(update(), secret) == 401
    assert hook.taken == []
    assert hook.poison == []


BODIES = [b"", b"{", b"[]", b"7", b"null", b"\xff\xfe", b"[" * 100_000, b'{"message": "x"}', b'{"update_id": "x"}']


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
async def test_a_body_that_is_no_update_is_kept_and_confirmed(hook: Hook, body: bytes) -> None:
    assert await hook.post(body) == 200
    assert len(hook.poison) == 1
    assert hook.taken == []


async def test_the_same_bad_body_has_the_same_key(hook: Hook) -> None:
    for body in (b"{", b"{", b"{{"):
        await hook.post(body)
    keys = [key for key, _error, _raw in hook.poison]
    assert keys[0] == keys[1] != keys[2]


async def test_a_zero_byte_does_not_reach_the_database(hook: Hook) -> None:
    await hook.post(b"\x00\x01")
    assert "\x00" not in hook.poison[0][2]


async def test_a_body_longer_than_any_update_is_not_held(hook: Hook) -> None:
    assert await hook.post(b" " * (BODY_LIMIT + 1)) == 413
    assert hook.poison == []


@pytest.mark.parametrize("body", [update(), b"{"])
async def test_while_the_database_is_away_nothing_is_confirmed(hook: Hook, body: bytes) -> None:
    hook.answer = Answer.UNAVAILABLE
    assert await hook.post(body) == 503


async def test_one_chat_is_served_in_the_order_of_arrival(hook: Hook) -> None:
    hook.pause = 0.2
    async with aiohttp.ClientSession(headers={HEADER: SECRET}) as session:
        posts = []
        for number in range(1, 6):
            posts.append(asyncio.create_task(session.post(hook.url, data=update(str(number), number))))
            await asyncio.sleep(0.005)
        assert [(await post).status for post in posts] == [200] * 5
    assert [incoming.update_key for incoming in hook.taken] == ["1", "2", "3", "4", "5"]


async def test_stopping_finishes_what_came_in_and_takes_no_more(hook: Hook) -> None:
    hook.pause = 1.0
    post = asyncio.create_task(hook.post(update()))
    await asyncio.sleep(0.1)
    await hook.channel.stop()
    assert len(hook.taken) == 1
    assert await hook.post(update("2", 6)) == 503
    assert await post == 200


async def test_the_platform_delivers_until_it_hears_200(api: FakeBotApi, hook: Hook) -> None:
    lan = api.user()
    hook.answer = Answer.UNAVAILABLE
    api.push_to(hook.url, SECRET)
    number = lan.send("1")
    await api.until(lambda: (number, 503) in api.pushes)
    hook.answer = Answer.TAKEN
    await api.until(lambda: (number, 200) in api.pushes)
    assert len(hook.taken) == 1


async def test_a_webhook_is_set_looked_at_and_taken_away_by_hand(api: FakeBotApi, hook: Hook) -> None:
    assert api.log.of("setWebhook") == []
    assert await hook.channel.set_webhook() == "https://tucham.example.vn/telegram/webhook"
    assert api.webhook["secret_token"] == SECRET
    assert (await hook.channel.webhook_info()).url == "https://tucham.example.vn/telegram/webhook"
    await hook.channel.delete_webhook()
    assert (await hook.channel.webhook_info()).url == ""
