"""From one raw event to what a person did; what concerns nobody becomes nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.channels.aside import digest_key, sound
from bot.channels.contract import Capabilities
from bot.conversation.events import Incoming, PersonEvent, Typed, Unreadable

TEXT, IMAGE = "message.text.received", "message.image.received"
_UNREADABLE = {
    IMAGE: "photo",
    "message.sticker.received": "sticker",
    "message.voice.received": "voice",
    "message.unsupported.received": "unsupported",
}
"""What came, as the event Unreadable names it. "Unsupported" are files of every kind, and, by law, whatever certain
people send."""


class _FromOutside(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class _Chat(_FromOutside):
    id: str = Field(min_length=1)
    chat_type: str = "PRIVATE"


class _Writer(_FromOutside):
    id: str = ""
    display_name: str | None = None
    is_bot: bool = False


class _Message(_FromOutside):
    chat: _Chat
    writer: _Writer = Field(default_factory=_Writer, alias="from")
    message_id: str = ""
    text: str | None = None
    photo: str | None = None
    photo_url: str | None = None
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the platform names it, and what was written beside it."""

    url: str
    caption: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """An event as read: what was done, if anything, and the picture that was sent; `incoming` then says only what
    cannot be read, for whoever may not file."""

    incoming: Incoming | None
    picture: Picture | None = None


def decode(raw: object, *, channel: str, bot: str, can: Capabilities) -> Decoded:
    """Read one event, bare or in its envelope. Raises ValueError, pydantic's included, when it cannot be read."""
    event = _bare(raw)
    name = event.get("event_name")
    if not isinstance(name, str):
        raise ValueError("an event has a name")  # noqa: TRY004 - whoever calls expects one kind of error
    if name != TEXT and name not in _UNREADABLE:
        return Decoded(None)  # the platform invents new ones
    if name not in {TEXT, IMAGE} and not lane_of(event):
        return Decoded(None)  # it does not say who sent it: there is nobody to answer
    message = _Message.model_validate(event.get("message"))
    in_group = message.chat.chat_type.upper() != "PRIVATE"
    if message.writer.is_bot or (in_group and name != TEXT):
        return Decoded(None)
    incoming = Incoming(
        channel=channel,
        bot=bot,
        update_key=f"{name}:{sound(message.message_id) or digest_key(event)}",
        address=sound(message.chat.id),
        event=_event(name, message),
        chat_kind="group" if in_group else "private",
        display_name=sound(message.writer.display_name or ""),
        plain=can.plain,
        takes_files=can.files_in,
        extra={"group": "", "by": sound(message.writer.id)} if in_group else {},
    )
    return Decoded(incoming, _picture(name, message))


def lane_of(raw: object) -> str:
    """Say which chat a raw event belongs to, whatever its kind; events of one chat are taken in order."""
    try:
        found = _bare(raw)["message"]["chat"]["id"]
    except (ValueError, KeyError, TypeError):
        return ""
    return "" if found is None else str(found)


def _bare(raw: object) -> Mapping[str, Any]:
    """The event itself: documented is an envelope `{"ok":true,"result":…}` around it, seen was the event alone."""
    event = raw["result"] if isinstance(raw, dict) and "result" in raw else raw
    if not isinstance(event, dict):
        raise ValueError("an event is an object")  # noqa: TRY004 - see above
    return event


def _event(name: str, message: _Message) -> PersonEvent:
    if name != TEXT:
        return Unreadable(_UNREADABLE[name])
    if message.text is None:
        raise ValueError("a text has words")
    return Typed(_composed(message.text))


def _picture(name: str, message: _Message) -> Picture | None:
    url = message.photo or message.photo_url
    return Picture(url, _composed(message.caption or "")) if name == IMAGE and url else None


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", sound(text))
