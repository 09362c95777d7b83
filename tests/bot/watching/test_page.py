"""/metrics against everybody who may ask: closed unless it was opened, and then only to whoever it was opened to.

Checked once against: loopback let in behind a proxy, a declared public address not looked at, the token compared by its
beginning, any scheme taken for bearer: each failed here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.watching.page import METRICS, MetricsPage, is_here

TOKEN = "metrics-token-of-a-test"


async def written() -> bytes:
    return b"tucham_leader 1.0\n"


@asynccontextmanager
async def serving(page: MetricsPage) -> AsyncIterator[str]:
    """The page on a port of loopback; yields its address."""
    app = web.Application()
    app.add_routes(page.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}{METRICS}"
    finally:
        await runner.cleanup()


async def status(page: MetricsPage, **headers: str) -> int:
    async with serving(page) as url, aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        if answer.status == 200:
            assert await answer.read() == await written()
        assert answer.headers.get("Cache-Control", "no-store") == "no-store"
        return answer.status


OPENED: dict[str, tuple[MetricsPage, dict[str, str], int]] = {
    "nothing set, this machine": (MetricsPage(written), {}, 200),
    "nothing set, by its name": (MetricsPage(written), {"Host": "localhost:8080"}, 200),
    "nothing set, under another name": (MetricsPage(written), {"Host": "tucham.example.gov.vn"}, 404),
    "nothing set, a proxy beside us": (MetricsPage(written), {"X-Forwarded-For": "203.0.113.7"}, 404),
    "nothing set, another proxy": (MetricsPage(written), {"Via": "1.1 x"}, 404),
    "nothing set, yet another proxy": (MetricsPage(written), {"Forwarded": "for=203.0.113.7"}, 404),
    "a proxy declared": (MetricsPage(written, trusted_proxies=1), {}, 404),
    "a public address": (MetricsPage(written, public_url="https://tucham.example.gov.vn"), {}, 404),
    "a public address of this machine": (MetricsPage(written, public_url="http://127.0.0.1:8080"), {}, 200),
    "a token, not shown": (MetricsPage(written, TOKEN), {}, 401),
    "a token, shown": (MetricsPage(written, TOKEN), {"Authorization": f"Bearer {TOKEN}"}, 200),
    "a token, another shown": (MetricsPage(written, TOKEN), {"Authorization": f"Bearer {TOKEN}x"}, 401),
    "a token, half of it shown": (MetricsPage(written, TOKEN), {"Authorization": f"Bearer {TOKEN[:9]}"}, 401),
    "a token, nothing shown": (MetricsPage(written, TOKEN), {"Authorization": "Bearer "}, 401),
    "a token, as another scheme": (MetricsPage(written, TOKEN), {"Authorization": f"Basic {TOKEN}"}, 401),
    "a token, in odd letters": (MetricsPage(written, TOKEN), {"Authorization": "Bearer đ"}, 401),
    "a token, from behind a proxy": (
        MetricsPage(written, TOKEN, public_url="https://x.example", trusted_proxies=2),
        {"Authorization": f"bearer {TOKEN}", "X-Forwarded-For": "203.0.113.7"},
        200,
    ),
    "a token, and a session's cookie instead": (MetricsPage(written, TOKEN), {"Cookie": "tucham=abc"}, 401),
}


@pytest.mark.parametrize("case", OPENED)
async def test_the_metrics_are_open_to_nobody_else(case: str) -> None:
    page, headers, expected = OPENED[case]
    assert await status(page, **headers) == expected


def test_a_page_that_is_open_to_nobody_has_no_address() -> None:
    assert list(MetricsPage(written, trusted_proxies=1).routes()) == []
    assert len(list(MetricsPage(written, TOKEN, trusted_proxies=1).routes())) == 1


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("localhost.example", False),
        ("", False),
        (None, False),
    ],
)
def test_which_addresses_are_this_machine(host: str | None, here: bool) -> None:
    assert is_here(host) is here
