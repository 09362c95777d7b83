"""The fake platform pushes updates as Telegram does: with the secret, in order within a chat, again until 2xx."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from fake_bot_api.push import SECRET_HEADER
from fake_bot_api.server import FakeBotApi

Answer = Callable[[dict[str, Any]], web.Response]


@asynccontextmanager
async def listener(answer: Answer, got: list[dict[str, Any]]) -> AsyncIterator[str]:
    async def take(request: web.Request) -> web.Response:
        assert request.headers[SECRET_HEADER] == "bí-mật".encode().hex()
        update = json.loads(await request.read())
        got.append(update)
        return answer(update)

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


SECRET = "bí-mật".encode().hex()


async def test_an_update_is_pushed_again_until_it_is_taken() -> None:
    got: list[dict[str, Any]] = []
    async with FakeBotApi() as fake:
        user = fake.user()
        ids = [user.send(text) for text in ("một", "hai")]
        async with listener(lambda _update: web.Response(status=200 if len(got) > 2 else 503), got) as url:
            fake.push_to(url, SECRET)
            await fake.until(lambda: not fake.updates.pending)
        assert [update["update_id"] for update in got] == [ids[0], ids[0], ids[0], ids[1]]
        assert fake.pushes == [(ids[0], 503), (ids[0], 503), (ids[0], 200), (ids[1], 200)]


async def test_an_update_waits_for_a_listener_that_is_down() -> None:
    got: list[dict[str, Any]] = []
    async with FakeBotApi() as fake:
        async with listener(lambda _update: web.Response(), got) as url:
            port = url
        fake.push_to(port, SECRET)
        number = fake.user().send("một")
        await fake.until(lambda: fake.pushes)
        assert fake.pushes[0] == (number, None)
        assert [update.id for update in fake.updates.pending] == [number]


async def test_a_call_in_the_answer_is_carried_out() -> None:
    async with FakeBotApi() as fake:
        user = fake.user()
        reply = {"method": "sendMessage", "chat_id": user.id, "text": "đã nhận"}
        async with listener(lambda _update: web.json_response(reply), []) as url:
            fake.push_to(url, SECRET)
            user.send("một")
            assert (await user.expect("đã nhận")).message_id
        assert [act.follows for act in fake.log.acks()] == [100_001]


async def test_a_chat_that_is_refused_does_not_hold_up_the_others() -> None:
    got: list[dict[str, Any]] = []
    async with FakeBotApi() as fake:
        stuck, free = fake.user("Kẹt"), fake.user("Thông")

        def answer(update: dict[str, Any]) -> web.Response:
            return web.Response(status=503 if update["message"]["from"]["first_name"] == "Kẹt" else 200)

        stuck.send("một")
        numbers = [free.send(text) for text in "abc"]
        async with listener(answer, got) as url:
            fake.push_to(url, SECRET)
            await fake.until(lambda: {(number, 200) for number in numbers} <= set(fake.pushes))
        assert len(fake.updates.pending) == 1
