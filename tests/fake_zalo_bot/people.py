"""People on the fake platform: what they send becomes events, what the bot sends them stands in their chat."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

_numbers = count(1)


def opaque(kind: str) -> str:
    """An id as the platform makes them: twenty hexadecimal digits that say nothing."""
    return hashlib.sha256(f"{kind}{next(_numbers)}".encode()).hexdigest()[:20]


class Post(Protocol):
    """The platform, as people see it."""

    picture_field: str
    pictures: dict[str, bytes]

    @property
    def base_url(self) -> str:
        """Where it answers."""
        ...

    def bring(self, event: dict[str, Any]) -> None:
        """Hand an event to the bot, by poll or by webhook."""


@dataclass(frozen=True, slots=True)
class Message:
    """What the bot sent."""

    id: str
    text: str


@dataclass
class Person:
    """Somebody with the Zalo app. Nobody can be written to before they wrote first (`started`)."""

    platform: Post
    name: str
    id: str = field(default_factory=lambda: opaque("person"))
    started: bool = False
    blocked: bool = False
    messages: list[Message] = field(default_factory=list)

    @property
    def said(self) -> list[str]:
        """What the bot said in this chat, as people see it."""
        return [message.text for message in self.messages]

    def write(self, text: str, *, group: str = "") -> str:
        """Send a text, in a group if one is named; the message's id."""
        return self._send("message.text.received", {"text": text}, group)

    def send_picture(self, content: bytes, caption: str = "", *, group: str = "") -> str:
        """Send a picture; the platform serves its bytes."""
        name = opaque("picture")
        self.platform.pictures[name] = content
        return self.send_picture_at(f"{self.platform.base_url}/pictures/{name}.jpg", caption, group=group)

    def send_picture_at(self, url: str, caption: str = "", *, group: str = "") -> str:
        """Send a picture that lies anywhere."""
        shown = {self.platform.picture_field: url} | ({"caption": caption} if caption else {})
        return self._send("message.image.received", shown, group)

    def send_sticker(self) -> str:
        """Send a sticker."""
        return self._send("message.sticker.received", {"sticker": "0e078a2de86881", "url": "https://x.example/s.png"})

    def send_voice(self) -> str:
        """Send a voice message."""
        return self._send("message.voice.received", {"voice_url": "https://x.example/v.aac"})

    def send_document(self, *, with_message: bool = True) -> str:
        """Send a file, which the platform brings as unsupported: with a message that holds nothing, or with none."""
        self.started = True
        if with_message:
            return self._send("message.unsupported.received", {})
        self.platform.bring({"event_name": "message.unsupported.received"})
        return ""

    def block(self) -> None:
        """Let the bot write here no more; it hears nothing of it."""
        self.blocked = True

    def _send(self, event_name: str, content: dict[str, Any], group: str = "") -> str:
        self.started = True
        message_id = opaque("message")
        chat = {"id": group or self.id, "chat_type": "GROUP" if group else "PRIVATE"}
        writer = {"id": self.id, "display_name": self.name, "is_bot": False}
        at = 1_750_316_131_602 + next(_numbers)
        message = {"from": writer, "chat": chat, **content, "message_id": message_id, "date": at}
        self.platform.bring({"message": message, "event_name": event_name})
        return message_id
