"""A file on a channel that cannot carry it: a link stands in the message, one for its person, made before the send.

Checked against: a link given to a group, a second link when the row is tried again, a row sent although the link could
not be stored, the file left in the message: each failed here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from product_store.seeds import NOW, seed_office
from scripted_channel.channel import ABLE, ScriptedChannel, retry
from sqlalchemy import Connection, select
from talk.stage import renderer

from bot.channels.carrying import carries
from bot.channels.contract import Capabilities
from bot.conversation.codes import hash_code
from bot.delivery.gates import Limits
from bot.delivery.sender import Sender
from bot.intake.file_links import FileLinks
from bot.intake.moments import from_ms
from bot.watching.tally import CountedChannel
from storage import chats, outbox
from storage.errors import StoreUnavailable
from storage.rows import ChatKind, NewOutboxRow, OutboxRow
from storage.schema import passes
from storage.store import Store

BEGIN = time.monotonic()
FAST = Limits(notices_per_chat=50, retry_s=0.02, poll_s=0.02, settle_s=0.01)
PDF = "application/pdf"


def clock() -> int:
    return NOW + int((time.monotonic() - BEGIN) * 1000)


@dataclass
class Choosy(ScriptedChannel):
    """Carries small documents."""

    def carries(self, media: str, size: int) -> bool:
        return media == PDF and size < 10


@dataclass
class Office:
    """A sender with one channel, and a file that goes with what it sends."""

    store: Store
    folder: Path
    channel: ScriptedChannel = field(default_factory=ScriptedChannel)
    pages: bool = True
    away: int = 0

    async def sent(self, chat: int) -> OutboxRow:
        """A notice with a file, as it ended."""
        path = self.folder / "kept"
        path.write_bytes(b"x" * 20)
        links = FileLinks(renderer(), lambda: from_ms(clock()), self.pages)

        def link(conn: Connection, row: OutboxRow, file: Mapping[str, object]) -> str:
            if self.away:
                self.away -= 1
                raise StoreUnavailable
            return links(conn, row, file)

        sender = Sender(
            self.store, {"telegram": self.channel}, clock, "me", FAST, _nobody, find=lambda _: path, link_file=link
        )
        file = {"digest": "d" * 64, "name": "Công văn 12.pdf", "media": PDF}
        row = NewOutboxRow(chat, "notice", "message", {"html": "Kính gửi", "rows": [], "file": file}, clock())
        (number,) = await self.store.run(outbox.put, [row])
        task = asyncio.create_task(sender.run())
        try:
            async with asyncio.timeout(5):
                while (ended := (await self.store.read(outbox.load_rows, [number or 0]))[0]).state == "queued":  # noqa: ASYNC110 - looks at what has no event
                    await asyncio.sleep(0.01)
        finally:
            await sender.drain(1.0)
            await task
        return ended


async def _nobody(_ids: tuple[int, ...]) -> None:
    return None


@pytest.fixture
def office(sqlite_store: Store, tmp_path: Path) -> Office:
    """One whose channel carries no files at all."""
    return Office(sqlite_store, tmp_path, ScriptedChannel(capabilities=replace(ABLE, files_out=False)))


def _passes(conn: Connection) -> list[tuple[str, str, int]]:
    rows = conn.execute(select(passes.c.kind, passes.c.code_hash, passes.c.person_id))
    return [(str(kind), str(digest), int(person)) for kind, digest, person in rows]


async def test_a_link_stands_in_place_of_the_file_and_its_code_is_only_a_digest(office: Office) -> None:
    seeded = await office.store.run(seed_office)
    assert (await office.sent(seeded.chat_id)).state == "sent"
    (shown,) = office.channel.shown
    assert shown.outgoing.attachment is None
    assert shown.outgoing.html.startswith("Kính gửi\n\nTệp gửi kèm: <b>Công văn 12.pdf</b>")
    token = shown.outgoing.html.split("/lay-tep/")[1]
    assert await office.store.read(_passes) == [("download", hash_code(token), seeded.person_id)]


async def test_a_row_that_is_tried_again_says_the_same_link(office: Office) -> None:
    seeded = await office.store.run(seed_office)
    office.channel.steps["1001"].extend([retry(0.01), retry(0.01)])
    assert (await office.sent(seeded.chat_id)).state == "sent"
    assert len({one.html for one in office.channel.tried}) == 1
    assert len(office.channel.tried) == 3
    assert len(await office.store.read(_passes)) == 1


async def test_while_no_link_can_be_stored_nothing_is_sent(office: Office) -> None:
    seeded = await office.store.run(seed_office)
    office.away = 3
    assert (await office.sent(seeded.chat_id)).state == "sent"
    assert len(office.channel.tried) == 1


@pytest.mark.parametrize("kind", ["group", "private"])
async def test_neither_a_group_nor_a_chat_of_nobodys_is_given_a_link(office: Office, kind: ChatKind) -> None:
    seeded = await office.store.run(seed_office)
    chat = (await office.store.run(chats.arrive, "telegram", "-7", kind, NOW)).chat.id
    if kind == "group":
        await office.store.run(chats.bind_chat, chat, seeded.person_id)
    assert (await office.sent(chat)).state == "sent"
    assert "/lay-tep/" not in office.channel.shown[0].outgoing.html
    assert await office.store.read(_passes) == []


async def test_without_pages_the_message_says_whom_to_ask(office: Office) -> None:
    office.pages = False
    seeded = await office.store.run(seed_office)
    await office.sent(seeded.chat_id)
    assert "liên hệ" in office.channel.shown[0].outgoing.html
    assert await office.store.read(_passes) == []


async def test_what_the_channel_carries_goes_as_a_file(sqlite_store: Store, tmp_path: Path) -> None:
    office = Office(sqlite_store, tmp_path)
    seeded = await office.store.run(seed_office)
    await office.sent(seeded.chat_id)
    assert office.channel.shown[0].outgoing.attachment is not None
    assert await office.store.read(_passes) == []


def test_a_channel_is_asked_for_each_file_also_where_it_is_counted() -> None:
    small, large = (PDF, 9), (PDF, 10)
    for channel in (Choosy(), CountedChannel(Choosy())):
        assert [carries(channel, *one) for one in (small, large, ("image/png", 1))] == [True, False, False]
    none = Capabilities(buttons=True, edits=False, text_limit=100, files_out=False)
    assert not carries(Choosy(capabilities=none), *small)
    assert carries(ScriptedChannel(), *large)
