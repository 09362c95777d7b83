"""One message to one chat: sent, or put in the place of an older one."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from bot.channels.contract import Attachment, Failure, Outgoing, SendFailed, Sent, ShownButton
from bot.channels.parts import send_further
from bot.channels.telegram.attaching import CAPTION_LIMIT, Attaching
from bot.channels.telegram.errands import Errands
from bot.channels.telegram.failures import cannot_be_edited, failed, is_late_callback, is_unchanged
from bot.channels.telegram.splitting import split_html, visible_length
from bot.channels.telegram.wire import BotApi, Refused, Unanswered

log = logging.getLogger(__name__)


class Pauses:
    """Which chats the platform wants left alone, as far as a call that nobody waited for was told so."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def note(self, name: str, seconds: float) -> None:
        """Leave this chat (or method) alone for some seconds."""
        now = time.monotonic()
        self._until = {other: end for other, end in self._until.items() if end > now}
        self._until[name] = now + seconds

    def left(self, name: str) -> float:
        """Seconds still to wait, 0 when there is nothing to wait for."""
        if not self._until:
            return 0.0
        return max(0.0, self._until.get(name, 0.0) - time.monotonic())


class Posting:
    """Sends messages and runs the small calls around them (acknowledge a press, take buttons away, set a menu)."""

    def __init__(self, api: BotApi, errands: Errands) -> None:
        self._api = api
        self._errands = errands
        self._pauses = Pauses()
        self._attaching = Attaching(api)

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send or edit. Raises SendFailed; an edit that may be repeated never fails as UNCERTAIN."""
        if wait := self._pauses.left(outgoing.address):
            raise SendFailed(Failure.RETRY, "paused by the platform", after=wait)
        if outgoing.attachment is not None:
            return Sent(await self._send_with_file(outgoing, outgoing.attachment))
        parts = split_html(outgoing.html)
        retire = outgoing.retire
        if outgoing.edit is not None:
            if len(parts) == 1 and await self._edit(outgoing, outgoing.edit, parts[0]):
                return Sent(outgoing.edit)
            retire = retire or (outgoing.edit if len(parts) > 1 else None)
        sent = Sent(await self._send_parts(outgoing, parts))
        if retire is not None:
            self._errands.start(self._retire(outgoing.address, retire))
        return sent

    async def _edit(self, outgoing: Outgoing, message_id: str, html: str) -> bool:
        """Change a message; False when it cannot be changed and a new one must be sent."""
        if not message_id.isdecimal():
            return False
        params = _text(outgoing.address, html, outgoing.rows) | {"message_id": int(message_id)}
        try:
            await self._api.call("editMessageText", params)
        except Refused as error:
            if cannot_be_edited(error):
                return False
            if not is_unchanged(error):
                raise failed(error, address=outgoing.address) from None
        except Unanswered as error:
            raise failed(error, again_is_harmless=True) from None
        return True

    async def _send_with_file(self, outgoing: Outgoing, file: Attachment) -> str | None:
        """The text under the file where it fits there; else the text first, then the file."""
        address = outgoing.address
        if visible_length(outgoing.html) <= CAPTION_LIMIT:
            caption = _message(address, {"caption": outgoing.html, "parse_mode": "HTML"}, outgoing.rows)
            return await self._attaching.send(file, caption, address)
        message_id = await self._send_parts(outgoing, split_html(outgoing.html))
        bare = {"chat_id": _chat_id(address)}
        await send_further(lambda: self._attaching.send(file, bare, address), "the file")
        return message_id

    async def _send_parts(self, outgoing: Outgoing, parts: tuple[str, ...]) -> str | None:
        """Send all parts, the buttons under the last; its id is the message's."""
        message_id = None
        for at, part in enumerate(parts):
            is_last = at == len(parts) - 1
            params = _text(outgoing.address, part, outgoing.rows if is_last else ())
            if at == 0:
                message_id = await self._send_one(outgoing.address, params)
            else:
                send = partial(self._send_one, outgoing.address, params)
                message_id = await send_further(send, f"part {at + 1} of {len(parts)}")
        return message_id

    async def _send_one(self, address: str, params: Mapping[str, Any]) -> str | None:
        try:
            result = await self._api.call("sendMessage", params)
        except (Refused, Unanswered) as error:
            raise failed(error, address=address) from None
        return str(result["message_id"]) if isinstance(result, dict) and "message_id" in result else None

    async def _retire(self, address: str, message_id: str) -> None:
        """Take the buttons of an older card away."""
        if message_id.isdecimal():
            params = {"chat_id": _chat_id(address), "message_id": int(message_id)}
            await self._try(address, "editMessageReplyMarkup", params)

    def acknowledge(self, callback_id: str) -> None:
        """Stop the spinner on a pressed button, without waiting for it."""
        self._errands.start(self._acknowledge(callback_id))

    async def _acknowledge(self, callback_id: str) -> None:
        await self._try("answerCallbackQuery", "answerCallbackQuery", {"callback_query_id": callback_id})

    def set_menu(self, address: str, params: Mapping[str, Any], otherwise: Callable[[], None]) -> None:
        """Give a chat its commands, without waiting for it; `otherwise` is called when that fails."""
        self._errands.start(self._set_menu(address, params, otherwise))

    async def _set_menu(self, address: str, params: Mapping[str, Any], otherwise: Callable[[], None]) -> None:
        if not await self._try(address, "setMyCommands", params):
            otherwise()

    async def _try(self, paused_as: str, method: str, params: Mapping[str, Any]) -> bool:
        if self._pauses.left(paused_as):
            return False
        try:
            await self._api.call(method, params)
        except Refused as error:
            if error.retry_after is not None:
                self._pauses.note(paused_as, error.retry_after)
            elif not is_unchanged(error) and not cannot_be_edited(error) and not is_late_callback(error):
                log.warning("%s refused: %s", method, error)
        except Unanswered as error:
            log.info("%s unanswered: %s", method, error)
        else:
            return True
        return False


def _text(address: str, html: str, rows: tuple[tuple[ShownButton, ...], ...]) -> dict[str, Any]:
    words = {"text": html, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    return _message(address, words, rows)


def _message(address: str, words: Mapping[str, Any], rows: tuple[tuple[ShownButton, ...], ...]) -> dict[str, Any]:
    params: dict[str, Any] = {"chat_id": _chat_id(address), **words}
    if rows:
        keyboard = [[{"text": label, "callback_data": press} for label, press in row] for row in rows]
        params["reply_markup"] = {"inline_keyboard": keyboard}
    return params


def _chat_id(address: str) -> int:
    try:
        return int(address)
    except ValueError:
        raise SendFailed(Failure.REJECTED, "the address is no chat id") from None
