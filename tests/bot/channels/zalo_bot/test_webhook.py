"""The webhook fails closed, answers 200 only after the commit, takes both shapes, and is set by hand only.

Checked against: 200 before the store has it, the envelope alone understood, an empty probe kept as poison, the secret
not looked at for empty bodies: each failed here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, Literal

import aiohttp
import pytest
from aiohttp import web
from channel_benches.desk import Desk, receiving
from fake_zalo_bot.server import HOST, FakeZaloBot
from pydantic import SecretStr

from bot.channels.checked import Checkable, Checked, Hearing
from bot.channels.contract import Answer
from bot.channels.hook import BODY_LIMIT
from bot.channels.zalo_bot import Patience, ZaloBotChannel
from bot.channels.zalo_bot.webhook import PATH, SECRET_HEADER
from bot.connect import Introducible, configured_channels
from bot.conversation.events import Incoming, Typed
from bot.settings import Settings

SECRET = "a-secret_of-the-webhook"
ADDRESS = "https://tucham.example.vn/zalo-bot/webhook"


@dataclass
class Opened:
    """A channel with its route served, and the desk behind it."""

    channel: ZaloBotChannel
    desk: Desk
    url: str

    async def post(self, body: bytes, secret: str | None = SECRET) -> int:
        headers = {} if secret is None else {SECRET_HEADER: secret}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=BytesIO(body), headers=headers) as response,
        ):
            return response.status


def pushed(platform: FakeZaloBot) -> ZaloBotChannel:
    channel = ZaloBotChannel(
        platform.token,
        api_base=platform.base_url,
        mode="webhook",
        webhook_secret=SECRET,
        public_url="https://tucham.example.vn/",
    )
    channel.patience = Patience(drain=1.0)
    return channel


@asynccontextmanager
async def served(channel: ZaloBotChannel, desk: Desk) -> AsyncIterator[Opened]:
    app = web.Application(client_max_size=BODY_LIMIT * 4)
    app.add_routes(channel.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, 0).start()
    try:
        async with receiving(channel, desk):
            yield Opened(channel, desk, f"http://{HOST}:{runner.addresses[0][1]}{PATH}")
    finally:
        await runner.cleanup()
        await channel.close()


@pytest.fixture
async def hook(platform: FakeZaloBot) -> AsyncIterator[Opened]:
    """A hook that is open."""
    async with served(pushed(platform), Desk()) as opened:
        yield opened


def event(text: str = "1", number: int = 5) -> bytes:
    message: dict[str, Any] = {"chat": {"id": "c", "chat_type": "PRIVATE"}, "text": text, "message_id": f"m{number}"}
    return json.dumps({"ok": True, "result": {"event_name": "message.text.received", "message": message}}).encode()


def test_webhook_mode_refuses_to_start_without_a_secret(platform: FakeZaloBot) -> None:
    with pytest.raises(ValueError, match="secret"):
        ZaloBotChannel("1:a", api_base=platform.base_url, mode="webhook", public_url="https://x.vn")
    assert list(ZaloBotChannel("1:a", api_base=platform.base_url).routes()) == []


@pytest.mark.parametrize("body", [event(), b"", b"{"])
@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "é", "\udcff", SECRET.upper()])
async def test_nobody_without_the_secret_comes_in(hook: Opened, secret: str | None, body: bytes) -> None:
    assert await hook.post(body, secret) == 401
    assert (hook.desk.taken, hook.desk.poison) == ([], [])


async def test_an_event_is_taken_before_it_is_confirmed(hook: Opened) -> None:
    async def slowly(_incoming: Incoming) -> Answer:
        await asyncio.sleep(0.1)
        return Answer.TAKEN

    hook.desk.decide = slowly
    assert await hook.post(event("85,5")) == 200
    assert hook.desk.events == [Typed("85,5")]


async def test_an_empty_probe_is_answered(hook: Opened) -> None:
    assert [await hook.post(body) for body in (b"", b" \n")] == [200, 200]
    assert (hook.desk.taken, hook.desk.poison) == ([], [])


async def test_a_body_that_is_no_event_is_kept_and_confirmed(hook: Opened) -> None:
    bodies = [b"{", b"[]", b"7", b"null", b"\xff\xfe", b"[" * 100_000, b'{"message": "x"}', b'{"ok":true,"result":[]}']
    for count, body in enumerate(bodies, start=1):
        assert await hook.post(body) == 200
        assert len(hook.desk.poison) == count
    assert hook.desk.taken == []
    assert await hook.post(b" " * (BODY_LIMIT + 1)) == 413


async def test_an_event_that_nobody_knows_is_confirmed(hook: Opened) -> None:
    assert await hook.post(b'{"event_name":"message.telepathy.received","message":{}}') == 200
    assert (hook.desk.taken, hook.desk.poison) == ([], [])


async def test_while_the_database_is_away_nothing_is_confirmed(hook: Opened) -> None:
    async def away(_incoming: Incoming) -> Answer:
        return Answer.UNAVAILABLE

    hook.desk.decide, hook.desk.poison_answer = away, Answer.UNAVAILABLE
    assert [await hook.post(body) for body in (event(), b"{", b"[]")] == [503] * 3


async def test_one_chat_is_served_in_the_order_of_arrival(hook: Opened) -> None:
    async def later_is_faster(incoming: Incoming) -> Answer:
        await asyncio.sleep(0.05 / int(incoming.update_key[-1]))
        return Answer.TAKEN

    hook.desk.decide = later_is_faster
    posts = []
    for number in range(1, 5):
        posts.append(asyncio.create_task(hook.post(event(str(number), number))))
        await asyncio.sleep(0.01)
    assert await asyncio.gather(*posts) == [200] * 4
    assert hook.desk.events == [Typed(str(number)) for number in range(1, 5)]


async def test_stopping_finishes_what_came_in_and_takes_no_more(hook: Opened) -> None:
    async def slowly(_incoming: Incoming) -> Answer:
        await asyncio.sleep(0.2)
        return Answer.TAKEN

    hook.desk.decide = slowly
    post = asyncio.create_task(hook.post(event()))
    await asyncio.sleep(0.05)
    await hook.channel.stop()
    assert len(hook.desk.taken) == 1
    assert await post == 200
    assert await hook.post(event("2", 6)) == 503


@pytest.mark.parametrize("shape", ["A", "B"])
async def test_the_platform_delivers_in_either_shape_until_it_hears_200(shape: Literal["A", "B"]) -> None:
    refusals = [Answer.UNAVAILABLE, Answer.UNAVAILABLE]

    async def at_last(_incoming: Incoming) -> Answer:
        return refusals.pop() if refusals else Answer.TAKEN

    async with FakeZaloBot(shape=shape) as platform, served(pushed(platform), Desk(at_last)) as hook:
        lan = platform.person()
        platform.push_to(hook.url, SECRET)
        lan.write("1")
        lan.write("2")
        assert await hook.desk.until(2) == [Typed("1"), Typed("2")]
        await platform.until(lambda: not platform.events)
        assert platform.pusher.statuses == [503, 503, 200, 200]
        assert platform.calls == []  # no webhook is set by itself


async def test_the_webhook_is_set_looked_at_and_taken_away_by_hand(platform: FakeZaloBot) -> None:
    channel, poller = pushed(platform), ZaloBotChannel(platform.token, api_base=platform.base_url)
    name = Checked("token", "ok", "ok", {"name": platform.account})
    assert await channel.webhook_info() is None
    assert await channel.check() == (name, Checked("webhook", "bad", "missing", {"wanted": ADDRESS}))
    assert await poller.check() == (name, Checked("webhook", "ok", "polling"))
    info = await channel.register_webhook()
    assert info is not None
    assert (info.url, platform.webhook["secret_token"]) == (ADDRESS, SECRET)
    assert await channel.check() == (name, Checked("webhook", "ok", "ok", {"url": ADDRESS}))
    assert await poller.check() == (name, Checked("webhook", "bad", "in_the_way", {"url": ADDRESS}))
    platform.webhook["url"] = "https://other.example/hook"
    assert (await channel.check() or ())[1].code == "elsewhere"
    assert await channel.remove_webhook() is None
    with pytest.raises(ValueError, match="secret"):
        await poller.register_webhook()
    await channel.close()
    await poller.close()


def test_the_configured_channel_is_set_up_by_nobody_at_the_start() -> None:
    given = Settings(_env_file=None, zalo_bot_token=SecretStr("12345689:abc"), zalo_link="https://zalo.me/s/bot")
    channel = configured_channels(given)["zalo_bot"]
    assert (channel.bot, channel.link("K7MPWX3Q")) == ("12345689", "https://zalo.me/s/bot")
    assert not isinstance(channel, Introducible)
    assert isinstance(channel, Checkable)
    assert isinstance(channel, Hearing)


async def test_a_check_tells_what_is_wrong_with_the_token(platform: FakeZaloBot) -> None:
    stranger = ZaloBotChannel("1:nobody", api_base=platform.base_url)
    away = ZaloBotChannel("1:nobody", api_base="http://127.0.0.1:9")
    for channel, code in ((stranger, "unknown"), (away, "away")):
        (found,) = await channel.check()
        assert (found.state, found.code) == ("bad", code)
        assert "nobody" not in repr(found)
        await channel.close()


async def test_a_webhook_that_is_not_ours_is_silence(platform: FakeZaloBot) -> None:
    channel = pushed(platform)
    await channel.register_webhook()
    assert await channel.unheard_s() == 0.0
    platform.webhook = {}
    assert await channel.unheard_s() == 0.0
    await asyncio.sleep(0.02)
    assert await channel.unheard_s() >= 0.02
    await channel.close()


def test_nothing_shows_the_secrets(platform: FakeZaloBot) -> None:
    shown = repr(pushed(platform)) + str(replace(Patience()))
    assert SECRET not in shown
    assert platform.token.partition(":")[2] not in shown
