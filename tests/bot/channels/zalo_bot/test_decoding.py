"""Every event of the platform as what a person did, in the envelope and bare; what nobody knows harms nobody.

Checked against: a key without the event's name, the text left as it came, a group taken for a private chat: each
failed here.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.contract import Capabilities
from bot.channels.zalo_bot.decoding import Decoded, Picture, decode, lane_of
from bot.conversation.events import Incoming, Typed, Unreadable

CAN = Capabilities(buttons=False, edits=False, text_limit=2000, files_in=False)


def event(name: str, **content: Any) -> dict[str, Any]:
    """An event as the documents show it."""
    message = {
        "from": {"id": "6ede9afa66b88fe6d6a9", "display_name": "Ted", "is_bot": False},
        "chat": {"id": "6ede9afa66b88fe6d6a9", "chat_type": "PRIVATE"},
        "message_id": "2d758cb5e222177a4e35",
        "date": 1750316131602,
    }
    return {"message": message | content, "event_name": f"message.{name}.received"}


def read(raw: object) -> Decoded:
    return decode(raw, channel="zalo_bot", bot="12345689", can=CAN)


def taken(raw: object) -> Incoming:
    incoming = read(raw).incoming
    assert incoming is not None
    return incoming


@pytest.mark.parametrize("enveloped", [True, False])
def test_a_text_is_typed_in_either_shape(enveloped: bool) -> None:
    bare = event("text", text="Xin cha\u0300o")
    assert taken({"ok": True, "result": bare} if enveloped else bare) == Incoming(
        channel="zalo_bot",
        bot="12345689",
        update_key="message.text.received:2d758cb5e222177a4e35",
        address="6ede9afa66b88fe6d6a9",
        event=Typed("Xin chào"),
        display_name="Ted",
        plain=True,
        takes_files=False,
    )


@pytest.mark.parametrize("field", ["photo", "photo_url"])
@pytest.mark.parametrize("caption", ["1.3", None])
def test_a_picture_is_found_under_either_name(field: str, caption: str | None) -> None:
    url = "https://f20-zpc.zdn.vn/jpg/1.jpg"
    decoded = read(event("image", **{field: url, "caption": caption}))
    assert decoded.picture == Picture(url, caption or "")
    assert decoded.incoming is not None
    assert decoded.incoming.event == Unreadable("photo")


@pytest.mark.parametrize("kind", ["sticker", "voice", "unsupported"])
def test_what_cannot_be_read_is_answered_where_there_is_a_chat(kind: str) -> None:
    assert taken(event(kind, sticker="x", voice_url="https://x")).event == Unreadable(kind)
    nobody: tuple[dict[str, Any], ...] = ({}, {"message": None}, {"message": {}}, {"message": {"chat": {}}})
    for without in nobody:
        assert read({"event_name": f"message.{kind}.received", **without}) == Decoded(None)


@pytest.mark.parametrize("name", ["link", "reaction", "telepathy", ""])
def test_an_event_that_nobody_knows_is_ignored(name: str) -> None:
    assert read(event(name, text="x")) == Decoded(None)
    assert read({"event_name": name}) == Decoded(None)


def test_a_picture_without_an_address_is_only_told_of() -> None:
    assert read(event("image")).picture is None
    assert taken(event("image")).event == Unreadable("photo")


def test_in_a_group_only_what_is_typed_is_heard() -> None:
    chat = {"id": "g1", "chat_type": "GROUP"}
    said = taken(event("text", text="K7MPWX3Q", chat=chat))
    assert (said.address, said.chat_kind, said.extra["by"]) == ("g1", "group", "6ede9afa66b88fe6d6a9")
    assert read(event("image", chat=chat, photo="https://x/1.jpg")) == Decoded(None)
    assert read(event("sticker", chat=chat)) == Decoded(None)


def test_a_bots_own_words_are_not_heard() -> None:
    assert read(event("text", text="x", **{"from": {"id": "b", "is_bot": True}})) == Decoded(None)


def test_what_is_unknown_missing_or_a_number_does_no_harm() -> None:
    raw = event("text", text="1", chat={"id": 77, "tint": "?"}, novelty={"deep": [1]})
    del raw["message"]["from"]
    incoming = taken(raw)
    assert (incoming.address, incoming.display_name, incoming.chat_kind) == ("77", "", "private")


def test_without_an_id_the_same_event_has_the_same_key() -> None:
    first, again, other = (taken(event("text", text=text, message_id="")) for text in ("a", "a", "b"))
    assert first.update_key == again.update_key != other.update_key


def test_what_no_database_stores_is_replaced() -> None:
    assert taken(event("text", text="a\x00b\ud83d")).event == Typed("a\ufffdb\ufffd")


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        7,
        "x",
        {},
        {"ok": True, "result": []},
        {"ok": True, "result": None},
        {"event_name": 7},
        {"event_name": "message.text.received"},
        {"event_name": "message.text.received", "message": {"text": "x", "chat": []}},
        {"event_name": "message.text.received", "message": {"text": "x", "chat": {"id": ""}}},
        event("text"),
        event("image", photo={"url": "x"}),
    ],
    ids=range(13),
)
def test_what_cannot_be_understood_is_an_error_of_one_kind(raw: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its text is nobody's business
        read(raw)


def test_the_lane_is_the_chat_whatever_came() -> None:
    bare = event("reaction")
    assert lane_of(bare) == lane_of({"ok": True, "result": bare}) == "6ede9afa66b88fe6d6a9"
    nobody: tuple[object, ...] = (None, [], {}, {"message": 1}, {"message": {"chat": {"id": None}}})
    assert [lane_of(raw) for raw in nobody] == [""] * 5
