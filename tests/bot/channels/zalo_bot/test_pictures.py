"""Pictures are fetched from where the platform says they lie, never from our own network, and kept or told why not.

Checked against: only the spelling of a host looked at, redirects followed, a stranger's picture fetched, no limit on
bytes, the address in the log: each failed here.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from channel_benches.desk import Desk, receiving
from evidence_files.making import EXE, JPEG
from fake_zalo_bot.faults import FaultKind
from fake_zalo_bot.server import FakeZaloBot

from bot.channels.outside import Outside, PublicOnly, is_public
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot.decoding import Picture
from bot.channels.zalo_bot.fetching import Fetching
from bot.conversation.events import Filed, Incoming, Typed, Unreadable
from bot.evidence.kept import MOST_BYTES, FilesAway, Kept
from bot.evidence.room import Evidence
from storage.blobs import Blobs


@dataclass
class Room:
    """Keeps files of everybody who is expected; may be away for some calls."""

    evidence: Evidence
    strangers: set[str] = field(default_factory=set)
    away: int = 0

    async def expects(self, channel: str, address: str) -> bool:
        assert channel == "zalo_bot"
        if self.away:
            self.away -= 1
            raise FilesAway("OSError")
        return address not in self.strangers

    async def keep(self, name: str, data: bytes) -> Kept:
        assert len(data) <= MOST_BYTES
        return self.evidence.keep(name, data)


@pytest.fixture
def room(tmp_path: Path, channel: ZaloBotChannel) -> Room:
    made = Room(Evidence(Blobs(tmp_path / "files"), "ảnh"))
    channel.files = made
    return made


SHA = hashlib.sha256(JPEG).hexdigest()
KEPT = Filed(SHA, f"ảnh-{SHA[:6]}.jpg", "image/jpeg", len(JPEG))


@pytest.mark.parametrize("under", ["photo", "photo_url"])
async def test_a_picture_is_kept_and_then_taken(
    platform: FakeZaloBot, channel: ZaloBotChannel, room: Room, under: str
) -> None:
    platform.picture_field = under
    async with receiving(channel, Desk()) as desk:
        platform.person().send_picture(JPEG, "1.3 công văn")
        (event,) = await desk.until(1)
    assert event == Filed(SHA, KEPT.name, KEPT.media, KEPT.size, caption="1.3 công văn")
    assert room.evidence.blobs.read(SHA) == JPEG


@pytest.mark.parametrize(
    ("content", "kind"),
    [(EXE, "file_not_allowed"), (b"", "file_empty"), (JPEG + b"\0" * MOST_BYTES, "file_too_large")],
)
async def test_a_picture_that_is_not_taken_is_told_why(
    platform: FakeZaloBot, channel: ZaloBotChannel, room: Room, content: bytes, kind: str
) -> None:
    async with receiving(channel, Desk()) as desk:
        platform.person().send_picture(content)
        assert await desk.until(1) == [Unreadable(kind)]


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.HTML_PAGE, FaultKind.SERVER_ERROR])
async def test_a_picture_is_tried_again_at_once(
    platform: FakeZaloBot, channel: ZaloBotChannel, room: Room, kind: FaultKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.fetching.PAUSE", 0.01)
    platform.faults.put("picture", kind, times=2)
    async with receiving(channel, Desk()) as desk:
        platform.person().send_picture(JPEG)
        assert await desk.until(1) == [KEPT]


async def test_what_cannot_be_fetched_is_told_and_the_next_is_heard(
    platform: FakeZaloBot,
    channel: ZaloBotChannel,
    room: Room,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.fetching.PAUSE", 0.01)
    platform.faults.put("picture", FaultKind.REDIRECT, times=3)
    lan = platform.person()
    async with receiving(channel, Desk()) as desk:
        lan.send_picture(JPEG)
        lan.write("sau đó")
        assert await desk.until(2) == [Unreadable("file_unavailable"), Typed("sau đó")]
    assert len(platform.fetched) == 3
    assert platform.fetched[0] not in caplog.text


async def test_while_files_are_away_the_picture_waits(
    platform: FakeZaloBot, channel: ZaloBotChannel, room: Room
) -> None:
    room.away = 2
    async with receiving(channel, Desk()) as desk:
        platform.person().send_picture(JPEG)
        assert await desk.until(1) == [KEPT]
    assert len(platform.fetched) == 1


async def test_nothing_is_fetched_for_strangers_and_groups(
    platform: FakeZaloBot, channel: ZaloBotChannel, room: Room
) -> None:
    stranger, lan = platform.person("Người lạ"), platform.person()
    room.strangers.add(stranger.id)
    async with receiving(channel, Desk()) as desk:
        stranger.send_picture(JPEG)
        lan.send_picture(JPEG, group="g1")
        lan.write("có")
        assert await desk.until(2) == [Unreadable("photo"), Typed("có")]
    assert platform.fetched == []


async def test_without_a_place_for_files_a_picture_is_what_cannot_be_read(
    platform: FakeZaloBot, channel: ZaloBotChannel
) -> None:
    async with receiving(channel, Desk()) as desk:
        platform.person().send_picture(JPEG)
        assert await desk.until(1) == [Unreadable("photo")]


REFUSED = [
    "http://cdn.example/1.jpg",
    "https://127.0.0.1/1.jpg",
    "https://10.1.2.3/1.jpg",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/1.jpg",
    "https://[::ffff:10.0.0.1]/1.jpg",
    "https://[64:ff9b::a00:1]/1.jpg",
    "https://user:pass@cdn.example/1.jpg",
    "https://cdn.example:8443/1.jpg",
    "ftp://cdn.example/1.jpg",
    "file:///etc/passwd",
    "//cdn.example/1.jpg",
    "https://",
    "https://[",
    "",
]


@pytest.mark.parametrize("url", REFUSED)
async def test_an_address_that_is_not_out_in_the_internet_is_not_even_looked_up(
    room: Room, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _nobody_asks)
    assert await brought(room, url) == Unreadable("file_unavailable")


async def test_a_name_that_leads_into_our_network_is_not_followed(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.fetching.PAUSE", 0.0)
    asked: list[str] = []

    def look_up(host: str, port: int, *_rest: Any, **_more: Any) -> Any:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", _nobody_asks)
    assert await brought(room, "https://rebound.example/1.jpg") == Unreadable("file_unavailable")
    assert set(asked) == {"rebound.example"}
    with pytest.raises(OSError, match="no public address"):
        await PublicOnly().resolve("rebound.example", 443)


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("240.0.0.1", False),
        ("224.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("2002:7f00:1::", False),
        ("fe80::1%eth0", False),
        ("64:ff9b::808:808", True),
        ("cdn.example", False),
    ],
)
def test_what_is_out_in_the_internet(host: str, public: bool) -> None:
    assert is_public(host) is public


async def test_a_slow_picture_is_given_up_once(platform: FakeZaloBot, room: Room) -> None:
    platform.faults.put("picture", FaultKind.SLOW, times=2, seconds=2.0)
    platform.pictures["slow"] = JPEG
    async with asyncio.timeout(1):
        url = f"{platform.base_url}/pictures/slow.jpg"
        assert await brought(room, url, trusted=True, seconds=0.1) == Unreadable("file_unavailable")
    assert len(platform.fetched) == 1


async def brought(room: Room, url: str, *, trusted: bool = False, seconds: float = 1.0) -> object:
    outside = Outside(trusted=trusted, seconds=seconds)
    incoming = Incoming("zalo_bot", "1", "k", "a", Unreadable("photo"))
    made = await Fetching(room, outside, seconds).brought(incoming, Picture(url, ""))
    await outside.close()
    return made and made.event


def _nobody_asks(*asked: object, **_more: object) -> Any:
    raise AssertionError(asked)
