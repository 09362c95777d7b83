"""A browser without script: it holds a cookie, sees a page's text and does what stands there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

from aiohttp import ClientResponse, FormData, web
from aiohttp.test_utils import TestClient
from talk.stage import Stage


@dataclass
class Browser:
    """One browser that is signed in; it sees the page's text and does what stands there."""

    client: TestClient[web.Request, web.Application]
    stage: Stage
    raw: str
    page: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"tucham={self.raw}"}

    async def open(self, path: str = "/chat") -> str:
        """Open an address; what it shows."""
        async with self.client.get(path, headers=self.headers, allow_redirects=False) as answer:
            assert answer.status == 200, answer.status
            self.page = await answer.text()
        return self.page

    async def post(
        self, path: str = "/chat", data: Mapping[str, str] | FormData | None = None, **headers: str
    ) -> ClientResponse:
        """Send a form as it stands on the page."""
        sent: FormData = data if isinstance(data, FormData) else FormData(dict(data or {}))
        for name, value in self.hidden().items():
            sent.add_field(name, value)
        answer = await self.client.post(path, data=sent, headers=self.headers | headers, allow_redirects=False)
        await answer.read()
        return answer

    async def does(self, **data: str) -> str:
        """Send a form without script, follow it to the page."""
        answer = await self.post(data=data)
        assert (answer.status, answer.headers["Location"]) == (303, "/chat#nay")
        return await self.open()

    async def press(self, words: str) -> str:
        """Press the button with these words."""
        return await self.does(press=self.payload(words))

    def payload(self, words: str) -> str:
        """What the last button with these words carries."""
        found = [
            unescape(payload)
            for payload, inside in re.findall(r'name="press" value="([^"]*)"[^>]*>(.*?)</button>', self.page, re.DOTALL)
            if words in unescape(re.sub(r"<[^>]+>", "", inside))
        ]
        assert found, words
        return found[-1]

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's first form."""
        fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', self.page.split('id="press"')[1])
        return dict(fields[:3])

    @property
    def live(self) -> str:
        """The card the conversation goes on in."""
        return self.page.split('id="nay"')[1].split("</ol>")[0]
