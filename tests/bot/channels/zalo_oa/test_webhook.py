"""The webhook: signed or not at all; stored within two seconds or never answered; files later, in the person's order.

Checked against: a 503 instead of a cut connection (the event was lost), and a text that overtook the file before it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from channel_benches.zalo_oa import serving
from fake_bot_api.faults import FaultKind
from fake_zalo_oa.keeping import Desk, Files, MemoryShelf
from fake_zalo_oa.server import MEDIA, FakeZaloOa

from bot.channels.contract import Answer, Outgoing
from bot.channels.hook import BODY_LIMIT
from bot.channels.zalo_oa import RETURN_PATH, ZaloOaChannel
from bot.channels.zalo_oa.signing import is_signed, signature
from bot.channels.zalo_oa.webhook import PATH
from bot.conversation.events import Blocked, Filed, Typed, Unreadable

BODY = json.dumps({"event_name": "user_seen_message", "timestamp": "1"}).encode()


@pytest.fixture
async def desk(platform: FakeZaloOa, channel: ZaloOaChannel) -> AsyncIterator[Desk]:
    """The channel receives, with a place for files."""
    made = Desk()
    channel.files = Files()
    async with serving(platform, channel):
        receiving = asyncio.create_task(channel.receive(made.take, made.keep_poison))
        yield made
        await channel.stop()
        await receiving


def test_the_signature_is_the_platforms_formula() -> None:
    body = '{"a": "ế"}'.encode()
    shown = "cada8f22ec9fe7f8b04cbd7b06743278be91b0c4bea4102bf4c172a87698a00e"  # by sha256sum
    assert signature("1", body, "1780000000000", "key") == shown
    for header in (shown, f"mac={shown}", f"mac={shown.upper()}", f" MAC={shown} "):
        assert is_signed(header, "1", body, "1780000000000", "key")
    for header in ("", "mac=", shown[:-1], f"mac={shown}0", f"sha256={shown}", "mac=é", "\udcff"):
        assert not is_signed(header, "1", body, "1780000000000", "key")
    for app, text, stamp, key in [("2", body, "1780000000000", "key"), ("1", body + b" ", "1780000000000", "key")]:
        assert not is_signed(f"mac={shown}", app, text, stamp, key)
    assert not is_signed(f"mac={shown}", "1", body, "1780000000001", "key")
    assert not is_signed(f"mac={shown}", "1", body, "1780000000000", "other")


async def test_only_what_the_platform_signed_comes_in(platform: FakeZaloOa, desk: Desk) -> None:
    await asyncio.sleep(0.02)
    pusher = platform.pusher
    header = "X-ZEvent-Signature"
    right = pusher.signed(BODY)
    assert await pusher.post(BODY, **{header: right}) == 200
    assert await pusher.post(BODY, **{header: right.removeprefix("mac=").upper()}) == 200
    for wrong in ({}, {header: ""}, {header: right[:-1] + "x"}, {header: pusher.signed(BODY + b" ")}):
        assert await pusher.post(BODY, **wrong) == 401
    assert await pusher.post(b"") == 401
    assert await pusher.post(b"", **{header: pusher.signed(b"")}) == 200
    long = b" " * (BODY_LIMIT + 1)
    assert await pusher.post(long, **{header: right}) == 413
    assert desk.taken == []
    assert desk.poison == []


@pytest.mark.parametrize("body", [b"{", b"[]", b"7", b'"x"', b"\xff"])
async def test_a_signed_body_that_is_no_event_is_kept_and_confirmed(
    platform: FakeZaloOa, desk: Desk, body: bytes
) -> None:
    await asyncio.sleep(0.02)
    mac = signature(platform.account.app_id, body, "", platform.account.secret_key)
    assert await platform.pusher.post(body, **{"X-ZEvent-Signature": mac}) == 200
    assert len(desk.poison) == 1


async def test_an_echo_of_our_own_messages_is_ignored(platform: FakeZaloOa, desk: Desk, channel: ZaloOaChannel) -> None:
    person = platform.person()
    await channel.send(Outgoing(person.id, "x"))
    person.write("y")
    await desk.wait_for(Typed("y"))
    await platform.pusher.settled()
    assert [one.event_name for one in platform.pusher.tries] == ["oa_send_text", "user_send_text"]


async def test_following_greets_and_leaving_blocks(platform: FakeZaloOa, desk: Desk) -> None:
    person = platform.person(wrote=False)
    person.follow()
    person.unfollow()
    await desk.wait_for(Typed("/start"), Blocked(blocked=True))


async def test_an_event_that_is_not_stored_in_time_is_not_answered_and_known_when_it_comes_again(
    platform: FakeZaloOa, desk: Desk
) -> None:
    desk.pause = 0.5  # longer than the test's patience of 0.3 s
    platform.person().write("85,5")
    await desk.wait_for(Typed("85,5"))
    desk.pause = 0.0
    await platform.pusher.settled()
    assert (platform.pusher.tries[0].status, platform.pusher.tries[-1].status) == (None, 200)
    assert len(desk.taken) == 1
    assert desk.repeated  # the same event, without a second effect
    assert platform.pusher.lost == []


async def test_an_event_is_brought_again_while_the_database_is_away(platform: FakeZaloOa, desk: Desk) -> None:
    desk.answer = Answer.UNAVAILABLE
    platform.person().write("1")
    await desk.until(lambda: len(platform.pusher.tries) >= 2)
    desk.answer = Answer.TAKEN
    await desk.wait_for(Typed("1"))
    await platform.pusher.settled()
    assert {one.status for one in platform.pusher.tries[:-1]} == {None}
    assert platform.pusher.lost == []


async def test_a_file_is_kept_as_it_came_and_fetched_after_the_answer(
    platform: FakeZaloOa, desk: Desk, shelf: MemoryShelf, channel: ZaloOaChannel
) -> None:
    platform.faults.put(MEDIA, FaultKind.SLOW, seconds=0.4)
    person = platform.person()
    person.send_file("Báo cáo.pdf", b"%PDF-1", "minh chứng 1.1")
    person.write("xong")  # waits for its turn, and is kept meanwhile, too
    await platform.pusher.settled()
    assert [one.status for one in platform.pusher.tries] == [200, 200]
    assert all(one.seconds < 0.3 for one in platform.pusher.tries)
    assert len(shelf.rows) == 2
    assert desk.taken == []
    filed = Filed("digest-1", "Báo cáo.pdf", "image/jpeg", 6, caption="minh chứng 1.1")
    await desk.wait_for(filed, Typed("xong"))
    await desk.until(lambda: not shelf.rows)
    person.write("nữa")
    await desk.wait_for(filed, Typed("xong"), Typed("nữa"))
    assert isinstance(channel.files, Files)
    assert channel.files.kept == [("Báo cáo.pdf", b"%PDF-1")]


async def test_a_file_that_cannot_be_fetched_or_taken_is_told_to_the_person(
    platform: FakeZaloOa, desk: Desk, shelf: MemoryShelf
) -> None:
    person = platform.person()
    platform.faults.put(MEDIA, FaultKind.DROP_BEFORE, times=2)
    person.send_image(b"jpeg")  # comes the third time
    person.send_image(b"bad")
    await desk.wait_for(Filed("digest-1", "tep.jpg", "image/jpeg", 4), Unreadable("file_not_allowed"))
    platform.faults.put(MEDIA, FaultKind.HTML_PAGE, times=9)
    person.send_image(b"jpeg")
    await desk.until(lambda: len(desk.taken) == 3)
    assert desk.events[2] == Unreadable("file_unavailable")
    await desk.until(lambda: not shelf.rows)


async def test_nothing_is_fetched_for_somebody_who_may_not_file(
    platform: FakeZaloOa, desk: Desk, channel: ZaloOaChannel
) -> None:
    assert isinstance(channel.files, Files)
    channel.files.expected = False
    platform.person().send_image(b"jpeg")
    await desk.wait_for(Unreadable("photo"))
    assert MEDIA not in platform.calls


async def test_what_waited_when_the_service_ended_is_taken_first_after_its_start(
    platform: FakeZaloOa, channel: ZaloOaChannel, shelf: MemoryShelf
) -> None:
    person, other = platform.person(), Desk()
    url = platform.host(b"%PDF-1")
    file = {"type": "file", "payload": {"url": url, "name": "a.pdf", "size": "6"}}
    for number, message in ((2, {"text": "sau"}), (1, {"text": "", "attachments": [file]})):
        body = {
            "event_name": "user_send_text" if number == 2 else "user_send_file",
            "timestamp": str(number),
            "sender": {"id": person.id},
            "message": {"msg_id": f"m{number}", **message},
        }
        shelf.rows[f"m{number}"] = json.dumps(body)
    shelf.rows["broken"] = "{"
    channel.files = Files()
    shelf.away = True
    person.write("mới")
    async with serving(platform, channel):
        receiving = asyncio.create_task(channel.receive(other.take, other.keep_poison))
        await asyncio.sleep(0.05)
        assert other.taken == []  # what waits comes first, however long the database is away
        shelf.away = False
        await other.wait_for(Filed("digest-1", "a.pdf", "image/jpeg", 6), Typed("sau"), Typed("mới"))
        await other.until(lambda: not shelf.rows)
        assert len(other.poison) == 1
        await channel.stop()
        await receiving


async def test_a_file_is_not_confirmed_when_it_cannot_be_kept(
    platform: FakeZaloOa, desk: Desk, shelf: MemoryShelf
) -> None:
    await asyncio.sleep(0.02)
    shelf.away = True
    platform.person().send_image(b"jpeg")
    await desk.until(lambda: len(platform.pusher.tries) >= 2)
    assert desk.taken == []
    shelf.away = False
    await desk.wait_for(Filed("digest-1", "tep.jpg", "image/jpeg", 4))
    await platform.pusher.settled()
    assert platform.pusher.lost == []


async def test_while_the_service_stops_nothing_is_answered(platform: FakeZaloOa, channel: ZaloOaChannel) -> None:
    async with serving(platform, channel):
        assert await platform.pusher.post(BODY, **{"X-ZEvent-Signature": platform.pusher.signed(BODY)}) is None


async def test_the_browser_of_an_admin_who_said_yes_ends_at_a_page_that_keeps_nothing(
    platform: FakeZaloOa, channel: ZaloOaChannel
) -> None:
    async with serving(platform, channel), aiohttp.ClientSession() as session:
        back = platform.pusher.url.replace(PATH, RETURN_PATH)
        async with session.get(f"{back}?code=canary&state=x") as response:
            assert (response.status, await response.text()) == (200, "OK")
            assert response.headers["Referrer-Policy"] == "no-referrer"
    assert platform.calls == []
