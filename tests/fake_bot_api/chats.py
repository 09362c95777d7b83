"""What stands in each chat: messages, what people saw of them and when, and the buttons that still live."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from fake_bot_api.markup import Button, Rows
from fake_bot_api.pulse import Pulse

Json = dict[str, Any]
How = Literal["sent", "edited", "buttons"]


@dataclass(frozen=True, slots=True)
class Document:
    """A file that the bot sent; a picture that is shown as one has no name."""

    file_id: str
    name: str
    content: bytes
    is_photo: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One moment of one bot message, as a person saw it; `at` is monotonic seconds."""

    seq: int
    at: float
    how: How
    chat_id: int
    message_id: int
    text: str
    html: str
    rows: Rows = ()
    document: Document | None = None

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons, row by row."""
        return tuple(button for row in self.rows for button in row)

    @property
    def first_line(self) -> str:
        """The first line as HTML."""
        return self.html.partition("\n")[0]

    def button(self, wanted: str | Callable[[Button], bool]) -> Button:
        """The first button whose label contains `wanted` or that satisfies it; raise LookupError if none."""
        fits: Callable[[Button], bool] = (lambda b: wanted in b.label) if isinstance(wanted, str) else wanted
        for button in self.buttons:
            if fits(button):
                return button
        raise LookupError(f"no such button: {wanted!r} among {[b.label for b in self.buttons]}")


@dataclass(slots=True)
class Message:
    """A message of the bot or of a person; `history` holds every state, the last one stands."""

    id: int
    chat_id: int
    date: int
    from_bot: bool
    history: list[Shown]
    extra: Json = field(default_factory=dict)
    deleted: bool = False

    @property
    def now(self) -> Shown:
        """The state that stands."""
        return self.history[-1]

    @property
    def text(self) -> str:
        """Plain text."""
        return self.now.text

    @property
    def html(self) -> str:
        """Text as HTML."""
        return self.now.html

    @property
    def buttons(self) -> list[list[tuple[str, str | None]]]:
        """Rows of (label, data)."""
        return [[(button.label, button.data) for button in row] for row in self.now.rows]

    @property
    def edits(self) -> list[Shown]:
        """The states after the first."""
        return self.history[1:]


@dataclass(slots=True)
class Chat:
    """A private chat or a group, with the bot in it or not."""

    id: int
    kind: Literal["private", "group", "supergroup"]
    title: str
    started: bool = False
    blocked: bool = False
    moved_to: int | None = None
    messages: list[Message] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    pulse: Pulse = field(default_factory=Pulse)
    _by_id: dict[int, Message] = field(default_factory=dict)

    @property
    def json(self) -> Json:
        """The chat as the Bot API writes it."""
        name = "first_name" if self.kind == "private" else "title"
        return {"id": self.id, "type": self.kind, name: self.title}

    @property
    def last(self) -> Message | None:
        """The newest message that stands."""
        return next((m for m in reversed(self.messages) if not m.deleted), None)

    def add(self, message: Message) -> None:
        """Put a new message below the others."""
        self.messages.append(message)
        self._by_id[message.id] = message
        if message.from_bot:
            self.show(message.now)

    def show(self, shown: Shown) -> None:
        """Let the people in the chat see a new or changed bot message."""
        self.shown.append(shown)
        self.pulse.beat()

    def find(self, message_id: int) -> Message | None:
        """The message, unless it never was or is deleted."""
        message = self._by_id.get(message_id)
        return None if message is None or message.deleted else message

    def live_buttons(self) -> list[Button]:
        """Every call-back button that can be pressed now, oldest message first."""
        return [
            button
            for message in self.messages
            if message.from_bot and not message.deleted
            for button in message.now.buttons
            if button.data is not None
        ]

    def from_bot(self) -> list[Message]:
        """The bot's messages that stand, oldest first."""
        return [message for message in self.messages if message.from_bot and not message.deleted]
