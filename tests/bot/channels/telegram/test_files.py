"""Documents and photos are fetched and kept before their update is taken; what cannot be fetched is told in words.

Checked once against: `brought` that never gives up, one that confirms at the first failure, a file fetched for
somebody who may not file, the address in the warning, a poll that waits for slow chats or overtakes one: each failed
here.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from evidence_files.making import EXE, JPEG, PDF
from fake_bot_api.faults import FaultKind
from fake_bot_api.server import FakeBotApi

from bot.channels.contract import Answer
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.fetching import MOST_TRIES
from bot.conversation.events import Event, Filed, Incoming, Typed, Unreadable
from bot.evidence.kept import FilesAway, Kept
from bot.evidence.room import MOST_BYTES, Evidence
from storage.blobs import Blobs


@dataclass
class Room:
    """Keeps files of everybody who is expected; may be away for some calls."""

    evidence: Evidence
    strangers: set[str] = field(default_factory=set)
    away: int = 0

    async def expects(self, channel: str, address: str) -> bool:
        assert channel == "telegram"
        if self.away:
            self.away -= 1
            raise FilesAway("OSError")
        return address not in self.strangers

    async def keep(self, name: str, data: bytes) -> Kept:
        return self.evidence.keep(name, data)


@dataclass
class Desk:
    """Writes down what it takes in, each update once."""

    taken: list[Incoming] = field(default_factory=list)
    brought: int = 0

    async def take(self, incoming: Incoming) -> Answer:
        self.brought += 1
        if incoming.update_key not in {one.update_key for one in self.taken}:
            self.taken.append(incoming)
        return Answer.TAKEN

    async def keep_poison(self, *told: str) -> Answer:
        raise AssertionError(told)

    @property
    def events(self) -> list[Event]:
        return [incoming.event for incoming in self.taken]

    async def until(self, count: int) -> list[Event]:
        async with asyncio.timeout(8):
            while len(self.taken) < count:  # noqa: ASYNC110 - looks at a list that has no event
                await asyncio.sleep(0.005)
        return self.events


@pytest.fixture
def room(tmp_path: Path, channel: TelegramChannel) -> Room:
    made = Room(Evidence(Blobs(tmp_path / "files"), "ảnh"))
    channel.files = made
    return made


@asynccontextmanager
async def receiving(channel: TelegramChannel) -> AsyncIterator[Desk]:
    desk = Desk()
    task = asyncio.create_task(channel.receive(desk.take, desk.keep_poison))
    try:
        yield desk
    finally:
        await channel.stop()
        await task


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def test_a_document_is_kept_and_then_taken(api: FakeBotApi, channel: TelegramChannel, room: Room) -> None:
    async with receiving(channel) as desk:
        api.user().send_document("Kế hoạch.pdf", PDF, caption="1.3")
        events = await desk.until(1)
    assert events == [Filed(sha(PDF), "Kế hoạch.pdf", "application/pdf", len(PDF), caption="1.3")]
    assert room.evidence.blobs.read(sha(PDF)) == PDF


async def test_of_a_photo_the_largest_picture_is_kept(api: FakeBotApi, channel: TelegramChannel, room: Room) -> None:
    async with receiving(channel) as desk:
        api.user().send_photo(content=JPEG)
        events = await desk.until(1)
    assert events == [Filed(sha(JPEG), f"ảnh-{sha(JPEG)[:6]}.jpg", "image/jpeg", len(JPEG))]


async def test_an_album_is_taken_one_by_one_in_order(api: FakeBotApi, channel: TelegramChannel, room: Room) -> None:
    lan = api.user()
    for number in range(5):
        lan.send_document(f"{number}.pdf", PDF + str(number).encode())
    lan.send("xong")
    async with receiving(channel) as desk:
        events = await desk.until(6)
    assert [event.name for event in events if isinstance(event, Filed)] == [f"{number}.pdf" for number in range(5)]
    assert events[-1] == Typed("xong")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.exe", EXE, "file_not_allowed"),
        ("a.pdf", EXE, "file_mismatched"),
        ("a.pdf", b"", "file_empty"),
        ("to.pdf", PDF + b"\0" * MOST_BYTES, "file_too_large"),
    ],
)
async def test_a_file_that_is_not_taken_is_told_why(
    api: FakeBotApi, channel: TelegramChannel, room: Room, name: str, content: bytes, kind: str
) -> None:
    async with receiving(channel) as desk:
        api.user().send_document(name, content)
        events = await desk.until(1)
    assert events == [Unreadable(kind)]
    assert list(room.evidence.blobs.digests()) == []


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.HTML_PAGE, FaultKind.REDIRECT, FaultKind.TOO_MANY])
@pytest.mark.parametrize("method", ["getFile", "download"])
async def test_a_fetch_that_fails_is_tried_again_with_the_update_unconfirmed(
    api: FakeBotApi, channel: TelegramChannel, room: Room, method: str, kind: FaultKind
) -> None:
    api.faults.put(method, kind, times=MOST_TRIES - 1, seconds=0.01)
    lan, minh = api.user(), api.user("Minh")
    async with receiving(channel) as desk:
        lan.send_document("a.pdf", PDF)
        lan.send("sau đó")
        minh.send("khác")
        await desk.until(3)
    mine = [incoming.event for incoming in desk.taken if incoming.address == str(lan.id)]
    assert mine == [Filed(sha(PDF), "a.pdf", "application/pdf", len(PDF)), Typed("sau đó")]
    assert api.updates.pending == []


async def test_a_file_that_cannot_be_fetched_at_all_is_told_in_the_end(
    api: FakeBotApi, channel: TelegramChannel, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    async with receiving(channel) as desk:
        lan = api.user()
        lan.send_document("a.pdf")
        lan.send("sau đó")
        events = await desk.until(2)
    assert events == [Unreadable("file_unavailable"), Typed("sau đó")]
    assert api.token not in caplog.text
    assert api.token.partition(":")[2] not in caplog.text


async def test_a_download_that_is_gone_names_no_token(
    api: FakeBotApi, channel: TelegramChannel, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    api.faults.put("download", FaultKind.HTML_PAGE, times=MOST_TRIES)
    async with receiving(channel) as desk:
        api.user().send_document("a.pdf", PDF)
        assert await desk.until(1) == [Unreadable("file_unavailable")]
    assert api.fetched
    assert api.token.partition(":")[2] not in caplog.text


async def test_nothing_is_fetched_for_somebody_who_may_not_file(
    api: FakeBotApi, channel: TelegramChannel, room: Room
) -> None:
    stranger = api.user("Người lạ")
    room.strangers.add(str(stranger.id))
    async with receiving(channel) as desk:
        stranger.send_document("a.pdf", PDF)
        stranger.send_photo(content=JPEG)
        assert await desk.until(2) == [Unreadable("document"), Unreadable("photo")]
    assert api.fetched == []
    assert list(room.evidence.blobs.digests()) == []


async def test_a_slow_download_holds_nobody_else_and_keeps_its_own_chat_in_order(
    api: FakeBotApi, channel: TelegramChannel, room: Room
) -> None:
    channel.patience = replace(channel.patience, slow=0.05)
    api.faults.put("download", FaultKind.SLOW, seconds=1.0)
    lan, minh = api.user(), api.user("Minh")
    async with receiving(channel) as desk:
        lan.send_document("a.pdf", PDF)
        lan.send("sau đó")
        minh.send("một")
        await desk.until(1)
        minh.send("hai")
        await desk.until(2)
        assert desk.events == [Typed("một"), Typed("hai")]
        events = await desk.until(4)
    assert [type(event) for event in events[2:]] == [Filed, Typed]
    assert api.updates.pending == []
    assert desk.brought == 4


async def test_while_files_are_away_the_update_waits(api: FakeBotApi, channel: TelegramChannel, room: Room) -> None:
    room.away = 2
    async with receiving(channel) as desk:
        api.user().send_document("a.pdf", PDF)
        assert await desk.until(1) == [Filed(sha(PDF), "a.pdf", "application/pdf", len(PDF))]


async def test_a_file_sent_again_is_fetched_once(api: FakeBotApi, channel: TelegramChannel, room: Room) -> None:
    lan = api.user()
    async with receiving(channel) as desk:
        lan.send_document("a.pdf", PDF)
        await desk.until(1)
        lan.send_raw({"document": next(iter(lan.chat.messages)).extra["document"]})
        events = await desk.until(2)
    assert events[0] == events[1]
    assert len(api.fetched) == 1


async def test_without_a_place_for_files_they_are_what_cannot_be_read(
    api: FakeBotApi, channel: TelegramChannel
) -> None:
    async with receiving(channel) as desk:
        api.user().send_document("a.pdf", PDF)
        assert await desk.until(1) == [Unreadable("document")]


async def test_files_in_groups_are_nobodys_business(api: FakeBotApi, channel: TelegramChannel, room: Room) -> None:
    lan = api.user()
    group = api.group("Sở TTTT", lan)
    group.add_bot(lan)
    async with receiving(channel) as desk:
        lan.send_raw({"document": {"file_id": "doc-1", "file_unique_id": "d1", "file_name": "a.pdf"}}, chat=group.chat)
        lan.send("có")
        assert await desk.until(1) == [Typed("có")]
    assert api.fetched == []
