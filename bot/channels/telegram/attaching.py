"""A file that goes with a message: uploaded once, named by the platform's own id from then on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from bot.channels.contract import Attachment, Failure, SendFailed
from bot.channels.telegram.failures import failed
from bot.channels.telegram.wire import BotApi, Refused, Unanswered

CAPTION_LIMIT = 1024
"""UTF-16 units of text that may stand under a file."""
LARGEST_PHOTO = 10 * 2**20
REMEMBERED = 100
_PHOTOS = frozenset({"image/jpeg", "image/png"})
_PHOTO, _DOCUMENT = ("sendPhoto", "photo"), ("sendDocument", "document")
_NO_PICTURE = ("photo", "image")
"""What refusals speak of when the platform will not show a picture as one (too long, too wide)."""
_NO_FILE = ("file identifier", "file_id", "file_reference")


class Attaching:
    """Sends messages with a file. What was uploaded is remembered, so that a file for many travels once."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._known: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    async def send(self, attachment: Attachment, params: Mapping[str, Any], address: str) -> str | None:
        """Send one message: the file with `params` (whom, caption, buttons); its id. Raises SendFailed."""
        try:
            if self._is_photo(attachment):
                try:
                    return await self._send(attachment, params, *_PHOTO)
                except Refused as error:
                    if error.code != 400 or not _speaks_of(error, _NO_PICTURE):
                        raise
            return await self._send(attachment, params, *_DOCUMENT)
        except (Refused, Unanswered) as error:
            raise failed(error, address=address) from None
        except OSError:
            raise SendFailed(Failure.REJECTED, "the file is gone") from None

    def _is_photo(self, attachment: Attachment) -> bool:
        return attachment.media in _PHOTOS and attachment.path.stat().st_size <= LARGEST_PHOTO

    async def _send(self, attachment: Attachment, params: Mapping[str, Any], method: str, part: str) -> str | None:
        key = (attachment.digest, attachment.name, method)
        if (known := self._known.get(key)) is not None:
            try:
                return _message_id(await self._api.call(method, {**params, part: known}))
            except Refused as error:
                if error.code != 400 or not _speaks_of(error, _NO_FILE):
                    raise
                del self._known[key]  # the platform has forgotten it: surely nothing was sent
        result = await self._api.upload(method, params, part, attachment.path, attachment.name, attachment.media)
        if (file_id := _file_id(result, part)) is not None:
            self._known[key] = file_id
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return _message_id(result)


def _speaks_of(error: Refused, words: tuple[str, ...]) -> bool:
    said = error.said.lower()
    return any(word in said for word in words)


def _message_id(result: Any) -> str | None:
    return str(result["message_id"]) if isinstance(result, dict) and "message_id" in result else None


def _file_id(result: Any, part: str) -> str | None:
    """The platform's id of the file in a message; of a picture the one in full size."""
    told = result.get(part) if isinstance(result, dict) else None
    shown = told[-1] if isinstance(told, list) and told else told
    file_id = shown.get("file_id") if isinstance(shown, dict) else None
    return file_id if isinstance(file_id, str) else None
