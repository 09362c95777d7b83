"""From one raw event to what people did; what concerns nobody becomes nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.aside import digest_key, sound
from bot.channels.contract import Capabilities
from bot.conversation.events import Blocked, Incoming, PersonEvent, Pressed, Typed, Unreadable
from bot.conversation.presses import decode as decode_press

CHANNEL = "zalo_oa"
GREETING = "/start"
LONGEST = 200
"""Characters of an id of the platform's; what is longer is none."""
_SENT = "user_send_"
_KINDS = {
    "image": "photo",
    "gif": "animation",
    "file": "document",
    "sticker": "sticker",
    "audio": "audio",
    "video": "video",
    "location": "location",
    "link": "link",
    "business_card": "contact",
}
_FETCHED = frozenset({"image", "gif", "file"})
_FOLLOWING = frozenset({"follow", "unfollow"})


@dataclass(frozen=True, slots=True)
class Attached:
    """A file where the platform says it lies; `name` is "" where it has none, `size` 0 where it is not told."""

    url: str
    name: str
    size: int
    caption: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """What was done, and the file that was sent; the event then says only what cannot be read, for whoever may not
    file."""

    incoming: Incoming
    attached: Attached | None = None


def decode(raw: Mapping[str, Any], *, bot: str, can: Capabilities) -> tuple[Decoded, ...]:
    """Read one event; several files in it are several things done. Raises ValueError when it cannot be read."""
    name = _string(raw, "event_name")
    if name in _FOLLOWING:
        address = _id(raw.get("follower") or raw.get("sender"))
        event: PersonEvent = Typed(GREETING) if name == "follow" else Blocked(blocked=True)
        return (Decoded(_incoming(bot, can, _key(raw, address), address, event)),)
    if not name.startswith(_SENT):
        return ()
    message = _object(raw, "message")
    address = _id(raw.get("sender"))
    key = _message_id(message) or _key(raw, address)
    read = tuple(_read(name.removeprefix(_SENT), message))
    return tuple(
        Decoded(_incoming(bot, can, key if at == 0 else f"{key}#{at}", address, event), attached)
        for at, (event, attached) in enumerate(read)
    )


def key_of(raw: Mapping[str, Any]) -> str:
    """By what an event is known, however little of it can be read."""
    message = raw.get("message")
    found = _message_id(message) if isinstance(message, dict) else ""
    return found or digest_key(raw)


def lane_of(raw: Mapping[str, Any]) -> str:
    """Whose event it is; what one person did is taken in order."""
    for place in ("sender", "follower"):
        who = raw.get(place)
        if isinstance(who, dict) and isinstance(who.get("id"), str):
            return str(who["id"])
    return ""


def timestamp_of(raw: object) -> str:
    """The event's own timestamp, as it goes into the signature."""
    told = raw.get("timestamp") if isinstance(raw, dict) else None
    return str(told) if isinstance(told, str | int) and not isinstance(told, bool) else ""


def _incoming(bot: str, can: Capabilities, key: str, address: str, event: PersonEvent) -> Incoming:
    return Incoming(CHANNEL, bot, key, address, event, plain=can.plain, takes_files=can.files_in)


def _read(kind: str, message: Mapping[str, Any]) -> Iterator[tuple[PersonEvent, Attached | None]]:
    text = message.get("text")
    words = unicodedata.normalize("NFC", sound(text)) if isinstance(text, str) else ""
    if kind == "text":
        if not isinstance(text, str):
            raise ValueError("message.text: missing")
        yield _said(words), None
    elif kind == "link" and words.strip():  # a text with an address in it; the card beside it says no more
        yield Typed(words), None
    elif kind in _FETCHED and (files := _files(message)):
        for at, file in enumerate(files):
            yield Unreadable(_KINDS[kind]), _attached(file, words if at == 0 else "")
    else:
        yield Unreadable(_KINDS.get(kind, "unknown")), None


def _said(words: str) -> PersonEvent:
    """A text; one that is to the letter what a button of ours carries is that button."""
    return Pressed(words) if decode_press(words) is not None else Typed(words)


def _files(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    told = message.get("attachments")
    attachments = told if isinstance(told, list) else []
    payloads = [one.get("payload") for one in attachments if isinstance(one, dict)]
    return [one for one in payloads if isinstance(one, dict) and isinstance(one.get("url"), str) and one["url"]]


def _attached(payload: Mapping[str, Any], caption: str) -> Attached:
    name, size = payload.get("name"), payload.get("size")
    told = int(size) if isinstance(size, str) and size.isascii() and size.isdecimal() and len(size) < 16 else size
    number = told if isinstance(told, int) and told > 0 else 0
    return Attached(payload["url"], sound(name) if isinstance(name, str) else "", number, caption)


def _key(raw: Mapping[str, Any], address: str) -> str:
    """A key for an event that brought none."""
    return f"{_string(raw, 'event_name')}:{timestamp_of(raw)}:{address}"


def _message_id(message: Mapping[str, Any]) -> str:
    found = message.get("msg_id")
    return sound(found) if isinstance(found, str) and 0 < len(found) <= LONGEST else ""


def _id(who: object) -> str:
    found = who.get("id") if isinstance(who, dict) else None
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST:
        raise ValueError("id: missing")
    return sound(found)


def _object(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = raw.get(name)
    if isinstance(found, dict):
        return found
    raise ValueError(f"{name}: missing")


def _string(raw: Mapping[str, Any], name: str) -> str:
    found = raw.get(name)
    if not isinstance(found, str) or not found:
        raise ValueError(f"{name}: missing")
    return found
