"""Raw updates in, what a person did out: one table."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.decoding import decode, lane_of
from bot.conversation.events import Blocked, Edited, Event, Incoming, Moved, Pressed, Typed, Unreadable

LAN = {"id": 1001, "is_bot": False, "first_name": "Nguyễn", "last_name": "Thị Lan"}
PRIVATE = {"id": 1001, "type": "private", "first_name": "Nguyễn"}
GROUP = {"id": -400, "type": "group", "title": "Sở TTTT"}
CHANNEL = {"id": -900, "type": "channel", "title": "Kênh"}
BOT = {"id": 1, "is_bot": True, "first_name": "Bot"}
PHOTO = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    return {"message_id": 7, "date": 1, "chat": chat, "from": LAN, **content}


def press(**changes: Any) -> dict[str, Any]:
    query = {"id": "q1", "from": LAN, "chat_instance": "c", "data": "a|1.1|1", "message": message(text="card")}
    return {"callback_query": query | changes}


def member(status: str, chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    until = {"until_date": 0} if status == "kicked" else {}
    state = {"user": BOT, "status": status, **until}
    was = {"user": BOT, "status": "member"}
    change = {"chat": chat, "from": LAN, "date": 1, "old_chat_member": was, "new_chat_member": state}
    return {"my_chat_member": change}


def read(body: dict[str, Any], bot_name: str | None = "tucham_bot") -> Incoming | None:
    raw = {"update_id": 55, **body}
    can = TelegramChannel.capabilities
    return decode(raw, channel="telegram", bot="1", bot_name=bot_name, can=can).incoming


EVENTS: list[tuple[str, dict[str, Any], Event]] = [
    ("a text", {"message": message(text="85,5")}, Typed("85,5")),
    ("a start link", {"message": message(text="/start ABC")}, Typed("/start ABC")),
    ("a command with the bot's name", {"message": message(text="/diem@tucham_bot x")}, Typed("/diem x")),
    ("half a character", {"message": message(text="8\ud8005\x00")}, Typed("8\ufffd5\ufffd")),
    ("a press", press(), Pressed("a|1.1|1", "7")),
    (
        "a press on a message too old",
        press(message={"message_id": 3, "date": 0, "chat": PRIVATE}),
        Pressed("a|1.1|1", "3"),
    ),
    ("a press without its message", press(message=None), Pressed("a|1.1|1", None)),
    ("an edited text", {"edited_message": message(text="86", edit_date=2)}, Edited("86")),
    ("a photo", {"message": message(photo=PHOTO, caption="85")}, Unreadable("photo")),
    (
        "a voice",
        {"message": message(voice={"file_id": "v", "file_unique_id": "v", "duration": 1})},
        Unreadable("voice"),
    ),
    ("a file", {"message": message(document={"file_id": "d", "file_unique_id": "d"})}, Unreadable("document")),
    ("a place", {"message": message(location={"latitude": 1.0, "longitude": 2.0})}, Unreadable("location")),
    ("a contact", {"message": message(contact={"phone_number": "0", "first_name": "x"})}, Unreadable("contact")),
    ("a content nobody knows yet", {"message": message(hologram={"x": 1})}, Unreadable("unknown")),
    ("a block", member("kicked"), Blocked(blocked=True)),
    ("an unblock", member("member"), Blocked(blocked=False)),
    ("a group that moved", {"message": message(GROUP, migrate_to_chat_id=-1001)}, Moved("-1001")),
    ("a command in a group", {"message": message(GROUP, text="/tonghop@TuCham_Bot")}, Typed("/tonghop")),
    ("a text in a group", {"message": message(GROUP, text="AB12-CD34")}, Typed("AB12-CD34")),
]
NOTHING: list[tuple[str, dict[str, Any]]] = [
    ("a command for another bot of the group", {"message": message(GROUP, text="/help@other_bot")}),
    ("a photo in a group", {"message": message(GROUP, photo=PHOTO)}),
    ("an edit in a group", {"edited_message": message(GROUP, text="x", edit_date=2)}),
    ("being thrown out of a group", member("kicked", GROUP)),
    ("a post in a channel", {"channel_post": message(CHANNEL, text="x")}),
    ("a message in a channel", {"message": message(CHANNEL, text="x")}),
    ("a pinned message", {"message": message(pinned_message=message(text="x"))}),
    ("a game", press(data=None, game_short_name="g")),
    ("an update nobody knows yet", {"telepathy": {"thought": "x"}}),
    ("an update with nothing in it", {}),
]


@pytest.mark.parametrize(("body", "event"), [row[1:] for row in EVENTS], ids=[row[0] for row in EVENTS])
def test_it_is_read(body: dict[str, Any], event: Event) -> None:
    incoming = read(body)
    assert incoming is not None
    assert incoming.event == event
    assert (incoming.channel, incoming.bot, incoming.update_key) == ("telegram", "1", "55")


@pytest.mark.parametrize("body", [row[1] for row in NOTHING], ids=[row[0] for row in NOTHING])
def test_it_concerns_nobody(body: dict[str, Any]) -> None:
    assert read(body) is None


def test_who_writes_and_where_is_told() -> None:
    private = read({"message": message(text="x")})
    group = read({"message": message(GROUP, text="x")})
    assert private is not None
    assert group is not None
    assert (private.address, private.chat_kind, private.display_name) == ("1001", "private", "Nguyễn Thị Lan")
    assert (group.address, group.chat_kind, dict(group.extra)) == ("-400", "group", {"group": "Sở TTTT", "by": "1001"})


def test_whoever_takes_another_name_is_called_by_it() -> None:
    names = []
    for name in ("Thị Lan", "Thị Mai", "Thị Lan"):
        event = read({"message": message(text="x") | {"from": LAN | {"last_name": name}}})
        names.append(event.display_name if event else None)
    assert names == ["Nguyễn Thị Lan", "Nguyễn Thị Mai", "Nguyễn Thị Lan"]


@pytest.mark.parametrize(
    "body",
    [
        {"message": {"text": "no chat"}},
        {"message": message(photo=PHOTO, date="yesterday")},
        {"message": message(text=["x"])},
        {"message": message(text="x") | {"from": {"id": "Lan"}}},
        {"message": message(text="x") | {"chat": "1001"}},
        {"message": message(text="x") | {"from": LAN | {"id": [1]}}},
        {"callback_query": "q1"},
        press(id=5),
        press(data=5),
        {"callback_query": {"id": "q"}},
        press(message={"message_id": 7}),
        press(message={"message_id": "7", "chat": PRIVATE}),
        press(message="not a message"),
    ],
)
def test_what_cannot_be_read_is_an_error(body: dict[str, Any]) -> None:
    with pytest.raises((ValidationError, TypeError, KeyError)):
        read(body)


@pytest.mark.parametrize(
    ("body", "lane"),
    [
        ({"message": message(text="x")}, "1001"),
        (press(), "1001"),
        (press(message=None), "1001"),
        (member("kicked", GROUP), "-400"),
        ({"message": "rubbish"}, ""),
        ({"message": {"chat": 5}}, ""),
    ],
)
def test_updates_of_one_chat_share_a_lane_whatever_their_kind(body: dict[str, Any], lane: str) -> None:
    assert lane_of({"update_id": 1, **body}) == lane
