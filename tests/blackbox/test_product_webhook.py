"""The webhook: who does not know the secret is nobody, garbage is kept and done with, a walk works as by polling."""

import asyncio
import contextlib

import aiohttp
import pytest
from product.office import Open
from product.process import CommandFailedError
from product.pushing import SECRET, webhook_office

pytestmark = pytest.mark.asyncio(loop_scope="session")
PATH = "/telegram/webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
BODY = b'{"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": {"id": 9, "type": "private"}, "text": "a"}}'
GARBAGE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b'{"update_id": "x"}',
    b'{"update_id": 6}'[:-2],
]


async def post(url: str, body: bytes, secret: bytes | None) -> int:
    """Post by hand, so that the header may hold any bytes; return the status."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = [
        b"POST " + PATH.encode() + b" HTTP/1.1",
        b"Host: x",
        b"Connection: close",
        b"X-Forwarded-For: 149.154.167.220",
    ]
    head += [HEADER.encode() + b": " + secret] if secret is not None else []
    head += [b"Content-Length: " + str(len(body)).encode()]
    writer.write(b"\r\n".join(head) + b"\r\n\r\n" + body)
    await writer.drain()
    status = await reader.readline()
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return int(status.split()[1])


async def test_only_who_knows_the_secret_is_heard(office: Open) -> None:
    """Caught when seeded: secrets compared as text (500 for é); a secret that need only begin rightly."""
    async with webhook_office(office) as (here, url):
        wrong = [
            None,
            b"",
            b"x",
            SECRET.encode()[:-1],
            SECRET.encode() + b"a",
            SECRET.upper().encode(),
            "é".encode(),
            b"\xe9\xff",
        ]
        assert [await post(url, BODY, secret) for secret in wrong] == [401] * len(wrong)
        assert here.stored.updates() == set()
        assert await post(url, BODY, SECRET.encode()) == 200
        assert here.stored.updates() == {"5"}


async def test_garbage_with_the_secret_is_kept_and_done_with(office: Open) -> None:
    """Caught when seeded: a body nested too deep for the parser, answered with 500."""
    async with webhook_office(office) as (here, url):
        assert [await post(url, body, SECRET.encode()) for body in GARBAGE] == [200] * len(GARBAGE)
        assert len(here.stored.poison()) == len(GARBAGE)
        assert await post(url, b" " * (2**20 + 1), SECRET.encode()) == 413
        async with aiohttp.ClientSession() as session, session.get(f"{url}/healthz") as health:
            assert health.status == 200


async def test_an_officer_walks_by_webhook(office: Open) -> None:
    async with webhook_office(office) as (here, _url):
        officer = await here.joined("TPDH", 71)
        await officer.walk()
        receipt = await officer.submit()
        (scored,) = await here.scored("TPDH")
        status = (await here.status())["TPDH"]
        assert (status["points"], status["receipt"]) == (scored["total"], receipt)
        assert {code for _number, code in here.fake.pushes} == {200}
        assert here.fake.log.of("getUpdates") == []
        assert await here.product.stop() == 0
        assert SECRET not in here.product.log.read_text(encoding="utf-8")


async def test_a_webhook_without_a_secret_does_not_start(office: Open) -> None:
    async with office(start=False, TUCHAM_TELEGRAM_MODE="webhook", TUCHAM_LISTEN="127.0.0.1:1") as here:
        with pytest.raises(CommandFailedError, match="TUCHAM_TELEGRAM_WEBHOOK_SECRET"):
            await here.product.tucham("run")
