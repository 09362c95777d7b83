"""From one raw update to what a person did; what concerns nobody becomes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.channels.aside import sound
from bot.channels.contract import Capabilities
from bot.channels.telegram.library import Chat, ChatMemberUpdated, ContentType, Message, Update, User
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
MOST_KNOWN = 4096
"""Of so many people and chats it is remembered how the platform describes them: the same with each update."""
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


def decode(raw: Mapping[str, Any], *, channel: str, bot: str, bot_name: str | None, can: Capabilities) -> Decoded:
    """Read one update. Raises ValueError (pydantic's too), TypeError or KeyError when it cannot be read.

    Of a press and of a text only what we need is read: nearly all updates are one or the other, and to read them whole
    takes three times as long.
    """
    number, query, message = raw.get("update_id"), raw.get("callback_query"), raw.get("message")
    if not isinstance(number, int):
        raise TypeError("an update has a number")
    callback_id = None
    if query is not None:
        callback_id, read = _read_press(query)
    elif isinstance(message, dict) and message.get("text") and "migrate_to_chat_id" not in message:
        read = _read_text(message, bot_name)
    else:
        read = _read(Update.model_validate(raw))
    if read is None:
        return Decoded(None, callback_id)
    in_group = read.chat.type in {"group", "supergroup"}
    incoming = Incoming(
        channel=channel,
        bot=bot,
        update_key=str(number),
        address=str(read.chat.id),
        event=read.event,
        chat_kind="group" if in_group else "private",
        display_name=sound(read.by.full_name) if read.by else "",
        plain=can.plain,
        takes_files=can.files_in,
        extra={"group": sound(read.chat.title or ""), "by": str(read.by.id) if read.by else ""} if in_group else {},
    )
    return Decoded(incoming, callback_id, read.attached)


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


def _read_press(query: Any) -> tuple[str, _Read | None]:
    """The id by which a press wants to be acknowledged, and the press; a game's has nothing to say."""
    callback_id, data, message = _str(query["id"]), query.get("data"), query.get("message")
    by = _user(query.get("from"))
    if data is None:
        return callback_id, None
    press = sound(_str(data))
    if message is None:  # too old for the platform to say where it stood: the person's own chat
        return callback_id, _Read(Chat(id=by.id, type="private"), by, Pressed(press))
    number = message["message_id"]
    if not isinstance(number, int):
        raise TypeError("a message has a number")
    return callback_id, _Read(_chat(message["chat"]), by, Pressed(press, str(number)))


def _read_text(message: Mapping[str, Any], bot_name: str | None) -> _Read | None:
    chat, by = _chat(message.get("chat")), message.get("from")
    text = _addressed(_str(message["text"]), bot_name, in_group=chat.type != "private")
    if chat.type == "channel" or text is None:
        return None
    return _Read(chat, None if by is None else _user(by), Typed(sound(text)))


def _user(told: Any) -> User:
    try:
        return _known_user(tuple(told.items()))
    except (AttributeError, TypeError):  # nothing to look up by: let pydantic say what is wrong with it
        return User.model_validate(told)


def _chat(told: Any) -> Chat:
    try:
        return _known_chat(tuple(told.items()))
    except (AttributeError, TypeError):
        return Chat.model_validate(told)


@lru_cache(maxsize=MOST_KNOWN)
def _known_user(told: tuple[tuple[str, Any], ...]) -> User:
    return User.model_validate(dict(told))


@lru_cache(maxsize=MOST_KNOWN)
def _known_chat(told: tuple[tuple[str, Any], ...]) -> Chat:
    return Chat.model_validate(dict(told))


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is wanted here")
    return value


def _read(update: Update) -> _Read | None:
    """What is neither a press nor a text."""
    if update.message is not None:
        return _read_message(update.message)
    if update.edited_message is not None:
        return _read_edit(update.edited_message)
    if update.my_chat_member is not None:
        return _read_membership(update.my_chat_member)
    return None


def _read_message(message: Message) -> _Read | None:
    chat, by = message.chat, message.from_user
    if chat.type == "channel":
        return None
    if message.migrate_to_chat_id is not None:
        return _Read(chat, by, Moved(str(message.migrate_to_chat_id)))
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
