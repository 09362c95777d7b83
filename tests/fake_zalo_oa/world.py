"""The state behind the fake platform: people and what stands in their chats, files, and a clock that can be moved."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
DAY_S = 86_400.0


class ApiError(Exception):
    """The platform says no."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"{code} {said}")
        self.code = code
        self.said = said


@dataclass(slots=True)
class Shown:
    """One message of the account in a person's chat."""

    message_id: str
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    file: Upload | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was brought to the platform."""

    kind: str
    name: str
    media: str
    content: bytes


@dataclass(slots=True)
class Person:
    """Somebody with Zalo. `last_at` is when they last did something the account hears of."""

    world: World
    id: str
    follows: bool = True
    last_at: float | None = None
    chat: list[Shown] = field(default_factory=list)

    def write(self, text: str) -> str:
        """Write to the account; returns the message's id."""
        return self.say("user_send_text", {"text": text})

    def press(self, title: str) -> str:
        """Press a button of the last message that has one of this title: its payload appears as a text."""
        for shown in reversed(self.chat):
            for label, payload in shown.buttons:
                if label == title:
                    return self.write(payload)
        raise AssertionError(f"no button {title!r}")

    def send_file(self, name: str, content: bytes, text: str = "") -> str:
        """Send a document."""
        url = self.world.host(content)
        payload = {"url": url, "name": name, "size": str(len(content)), "checksum": "", "type": name.rpartition(".")[2]}
        return self.say("user_send_file", {"text": text, "attachments": [{"type": "file", "payload": payload}]})

    def send_image(self, content: bytes, text: str = "") -> str:
        """Send a picture."""
        url = self.world.host(content)
        attachment = {"type": "image", "payload": {"url": url, "thumbnail": url}}
        return self.say("user_send_image", {"text": text, "attachments": [attachment]})

    def say(self, event_name: str, message: Json) -> str:
        """Send anything."""
        message_id = self.world.new_id()
        self._did()
        self.world.emit(event_name, self.id, message={"msg_id": message_id, **message}, sender={"id": self.id})
        return message_id

    def follow(self) -> None:
        """Follow the account."""
        self.follows = True
        self._did()
        self.world.emit("follow", self.id, follower={"id": self.id}, source="oa_profile", oa_id=self.world.oa_id)

    def unfollow(self) -> None:
        """Follow it no more."""
        self.follows = False
        self.world.emit("unfollow", self.id, follower={"id": self.id}, source="oa_profile", oa_id=self.world.oa_id)

    def _did(self) -> None:
        self.last_at = self.world.clock()


class World:
    """Everything the platform knows. `events` takes what goes to the webhook: whose it is, and the body."""

    def __init__(self, app_id: str, oa_id: str = "579745863508352884") -> None:
        self.app_id = app_id
        self.oa_id = oa_id
        self.people: dict[str, Person] = {}
        self.uploads: dict[str, Upload] = {}
        self.hosted: dict[str, bytes] = {}
        self.violations: list[str] = []
        self.later_s = 0.0
        self.base_url = ""
        self.events: Callable[[str, Json], None] = lambda _who, _body: None
        self._numbers = itertools.count(1)

    def clock(self) -> float:
        """The platform's time, in seconds since 1970; `later_s` moves it."""
        return time.time() + self.later_s  # noqa: TID251 - the platform has a clock of its own

    def new_id(self) -> str:
        """A fresh opaque id."""
        return f"{next(self._numbers):04x}a8f3e6b1"

    def person(self, *, follows: bool = True, wrote: bool = True) -> Person:
        """A new person; one who `wrote` may be written to."""
        made = Person(self, f"48{next(self._numbers):017d}", follows, self.clock() if wrote else None)
        self.people[made.id] = made
        return made

    def host(self, content: bytes) -> str:
        """Put what somebody sends where the account can fetch it."""
        name = f"f{next(self._numbers)}"
        self.hosted[name] = content
        return f"{self.base_url}/media/{name}"

    def emit(self, event_name: str, who: str, **more: Any) -> None:
        """Bring an event to the webhook."""
        body = {
            "app_id": self.app_id,
            "user_id_by_app": f"by-app-{who}",
            "recipient": {"id": self.oa_id},
            "event_name": event_name,
            "timestamp": str(round(self.clock() * 1000)),
            **more,
        }
        self.events(who, body)
