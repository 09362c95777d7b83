"""What each event becomes; what nobody needs becomes nothing; what cannot be read says so."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from bot.channels.zalo_oa import ZaloOaChannel
from bot.channels.zalo_oa.decoding import Attached, decode, key_of, lane_of, timestamp_of
from bot.conversation.events import Blocked, PersonEvent, Pressed, Typed, Unreadable
from bot.conversation.presses import Press

CAN = ZaloOaChannel.capabilities
PRESS = Press("an", 12, "1.1", "oyes", 4).encode()
NFD = unicodedata.normalize("NFD", "Tỷ lệ đạt")


def event(name: str, **more: Any) -> dict[str, Any]:
    return {"app_id": "1", "event_name": name, "timestamp": "1780000000000", "recipient": {"id": "oa"}, **more}


def sent(kind: str, **message: Any) -> dict[str, Any]:
    return event(f"user_send_{kind}", sender={"id": "48"}, message={"msg_id": "m1", **message})


def done(raw: dict[str, Any]) -> list[PersonEvent]:
    return [one.incoming.event for one in decode(raw, bot="1", can=CAN)]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("raw", "becomes"),
    [
        (sent("text", text="85,5"), Typed("85,5")),
        (sent("text", text=NFD), Typed("Tỷ lệ đạt")),
        (sent("text", text="a\x00b\ud83d"), Typed("a\ufffdb\ufffd")),
        (sent("text", text=""), Typed("")),
        (sent("text", text=PRESS), Pressed(PRESS)),
        (sent("text", text=f"{PRESS} "), Typed(f"{PRESS} ")),
        (sent("text", text="an:x:1.1:oyes:4"), Typed("an:x:1.1:oyes:4")),
        (sent("link", text="Xem https://vanban.vn/1", attachments=[]), Typed("Xem https://vanban.vn/1")),
        (sent("link", attachments=[{"type": "link", "payload": {"url": "https://x.vn"}}]), Unreadable("link")),
        (sent("sticker", attachments=[{"type": "sticker", "payload": {"url": "u"}}]), Unreadable("sticker")),
        (sent("audio", attachments=[{"type": "audio", "payload": {"url": "u"}}]), Unreadable("audio")),
        (sent("video"), Unreadable("video")),
        (sent("location"), Unreadable("location")),
        (sent("business_card"), Unreadable("contact")),
        (sent("hologram", text="?"), Unreadable("unknown")),
        (sent("image", attachments=[]), Unreadable("photo")),
        (event("follow", follower={"id": "48"}), Typed("/start")),
        (event("unfollow", follower={"id": "48"}), Blocked(blocked=True)),
    ],
)
def test_what_people_do(raw: dict[str, Any], becomes: PersonEvent) -> None:
    assert done(raw) == [becomes]
    (read,) = decode(raw, bot="1", can=CAN)
    incoming = read.incoming
    assert (incoming.channel, incoming.bot, incoming.address) == ("zalo_oa", "1", "48")
    assert (incoming.plain, incoming.takes_files, incoming.chat_kind) == (True, True, "private")
    assert lane_of(raw) == incoming.address


@pytest.mark.parametrize(
    "name",
    ["oa_send_text", "oa_send_image", "user_seen_message", "user_received_message", "anonymous_send_text", "x", "shop"],
)
def test_what_concerns_nobody_is_ignored(name: str) -> None:
    assert decode(event(name, sender={"id": "oa"}, message={"text": "x", "msg_id": "m"}), bot="1", can=CAN) == ()


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"event_name": ""},
        {"event_name": 5},
        event("user_send_text"),
        event("user_send_text", message="x", sender={"id": "48"}),
        event("user_send_text", message={"msg_id": "m", "text": []}, sender={"id": "48"}),
        event("user_send_text", message={"msg_id": "m", "text": "x"}),
        event("user_send_text", message={"msg_id": "m", "text": "x"}, sender={"id": 48}),
        event("user_send_text", message={"msg_id": "m", "text": "x"}, sender={"id": "4" * 500}),
        event("follow"),
    ],
)
def test_what_cannot_be_read_says_so(raw: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="missing"):
        decode(raw, bot="1", can=CAN)
    assert key_of(raw)


def test_an_event_is_known_by_its_message_or_by_name_time_and_person() -> None:
    (text,) = decode(sent("text", text="x"), bot="1", can=CAN)
    assert text.incoming.update_key == "m1"
    (follow,) = decode(event("follow", follower={"id": "48"}), bot="1", can=CAN)
    assert follow.incoming.update_key == "follow:1780000000000:48"
    assert timestamp_of({"timestamp": 17}) == "17"
    assert timestamp_of({"timestamp": True}) == timestamp_of([]) == timestamp_of({}) == ""


def test_each_file_of_a_message_is_one_thing_done() -> None:
    files = [
        {"type": "file", "payload": {"url": "https://f.vn/1", "name": "a\x00.pdf", "size": "1024", "type": "pdf"}},
        {"type": "file", "payload": {"url": "https://f.vn/2", "size": -5}},
        {"type": "file", "payload": {}},
        "?",
    ]
    first, second = decode(sent("file", text=NFD, attachments=files), bot="1", can=CAN)
    assert first.attached == Attached("https://f.vn/1", "a\ufffd.pdf", 1024, "Tỷ lệ đạt")
    assert second.attached == Attached("https://f.vn/2", "", 0, "")
    assert [one.incoming.update_key for one in (first, second)] == ["m1", "m1#1"]
    assert first.incoming.event == Unreadable("document")  # for whoever may not file
