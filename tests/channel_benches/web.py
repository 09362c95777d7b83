"""The web chat: the real site on loopback, with a visitor who is signed in and sends the forms of its pages."""

from __future__ import annotations

import html
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import cast

from channel_benches.bench import Bench, without_a_platform
from channel_benches.joined import INVITE, SIGN_IN, joined
from channel_benches.page import entries
from channel_benches.visited import GARBAGE, TAKEN, Ear, VisitedChannel
from site_bench.browser import Browser, SiteBench, site_on
from sqlalchemy import Connection
from talk.stage import DUE, sqlite_of, staged

from bot.channels.contract import Channel, Outgoing
from bot.conversation.events import Event
from bot.conversation.reading.text import harmless
from bot.conversation.turn import Button, Reply
from bot.intake.keep import keep
from bot.intake.take import Intake
from storage.errors import StoreUnavailable
from storage.rows import ChatRow

MAXLENGTH = 4000
"""Characters that the field on the page takes."""


class WebBench(Bench):
    """See Bench. What we say is kept on the page, and read from there."""

    lacks: Mapping[str, str] = {
        **without_a_platform("nothing is sent to a page, people look at it"),
        "poison": "what is no form of ours is refused, and the browser told so",
        "controls": "a browser shows text, it obeys no control sequence",
    }
    garbled: tuple[Event, ...] = TAKEN
    splits = False

    def __init__(self, site: SiteBench, channel: VisitedChannel, ear: Ear, browser: Browser, chat: ChatRow) -> None:
        self.channel: Channel = channel
        self.address = chat.address
        self.secrets: tuple[str, ...] = (browser.cookies["tucham"], INVITE, SIGN_IN)
        self._site, self._ear, self._browser, self._chat = site, ear, browser, chat
        self._plans = channel.plans
        self._said: list[str] = []

    async def tell(self, outgoing: Outgoing) -> None:
        """The person writes it as well, as much of it as the page lets them: it stands there in each way there is."""
        text = html.unescape(outgoing.html)
        typed = text[:MAXLENGTH]
        await self._sends(303, {"text": typed}, {})
        labels = [one.label for row in outgoing.rows for one in row]
        await self._site.stage.store.run(self._keep, text, labels)
        page = (await self._browser.get("/chat")).text
        assert entries(page, "mine")[-1] == harmless(typed).strip()
        said = entries(page, "said")[-1].partition("\n")[2]
        assert said.endswith("".join(labels))
        self._said.append(said)

    def _keep(self, conn: Connection, text: str, labels: list[str]) -> None:
        letter = {"parts": [{"text": text, "field": ""}], "unit": "", "done": 0, "total": 0, "left": 0, "button": ""}
        rows = tuple((Button("text", "p", {"text": label}),) for label in labels)
        stage = self._site.stage
        reply = Reply("broadcast", {"letter": letter | {"due_at": DUE}}, rows)
        keep(conn, stage.pen.renderer, self._chat, reply, dict(reply.data), "", stage.clock())

    def write(self, text: str) -> None:
        """The person writes."""
        self._plans.append(partial(self._sends, 303, {"text": text}, {}))

    def bring_rubbish(self) -> None:
        """A browser sends what no page of ours asks for."""
        self._plans += [partial(self._sends, *one) for one in GARBAGE]

    async def _sends(self, status: int, fields: Mapping[str, str], headers: Mapping[str, str]) -> None:
        """Open the page, fill its form and send it."""
        form = (await self._browser.get("/chat")).form("/chat")
        answered = await self._browser.post("/chat", form.fields | dict(fields), **headers)
        assert answered.status == status, (fields, answered.status)

    def misbehave(self) -> int:
        """A second browser comes in by a link, which is tried again; then a bug and an outage name the session."""
        self._plans += [
            self._signs_in,
            partial(self._fails, RuntimeError, 500),
            partial(self._fails, StoreUnavailable, 503),
        ]
        return 1

    async def _signs_in(self) -> None:
        browser = self._site.browser()
        page = await browser.get(f"/vao/{SIGN_IN}")
        assert (await browser.send(page, f"/vao/{SIGN_IN}")).status == 303
        assert (await self._site.browser().get(f"/vao/{SIGN_IN}")).status == 404
        self.secrets += (browser.cookies["tucham"],)

    async def _fails(self, fault: type[Exception], status: int) -> None:
        self._ear.fault = fault(" ".join(self.secrets))
        await self._sends(status, {"text": INVITE}, {})
        self._ear.fault = None

    def shown(self) -> list[str]:
        """What stood on the page, without the heading of what is sent to many."""
        return self._said


@asynccontextmanager
async def web_bench() -> AsyncIterator[WebBench]:
    """A site with the chat and the doors."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tucham.db"
        office = await joined()
        path.write_bytes(office.database)
        async with staged(sqlite_of(path)) as stage:
            ear = Ear(stage.intake)
            stage.intake = cast(Intake, ear)
            channel = VisitedChannel("http://tucham.test", ear)
            async with site_on(stage, channel=channel) as site:
                browser = site.browser()
                browser.cookies.update(office.cookies)
                found = await site.site.visitors.find(browser.cookies["tucham"])
                assert found is not None
                yield WebBench(site, channel, ear, browser, found.chat)
