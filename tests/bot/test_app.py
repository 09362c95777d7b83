"""The service as a whole, with a channel of the test's own: it serves, drains, notices deaths, says how it feels."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from product.pushing import free_port

from bot import app as composition
from bot.app import App
from bot.channels.contract import Answer, Capabilities, KeepPoison, Outgoing, Sent, Take
from bot.connect import menus
from bot.conversation.events import Event, Incoming, Typed
from bot.http import ListenFailed
from bot.settings import Settings, variables
from bot.version import version
from storage.errors import DatabaseInUse

PORT = free_port()


class Wire:
    """A channel whose platform is the test."""

    name = "wire"
    bot = "1"
    capabilities = Capabilities(buttons=True, edits=False, text_limit=4096)

    def __init__(self) -> None:
        self.coming: asyncio.Queue[Event | Exception | None] = asyncio.Queue()
        self.sent: list[Outgoing] = []
        self.answers: list[Answer] = []
        self.closed = False
        self.sends_slowly = 0.0
        self._number = 0

    async def send(self, outgoing: Outgoing) -> Sent:
        assert not self.closed, "nothing is sent after the channel let go"
        await asyncio.sleep(self.sends_slowly)
        self.sent.append(outgoing)
        return Sent(str(len(self.sent)))

    async def receive(self, take: Take, keep_poison: KeepPoison) -> None:  # noqa: ARG002
        while (event := await self.coming.get()) is not None:
            if isinstance(event, Exception):
                raise event
            self._number += 1
            self.answers.append(await take(Incoming(self.name, self.bot, str(self._number), "7", event)))

    async def stop(self) -> None:
        self.coming.put_nowait(None)

    async def close(self) -> None:
        self.closed = True

    def link(self, code: str) -> str | None:  # noqa: ARG002
        return None

    def routes(self) -> Iterable[web.RouteDef]:
        async def answer(_request: web.Request) -> web.Response:
            return web.Response(text="wired")

        return [web.get("/wire", answer)]


@pytest.fixture(autouse=True)
def unfrozen() -> object:
    yield
    gc.unfreeze()


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    made = Wire()
    monkeypatch.setattr(composition, "configured_channels", lambda _settings, _files, _keeping: {"wire": made})
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, database_url=f"sqlite:///{tmp_path}/t.db", listen=f"127.0.0.1:{PORT}")


@pytest.fixture
async def app(wire: Wire, settings: Settings) -> AsyncIterator[App]:
    async with App(settings) as opened:
        yield opened


async def until(done: Callable[[], object], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not done():  # noqa: ASYNC110 - what is waited for happens in several places
            await asyncio.sleep(0.01)


async def test_an_update_is_answered_and_a_stop_ends_with_zero(app: App, wire: Wire) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(app.run_until(stop))
    wire.coming.put_nowait(Typed("/start"))
    await until(lambda: wire.sent)
    stop.set()
    assert await running == 0
    assert wire.answers == [Answer.TAKEN]


async def test_a_stop_sends_the_replies_to_what_was_taken(app: App, wire: Wire) -> None:
    stop = asyncio.Event()
    wire.sends_slowly = 0.3
    running = asyncio.create_task(app.run_until(stop))
    wire.coming.put_nowait(Typed("/start"))
    await until(lambda: wire.answers)
    assert wire.sent == []
    stop.set()
    assert await running == 0
    assert len(wire.sent) == 1


async def test_a_receive_loop_that_dies_stops_the_process(
    app: App, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.coming.put_nowait(RuntimeError("the token was revoked"))
    with caplog.at_level(logging.CRITICAL):
        assert await app.run_until(asyncio.Event()) == 1
    (line,) = caplog.records
    assert "receiving from wire ended: the token was revoked" in line.getMessage()


async def test_a_receive_loop_that_just_ends_stops_the_process(app: App, wire: Wire) -> None:
    wire.coming.put_nowait(None)
    assert await app.run_until(asyncio.Event()) == 1


async def test_a_store_that_cannot_write_any_more_stops_the_process(app: App, caplog: pytest.LogCaptureFixture) -> None:
    running = asyncio.create_task(app.run_until(asyncio.Event()))
    await asyncio.sleep(0.05)
    app.store.failed.set()
    with caplog.at_level(logging.CRITICAL):
        assert await running == 1
    assert "the store cannot write any more" in caplog.records[0].getMessage()


async def test_one_process_works_on_a_database(app: App, wire: Wire, settings: Settings) -> None:
    with pytest.raises(DatabaseInUse):
        async with App(settings):
            pass


async def test_an_address_that_is_taken_leaves_nothing_open(
    app: App, wire: Wire, settings: Settings, tmp_path: Path
) -> None:
    other = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/other.db"})
    with pytest.raises(ListenFailed, match=str(PORT)):
        async with App(other):
            pass
    async with App(other.model_copy(update={"listen": ""})):
        pass


async def asked(path: str) -> tuple[int, object]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{PORT}{path}") as answer:
        if answer.content_type == "application/json":
            return answer.status, await answer.json()
        return answer.status, await answer.text()


async def test_health_tells_of_database_channels_and_sender(app: App, wire: Wire) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(app.run_until(stop))
    await asyncio.sleep(0.05)
    status, told = await asked("/healthz")
    assert status == 200
    assert told == {
        "status": "ok",
        "version": version(),
        "channels": {"wire": True},
        "leads": True,
        "sender": {"uncertain": 0},
        "database": True,
    }
    app.store.failed.set()
    status, _ = await asked("/healthz")
    assert status == 503
    stop.set()
    assert await running == 1


async def test_the_metrics_count_what_was_taken_and_what_was_sent(app: App, wire: Wire) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(app.run_until(stop))
    wire.coming.put_nowait(Typed("/start"))
    await until(lambda: wire.sent)
    await asyncio.sleep(0)
    status, told = await asked("/metrics")
    assert status == 200
    for line in ('updates_total{outcome="taken"}', 'sends_total{channel="wire",outcome="sent"}', "turn_seconds_count"):
        assert f"\ntucham_{line} 1.0\n" in str(told)
    assert '\ntucham_channel_up{channel="wire"} 1.0\n' in str(told)
    stop.set()
    assert await running == 0


async def test_channels_bring_their_own_addresses(app: App) -> None:
    assert await asked("/wire") == (200, "wired")
    assert (await asked("/nowhere"))[0] == 404


def test_every_role_has_a_menu_with_described_commands() -> None:
    everybody, by_role = menus()
    assert everybody[0] == ("start", "Bắt đầu")
    assert set(by_role) >= {"officer", "reviewer", "admin"}
    assert all(description[0].isupper() for commands in by_role.values() for _, description in commands)
