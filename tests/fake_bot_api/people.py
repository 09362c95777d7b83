"""People as a test moves them: they write, press, edit, block, meet in groups, and wait for the bot."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fake_bot_api.chats import Chat, Document, Message, Shown
from fake_bot_api.entities import utf16_length
from fake_bot_api.markup import Button
from fake_bot_api.press import Press
from fake_bot_api.requests import Upload

if TYPE_CHECKING:
    from fake_bot_api.world import World

Json = dict[str, Any]
Wanted = str | Callable[[Shown], bool]

PHOTO = {"photo": [{"file_id": "photo-1", "file_unique_id": "p1", "width": 90, "height": 90, "file_size": 1200}]}
VOICE = {"voice": {"file_id": "voice-1", "file_unique_id": "v1", "duration": 3, "mime_type": "audio/ogg"}}
STICKER = {
    "sticker": {
        "file_id": "sticker-1",
        "file_unique_id": "s1",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    }
}


class User:
    """One person. What they do is queued at once; `expect` waits for what the bot shows them."""

    def __init__(self, world: "World", name: str, user_id: int) -> None:
        self.world = world
        self.id = user_id
        self.name = name
        self.chat = Chat(user_id, "private", name)
        self._seen = 0
        world.chats[user_id] = self.chat

    @property
    def json(self) -> Json:
        """The person as a User object."""
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": "vi"}

    def send(self, text: str, *, chat: Chat | None = None, update_id: int | None = None) -> int:
        """Write a text; return the id of the update."""
        body: Json = {"text": text}
        if text.startswith("/"):
            length = utf16_length(text.split(maxsplit=1)[0])
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self.send_raw(body, chat=chat, update_id=update_id)

    def send_photo(self, caption: str = "", content: bytes | None = None) -> int:
        """Send a picture; without content it is one that the platform does not find again."""
        said: Json = {"caption": caption} if caption else {}
        if content is None:
            return self.send_raw(PHOTO | said)
        kept = self.world.keep_file(Upload("", content))
        sizes = [PHOTO["photo"][0], {**_file_json(kept), "width": 1280, "height": 960}]
        return self.send_raw({"photo": sizes} | said)

    def send_voice(self) -> int:
        """Send a voice message."""
        return self.send_raw(VOICE)

    def send_sticker(self) -> int:
        """Send a sticker."""
        return self.send_raw(STICKER)

    def send_document(self, name: str = "minh-chung.pdf", content: bytes | None = None, caption: str = "") -> int:
        """Send a file; without content it is one that the platform does not find again."""
        said: Json = {"caption": caption} if caption else {}
        if content is None:
            return self.send_raw({"document": {"file_id": "doc-1", "file_unique_id": "d1", "file_name": name}} | said)
        kept = self.world.keep_file(Upload(name, content))
        return self.send_raw({"document": {**_file_json(kept), "file_name": name}} | said)

    def send_raw(self, content: Json, *, chat: Chat | None = None, update_id: int | None = None) -> int:
        """Send a message with any content; return the id of the update."""
        place = chat or self.chat
        if place is self.chat:
            place.started = True
        number, now = self.world.next_number(), self.world.today()
        message = Message(number, place.id, now, from_bot=False, history=[_as_shown(place, number, content)])
        message.extra = {"from": self.json, **content}
        place.add(message)
        self._look_away()
        return self.world.updates.push({"message": self.world.message_json(message)}, place.id, update_id)

    def edit_message(self, text: str, message: Message | None = None) -> int:
        """Change an own text, the last one unless named; return the id of the update."""
        mine = message or next(m for m in reversed(self.chat.messages) if not m.from_bot)
        mine.extra["text"] = text
        mine.history.append(_as_shown(self.chat, mine.id, mine.extra))
        self._look_away()
        body = self.world.message_json(mine) | {"edit_date": self.world.today()}
        return self.world.updates.push({"edited_message": body}, mine.chat_id)

    def press(self, button: Button, *, inaccessible: bool = False, update_id: int | None = None) -> Press:
        """Tap a button, live or stale; `inaccessible` sends a message too old to be shown."""
        chat = self.world.chats[button.chat_id]
        message = chat.find(button.message_id)
        place: Json = {"message_id": button.message_id, "chat": chat.json, "date": 0}
        if message is not None and not inaccessible:
            place = self.world.message_json(message)
        query = f"{self.id}{self.world.next_number():09d}"
        body = {"id": query, "from": self.json, "chat_instance": str(chat.id), "data": button.data, "message": place}
        self._look_away()
        number = self.world.updates.push({"callback_query": body}, chat.id, update_id)
        press = Press(query, number, button, self.world.callback_lifetime)
        self.world.presses[query] = press
        return press

    def block(self) -> int:
        """Block the bot: it is told, and may no longer write."""
        self.chat.blocked = True
        return self._tell_member("member", "kicked")

    def unblock(self) -> int:
        """Let the bot write again."""
        self.chat.blocked = False
        return self._tell_member("kicked", "member")

    def _tell_member(self, old: str, new: str) -> int:
        return self.world.updates.push(member_change(self.world, self, self.chat, old, new), self.chat.id)

    def _look_away(self) -> None:
        self._seen = self.chat.shown[-1].seq if self.chat.shown else 0

    async def expect(self, wanted: Wanted = "", within: float = 10.0, since: int | None = None) -> Shown:
        """Wait for a bot message or edit in the private chat that satisfies `wanted` (a string: contains it).

        Only what came after the last act of this person and after the last `expect` counts, unless `since` names
        the `seq` of an earlier Shown. Raise SilenceError after `within` seconds.
        """
        after = self._seen if since is None else since
        found = await self.chat.pulse.until(
            lambda: next((s for s in _newer(self.chat, after) if _fits(s, wanted)), None),
            within,
            lambda: f"{self.name} waited for {wanted!r}, saw {[s.text[:300] for s in _newer(self.chat, after)]}",
        )
        self._seen = found.seq
        return found

    def has_seen(self, shown: Shown) -> None:
        """Count everything up to here as read."""
        self._seen = max(self._seen, shown.seq)

    def unread(self) -> list[Shown]:
        """What the bot has shown since the last act or `expect`."""
        return list(_newer(self.chat, self._seen))


class Group:
    """A group chat; its messages come from its members."""

    def __init__(self, world: "World", title: str, chat_id: int, members: list[User]) -> None:
        self.world = world
        self.members = members
        self.chat = Chat(chat_id, "group", title)
        world.chats[chat_id] = self.chat

    def add_bot(self, by: User) -> int:
        """A member brings the bot in."""
        self.chat.started, self.chat.blocked = True, False
        return self.world.updates.push(member_change(self.world, by, self.chat, "left", "member"), self.chat.id)

    def remove_bot(self, by: User) -> int:
        """A member throws the bot out."""
        self.chat.blocked = True
        return self.world.updates.push(member_change(self.world, by, self.chat, "member", "kicked"), self.chat.id)

    def send(self, by: User, text: str) -> int:
        """A member writes."""
        return by.send(text, chat=self.chat)

    def migrate(self) -> "Group":
        """The group becomes a supergroup with another id; the bot is told in the old chat."""
        new = Group(self.world, self.chat.title, self.chat.id - 1_000_000_000_000, self.members)
        new.chat.kind, new.chat.started = "supergroup", True
        self.chat.moved_to = new.chat.id
        service = {"message_id": self.world.next_number(), "date": self.world.today(), "chat": self.chat.json}
        self.world.updates.push({"message": service | {"migrate_to_chat_id": new.chat.id}}, self.chat.id)
        return new


def _file_json(kept: Document) -> Json:
    return {"file_id": kept.file_id, "file_unique_id": kept.file_id, "file_size": len(kept.content)}


def member_change(world: "World", by: User, chat: Chat, old: str, new: str) -> Json:
    """The update that tells the bot of its own new state in a chat."""
    change = {
        "chat": chat.json,
        "from": by.json,
        "date": world.today(),
        "old_chat_member": _member(world, old),
        "new_chat_member": _member(world, new),
    }
    return {"my_chat_member": change}


def _member(world: "World", status: str) -> Json:
    until = {"until_date": 0} if status == "kicked" else {}
    return {"user": world.bot_json, "status": status, **until}


def _as_shown(chat: Chat, number: int, content: Json) -> Shown:
    text = str(content.get("text", content.get("caption", "")))
    return Shown(0, 0.0, "sent", chat.id, number, text, "")


def _newer(chat: Chat, seq: int) -> list[Shown]:
    newer = []
    for shown in reversed(chat.shown):
        if shown.seq <= seq:
            break
        newer.append(shown)
    return newer[::-1]


def _fits(shown: Shown, wanted: Wanted) -> bool:
    return wanted in shown.text if isinstance(wanted, str) else wanted(shown)
