"""The state behind the fake platform: chats, updates, open queries, the log; and what changes them."""

import itertools
import time
from collections.abc import Callable
from typing import Any

from fake_bot_api.acts import ActLog
from fake_bot_api.chats import Chat, Document, How, Message, Shown
from fake_bot_api.entities import Entity, Styled
from fake_bot_api.errors import BLOCKED, CHAT_NOT_FOUND, KICKED, NOT_MODIFIED, ApiError, bad_request
from fake_bot_api.limits import Limits
from fake_bot_api.markup import Rows
from fake_bot_api.press import Press
from fake_bot_api.pulse import Pulse
from fake_bot_api.requests import Upload
from fake_bot_api.updates import UpdateQueue

Json = dict[str, Any]


class World:
    """Everything the platform knows. `callback_lifetime` is in seconds."""

    def __init__(self, token: str, *, callback_lifetime: float = 15.0, limits: Limits | None = None) -> None:
        self.token = token
        self.bot_id = int(token.partition(":")[0])
        self.username = "tucham_test_bot"
        self.callback_lifetime = callback_lifetime
        self.limits = limits or Limits()
        self.chats: dict[int, Chat] = {}
        self.updates = UpdateQueue()
        self.presses: dict[str, Press] = {}
        self.files: dict[str, Document] = {}
        self.log = ActLog()
        self.violations: list[str] = self.updates.violations
        self.pulse = Pulse()
        self.commands: dict[str, list[Json]] = {}
        self.menu_buttons: dict[int | None, Json] = {}
        self.webhook: Json = {}
        self.clock: Callable[[], float] = time.time  # noqa: TID251  # the platform dates its messages
        self._numbers = itertools.count(1)
        self._seq = itertools.count(1)

    @property
    def bot_json(self) -> Json:
        """The bot as a User object."""
        return {"id": self.bot_id, "is_bot": True, "first_name": "Tự chấm", "username": self.username}

    def next_number(self) -> int:
        """A fresh id for a message, a query or a file."""
        return next(self._numbers)

    def today(self) -> int:
        """Now, in seconds since 1970."""
        return int(self.clock())

    def open_chat(self, name: Any) -> Chat:
        """The chat that a call names; raise ApiError when the bot may not write there."""
        try:
            chat = self.chats.get(int(name))
        except (TypeError, ValueError):
            chat = None
        if chat is None:
            raise bad_request(CHAT_NOT_FOUND)
        if chat.moved_to is not None:
            told = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, told, migrate_to_chat_id=chat.moved_to)
        if chat.blocked:
            raise ApiError(403, BLOCKED if chat.kind == "private" else KICKED)
        if not chat.started:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def post(self, chat: Chat, styled: Styled, rows: Rows = (), document: Document | None = None) -> Message:
        """Put a new bot message into a chat."""
        number = self.next_number()
        shown = self._shown(chat.id, number, "sent", styled, rows, document)
        message = Message(number, chat.id, self.today(), from_bot=True, history=[shown])
        message.extra["entities"] = styled.entities
        chat.add(message)
        self.pulse.beat()
        return message

    def redraw(self, chat: Chat, message: Message, styled: Styled | None, rows: Rows) -> Shown:
        """Change a bot message (None keeps the text); raise ApiError when nothing would change."""
        now = message.now
        new = styled or Styled(now.text, message.extra["entities"])
        how: How = "edited" if styled else "buttons"
        shown = self._shown(chat.id, message.id, how, new, rows, now.document)
        if (new.text.strip(), new.entities, shown.rows) == (now.text.strip(), message.extra["entities"], now.rows):
            raise bad_request(NOT_MODIFIED)
        message.extra["entities"] = new.entities
        message.history.append(shown)
        chat.show(shown)
        self.pulse.beat()
        return shown

    def _shown(
        self, chat_id: int, number: int, how: How, styled: Styled, rows: Rows, document: Document | None
    ) -> Shown:
        placed = tuple(tuple(button.at(chat_id, number) for button in row) for row in rows)
        seq, at = next(self._seq), time.monotonic()
        return Shown(seq, at, how, chat_id, number, styled.text, styled.html, placed, document)

    def keep_file(self, upload: Upload, *, is_photo: bool = False) -> Document:
        """Store an uploaded file under a fresh id."""
        name = "" if is_photo else upload.name
        document = Document(f"file-{self.next_number()}", name, upload.content, is_photo)
        self.files[document.file_id] = document
        return document

    def message_json(self, message: Message) -> Json:
        """A message as the Bot API writes it."""
        chat = self.chats[message.chat_id]
        body: Json = {"message_id": message.id, "date": message.date, "chat": chat.json}
        if not message.from_bot:
            return body | message.extra
        shown = message.now
        words = "caption" if shown.document else "text"
        body |= {"from": self.bot_json, words: shown.text}
        if entities := message.extra["entities"]:
            body[f"{words}_entities" if shown.document else "entities"] = [_entity_json(e) for e in entities]
        if shown.document and shown.document.is_photo:
            sizes = ((f"{shown.document.file_id}-small", 90), (shown.document.file_id, 1280))
            body["photo"] = [{"file_id": one, "file_unique_id": one, "width": w, "height": w} for one, w in sizes]
        elif shown.document:
            body["document"] = {
                "file_id": shown.document.file_id,
                "file_unique_id": shown.document.file_id,
                "file_name": shown.document.name,
                "file_size": len(shown.document.content),
            }
        if message.edits:
            body["edit_date"] = self.today()
        if shown.rows:
            body["reply_markup"] = {"inline_keyboard": [[_button_json(b) for b in row] for row in shown.rows]}
        return body


def _entity_json(entity: Entity) -> Json:
    url = {"url": entity.url} if entity.url else {}
    return {"type": entity.kind, "offset": entity.offset, "length": entity.length, **url}


def _button_json(button: Any) -> Json:
    if button.data is not None:
        return {"text": button.label, "callback_data": button.data}
    return {"text": button.label, "url": button.url or "https://example.org/"}
