"""The client: `ok` counts and not the status, quiet polls and missing webhooks are no errors, no text has the token.

Checked against: success told by the status, 408 raised, the description passed on as it came, an exception with its
cause: each failed here.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from fake_zalo_bot.faults import FaultKind
from fake_zalo_bot.server import HOST, TOKEN, FakeZaloBot

from bot.channels.zalo_bot.wire import BotApi, Refused, Unanswered, WebhookInfo


@asynccontextmanager
async def calling(base: str, token: str = TOKEN, seconds: float = 2.0) -> AsyncIterator[BotApi]:
    api = BotApi(token, base, seconds)
    try:
        yield api
    finally:
        await api.close()


@asynccontextmanager
async def answering(status: int, text: str) -> AsyncIterator[str]:
    """A platform that says one thing only."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=text, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, 0).start()
    try:
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("by_status", [True, False])
async def test_every_method_works_and_refusals_are_found_wherever_they_stand(by_status: bool) -> None:
    async with FakeZaloBot(by_status=by_status, longest_poll=0.05) as platform, calling(platform.base_url) as api:
        lan = platform.person()
        assert (await api.get_me()).account == "bot.VDKyGxQvc"
        assert await api.get_updates(1) is None
        lan.write("1")
        brought = await api.get_updates(1)
        assert isinstance(brought, dict)
        assert brought["message"]["text"] == "1"
        assert await api.get_webhook_info() is None
        await api.delete_webhook()
        await api.set_webhook("https://x.example/hook", "s" * 8)
        info = await api.get_webhook_info()
        assert isinstance(info, WebhookInfo)
        assert info.url == "https://x.example/hook"
        assert info.updated_at is not None
        assert info.updated_at > 1_700_000_000_000  # milliseconds
        assert await api.send_message(lan.id, "một") == lan.messages[0].id
        assert lan.said == ["một"]
        with pytest.raises(Refused) as caught:
            await api.send_message("nobody", "x")
        assert caught.value.code == 400


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (200, '{"ok":false,"description":"x","error_code":403}', 403),
        (403, '{"ok":false,"description":"x"}', 403),
        (400, '{"ok":false,"error_code":"429"}', 429),
        (200, '{"ok":false}', 0),
        (200, '{"result":{}}', None),
        (200, '{"ok":"true"}', None),
        (500, '{"ok":true,"result":{}}', None),
        (200, '{"ok":true,"resu', None),
        (200, "[" * 100_000, None),
        (502, "<html>", None),
        (307, "", None),
    ],
)
async def test_an_answer_is_what_it_says_and_not_what_its_status_says(status: int, text: str, code: int | None) -> None:
    async with answering(status, text) as base, calling(base) as api:
        with pytest.raises((Refused, Unanswered)) as caught:
            await api.send_message("a", "x")
    error = caught.value
    assert (error.code if isinstance(error, Refused) else None) == code
    assert not isinstance(error, Unanswered) or error.may_have_arrived


async def test_an_answer_without_an_id_is_a_success() -> None:
    async with answering(200, '{"ok":true}') as base, calling(base) as api:
        assert await api.send_message("a", "x") is None
        assert await api.get_updates(1) is None


@pytest.mark.parametrize(
    "token", ["", "abc", "12345689:", ":abc", "1:a/b", "1:a b", "1:a?b", "1:a#b", "1:a%2Fb", "1:a\n"]
)
def test_a_token_that_cannot_be_one_is_refused_without_repeating_it(token: str) -> None:
    with pytest.raises(ValueError, match="does not look like") as caught:
        BotApi(token, "https://x.example")
    assert not token or token not in str(caught.value).replace("12345689:abc-xyz", "")


async def test_nothing_raised_names_the_token() -> None:
    secret = TOKEN.partition(":")[2]
    quoted = f"GET /bot{TOKEN}/sendMessage: {secret}: 12345689%3Afake-token.of-the_zalo-bot: your text"
    told: list[BaseException] = []
    refusal = f'{{"ok":false,"error_code":400,"description":"{quoted}"}}'
    async with answering(400, refusal) as base, calling(base) as api:
        told += await raised(api)
    async with calling(base) as api:
        told += await raised(api)
    async with calling("http://no-such-host.invalid") as api:
        told += await raised(api)
    async with FakeZaloBot(strict=False) as platform, calling(platform.base_url, seconds=0.1) as api:
        for kind in FaultKind:
            platform.faults.put("sendMessage", kind, seconds=0.3)
            told += await raised(api)
    assert len(told) >= 12
    for error in told:
        shown = "".join(traceback.format_exception(error)) + repr(error) + str(error)
        assert secret not in shown
        assert "your text" not in shown
        assert error.__cause__ is None
        assert error.__suppress_context__ or error.__context__ is None
    assert secret not in repr(api)


async def raised(api: BotApi) -> list[BaseException]:
    try:
        async with asyncio.timeout(5):
            await api.send_message("a", "x")
    except (Refused, Unanswered) as error:
        return [error]
    return []
