"""From one raw update to what a person did; what concerns nobody becomes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.aside import sound
from bot.channels.telegram.library import CallbackQuery, Chat, ChatMemberUpdated, ContentType, Message, Update, User
from bot.conversation.events import Blocked, Edited, Incoming, Moved, PersonEvent, Pressed, Typed, Unreadable

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
_CONTENT = frozenset(
    {
        ContentType.ANIMATION,
        ContentType.AUDIO,
        ContentType.CHECKLIST,
        ContentType.CONTACT,
        ContentType.DICE,
        ContentType.DOCUMENT,
        ContentType.GAME,
        ContentType.LIVE_PHOTO,
        ContentType.LOCATION,
        ContentType.PAID_MEDIA,
        ContentType.PHOTO,
        ContentType.POLL,
        ContentType.STICKER,
        ContentType.STORY,
        ContentType.UNKNOWN,  # what the platform invents next: better answered than ignored
        ContentType.VENUE,
        ContentType.VIDEO,
        ContentType.VIDEO_NOTE,
        ContentType.VOICE,
    }
)
_COMMAND = re.compile(r"^(/\w+)@(\w+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Attached:
    """A document or photo as the platform names it; `name` is "" where it has none, `size` 0 where it is not told."""

    file_id: str
    unique_id: str
    name: str
    size: int
    caption: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """An update as read: what was done, if anything, the press that waits to be acknowledged, and the file that was
    sent; the event then says only what cannot be read, for whoever may not file."""

    incoming: Incoming | None
    callback_id: str | None = None
    attached: Attached | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """What was done, in which chat and by whom."""

    chat: Chat
    by: User | None
    event: PersonEvent
    attached: Attached | None = None


def decode(raw: Mapping[str, Any], *, channel: str, bot: str, bot_name: str | None) -> Decoded:
    """Read one update. Raises ValueError, pydantic's included, or TypeError when it cannot be read."""
    bare, pressed = _set_apart(raw)
    update = Update.model_validate(bare)
    read = _read(update, pressed, bot_name)
    callback_id = update.callback_query.id if update.callback_query else None
    if read is None:
        return Decoded(None, callback_id)
    in_group = read.chat.type in {"group", "supergroup"}
    incoming = Incoming(
        channel=channel,
        bot=bot,
        update_key=str(update.update_id),
        address=str(read.chat.id),
        event=read.event,
        chat_kind="group" if in_group else "private",
        display_name=sound(read.by.full_name) if read.by else "",
        extra={"group": sound(read.chat.title or ""), "by": str(read.by.id) if read.by else ""} if in_group else {},
    )
    return Decoded(incoming, callback_id, read.attached)


def _set_apart(raw: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
    """The update without the pressed message, and that message: it is our own, and to read it whole takes longer than
    all the rest."""
    query = raw.get("callback_query")
    message = query.get("message") if isinstance(query, dict) else None
    if not isinstance(query, dict) or not isinstance(message, dict):
        return raw, None
    bare = {name: value for name, value in query.items() if name != "message"}
    return {**raw, "callback_query": bare}, message


def lane_of(raw: Mapping[str, Any]) -> str:
    """Say which chat a raw update belongs to, whatever its kind; updates of one chat are taken in order."""
    for kind in raw.values():
        if isinstance(kind, dict):
            for place in (kind, kind.get("message")):
                if isinstance(place, dict) and isinstance(place.get("chat"), dict):
                    return str(place["chat"].get("id"))
            if isinstance(kind.get("from"), dict):
                return str(kind["from"].get("id"))
    return ""


def _read(update: Update, pressed: Mapping[str, Any] | None, bot_name: str | None) -> _Read | None:
    if update.callback_query is not None:
        return _read_press(update.callback_query, pressed)
    if update.message is not None:
        return _read_message(update.message, bot_name)
    if update.edited_message is not None:
        return _read_edit(update.edited_message)
    if update.my_chat_member is not None:
        return _read_membership(update.my_chat_member)
    return None


def _read_press(query: CallbackQuery, message: Mapping[str, Any] | None) -> _Read | None:
    if query.data is None:
        return None
    press = sound(query.data)
    if message is None:  # too old for the platform to say where it stood: the person's own chat
        return _Read(Chat(id=query.from_user.id, type="private"), query.from_user, Pressed(press))
    number = message.get("message_id")
    if not isinstance(number, int):
        raise TypeError("a message has a number")
    return _Read(Chat.model_validate(message.get("chat")), query.from_user, Pressed(press, str(number)))


def _read_message(message: Message, bot_name: str | None) -> _Read | None:
    chat, by = message.chat, message.from_user
    if chat.type == "channel":
        return None
    if message.migrate_to_chat_id is not None:
        return _Read(chat, by, Moved(str(message.migrate_to_chat_id)))
    if message.text:
        text = _addressed(message.text, bot_name, in_group=chat.type != "private")
        return None if text is None else _Read(chat, by, Typed(sound(text)))
    if chat.type == "private" and message.content_type in _CONTENT:
        return _Read(chat, by, Unreadable(str(ContentType(message.content_type).value)), _attached(message))
    return None


def _attached(message: Message) -> Attached | None:
    """The file of a message; of a photo the largest picture, which is the last."""
    caption = sound(message.caption or "")
    if message.content_type == ContentType.DOCUMENT and message.document is not None:
        file = message.document
        return Attached(file.file_id, file.file_unique_id, sound(file.file_name or ""), file.file_size or 0, caption)
    if message.content_type == ContentType.PHOTO and message.photo:
        photo = message.photo[-1]
        return Attached(photo.file_id, photo.file_unique_id, "", photo.file_size or 0, caption)
    return None


def _addressed(text: str, bot_name: str | None, *, in_group: bool) -> str | None:
    """Drop `@bot` behind a command; None when the command is for another bot of the group."""
    found = _COMMAND.match(text)
    if found is None:
        return text
    for_another = bot_name is not None and found.group(2).lower() != bot_name.lower()
    return None if in_group and for_another else found.group(1) + text[found.end() :]


def _read_edit(message: Message) -> _Read | None:
    if message.chat.type != "private" or not message.text:
        return None
    return _Read(message.chat, message.from_user, Edited(sound(message.text)))


def _read_membership(change: ChatMemberUpdated) -> _Read | None:
    if change.chat.type != "private":
        return None
    return _Read(change.chat, change.from_user, Blocked(change.new_chat_member.status in {"kicked", "left"}))
