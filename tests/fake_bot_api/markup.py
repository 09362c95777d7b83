"""Buttons: what a bot hangs under a message, checked as Telegram checks it."""

from dataclasses import dataclass
from typing import Any

from fake_bot_api.errors import malformed

ACTIONS = {
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "pay",
    "callback_game",
}
STYLES = {"danger", "success", "primary"}
OTHER_KINDS = {"keyboard", "remove_keyboard", "force_reply"}


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button on one message; `data` is None when it does not call back."""

    label: str
    data: str | None
    chat_id: int = 0
    message_id: int = 0
    url: str | None = None

    def at(self, chat_id: int, message_id: int) -> "Button":
        """The same button on a message."""
        return Button(self.label, self.data, chat_id, message_id, self.url)


Rows = tuple[tuple[Button, ...], ...]


def read_inline_keyboard(markup: Any) -> Rows:
    """Rows of an inline keyboard (none for other kinds of markup); raise ApiError for a wrong shape."""
    if markup is None:
        return ()
    if not isinstance(markup, dict):
        raise malformed("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if markup and not OTHER_KINDS & markup.keys():
            raise malformed("can't parse reply keyboard markup JSON object")
        return ()
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise malformed('field "inline_keyboard" must be of type Array of Arrays')
    buttons = tuple(tuple(_read_button(cell) for cell in row) for row in rows if row)
    if sum(len(row) for row in buttons) > 100 or any(len(row) > 8 for row in buttons):
        raise malformed("reply markup is too long")
    return buttons


def _read_button(cell: Any) -> Button:
    if not isinstance(cell, dict):
        raise malformed("can't parse inline keyboard button: object expected")
    label = cell.get("text")
    if not isinstance(label, str) or not label.strip():
        raise malformed("BUTTON_TEXT_INVALID: the text of a button must be non-empty")
    actions = ACTIONS & cell.keys()
    if not actions and not cell.get("disabled"):
        raise malformed("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise malformed("can't parse inline keyboard button: exactly one action is allowed")
    if "style" in cell and cell["style"] not in STYLES:
        raise malformed("BUTTON_STYLE_INVALID")
    data = cell.get("callback_data")
    if "callback_data" in cell and not (isinstance(data, str) and 1 <= len(data.encode()) <= 64):
        raise malformed("BUTTON_DATA_INVALID")
    return Button(label, data, url=cell.get("url"))
