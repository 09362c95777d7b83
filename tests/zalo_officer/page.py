"""The same person at the page in a browser without script, signed in by a link that a chat gave."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from typing import Any

from aiohttp import ClientSession
from web_page.browser import Browser

_LINK = re.compile(r"/vao/\S+")
_FIELD = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')


@asynccontextmanager
async def signed_in(url: str, told: str) -> AsyncIterator[Browser]:
    """A browser that followed the link in `told` and pressed the button there; its page is open."""
    found = _LINK.search(told)
    assert found, told
    async with ClientSession(url) as session:
        async with session.get(found[0]) as shown:
            fields = {name: unescape(value) for name, value in _FIELD.findall(await shown.text())}
            cookies = {name: morsel.value for name, morsel in shown.cookies.items()}
        async with session.post(found[0], data=fields, cookies=cookies, allow_redirects=False) as entered:
            assert entered.status == 303, entered.status
            raw = entered.cookies["tucham"].value
        place: Any = session
        nobody: Any = None
        browser = Browser(place, nobody, raw)
        await browser.open()
        yield browser
