"""One message to one person: plain text in as many parts as it takes, with a few buttons, or with a file."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypeVar

from bot.channels.contract import Attachment, Failure, Outgoing, SendFailed, Sent, ShownButton
from bot.channels.keeping import Away
from bot.channels.parts import PART_SECONDS, send_further
from bot.channels.plain_text import split_text, to_text
from bot.channels.zalo_oa.failures import SHUT, TOKEN, failed, store_away, without_access
from bot.channels.zalo_oa.refreshing import Keys, NoAccess
from bot.channels.zalo_oa.wire import OpenApi, Refused, Unanswered, Upload

T = TypeVar("T")
Json = dict[str, Any]
TEXT_LIMIT = 2000
MOST_BUTTONS = 5
LONGEST_TITLE = 100
LARGEST_FILE = 5 * 2**20
LARGEST_IMAGE = 2**20
UPLOADS_LIVE_S = 3600.0
REMEMBERED = 100
_FILES = frozenset(
    {
        "application/pdf",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }
)
_IMAGES = frozenset({"image/jpeg", "image/png"})


def carries(media: str, size: int) -> bool:
    """Whether a file of this type and so many bytes can go with a message; a link to it can in any case."""
    return (media in _FILES and size <= LARGEST_FILE) or (media in _IMAGES and size <= LARGEST_IMAGE)


class Shut:
    """Since when nothing can be sent until an admin has done something, and whether for want of a token (`access`) or
    by the state of the account."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def note(self, reason: Literal["access", "account"]) -> None:
        """A call has shown it."""
        self._since.setdefault(reason, time.monotonic())

    def over(self, *reasons: Literal["access", "account"]) -> None:
        """It has shown the contrary."""
        for reason in reasons:
            self._since.pop(reason, None)

    def seconds(self) -> float:
        """For how long; 0 when all is well."""
        return time.monotonic() - min(self._since.values()) if self._since else 0.0


class Posting:
    """Sends messages under the token that is good at the moment."""

    def __init__(self, api: OpenApi, keys: Keys, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._keys = keys
        self._clock = clock
        self.shut = Shut()
        self._uploads: OrderedDict[tuple[str, str, str], tuple[str, float]] = OrderedDict()

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send a message; the id is that of its last part. Raises SendFailed."""
        file = outgoing.attachment
        carried = await self._carried(file) if file is not None else None
        parts = [_text(part) for part in split_text(to_text(outgoing.html, shaping=True), TEXT_LIMIT)]
        if parts and (buttons := _buttons(outgoing.rows)):
            parts[-1] |= {"attachment": {"type": "template", "payload": {"buttons": buttons}}}
        if carried is not None and len(parts) == 1 and carried["type"] == "template" and "attachment" not in parts[0]:
            parts[0] |= {"attachment": carried}  # a picture with the text below it
        elif carried is not None:
            parts.append({"attachment": carried})
        if not parts:
            raise SendFailed(Failure.REJECTED, "the message is empty")
        message_id = None
        for at, part in enumerate(parts, start=1):
            send = partial(self._send_one, outgoing.address, part)
            message_id = await (send() if at == 1 else send_further(send, f"part {at} of {len(parts)}"))
        return Sent(message_id, parts=len(parts))

    async def called(self, call: Callable[[str], Awaitable[T]]) -> T:
        """Call the platform with the token; once more with a new one when it is refused. Raises SendFailed."""
        try:
            token = await self._keys.access()
            try:
                result = await call(token)
            except Refused as refused:
                if refused.code not in TOKEN:
                    raise
                result = await call(await self._keys.renewed(token))
        except NoAccess as error:
            if error.for_admin:
                self.shut.note("access")
            raise without_access(error) from None
        except Away:
            raise store_away() from None
        except (Refused, Unanswered) as error:
            if isinstance(error, Refused) and error.code in TOKEN | SHUT:
                self.shut.note("access" if error.code in TOKEN else "account")
            raise failed(error, self._clock()) from None
        self.shut.over("access", "account")
        return result

    async def _send_one(self, address: str, message: Mapping[str, Any]) -> str | None:
        return await self.called(lambda token: self._api.message(token, address, message))

    async def _carried(self, file: Attachment) -> Json:
        """The file as a message names it, brought to the platform first: until then nobody has seen anything."""
        try:
            size = (await asyncio.to_thread(file.path.stat)).st_size
            if not carries(file.media, size):
                raise SendFailed(Failure.REJECTED, "the file cannot go with a message here")
            kind: Upload = "file" if file.media in _FILES else "image"
            named = await self._uploaded(file, kind)
        except OSError:
            raise SendFailed(Failure.REJECTED, "the file is gone") from None
        except SendFailed as error:
            if error.failure is Failure.UNCERTAIN:  # of the upload: the message itself was not begun
                raise SendFailed(Failure.RETRY, error.detail, after=PART_SECONDS) from None
            raise
        if kind == "file":
            return {"type": "file", "payload": {"token": named}}
        element = {"media_type": "image", "attachment_id": named}
        return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}

    async def _uploaded(self, file: Attachment, kind: Upload) -> str:
        """What the platform calls the file; a file for many travels once an hour."""
        key, now = (file.digest, file.name, kind), time.monotonic()
        if (known := self._uploads.get(key)) is not None and now - known[1] < UPLOADS_LIVE_S:
            return known[0]
        named = await self.called(lambda token: self._api.upload(token, kind, file.path, file.name, file.media))
        self._uploads[key] = (named, now)
        while len(self._uploads) > REMEMBERED:
            self._uploads.popitem(last=False)
        return named


def _text(part: str) -> Json:
    return {"text": part}


def _buttons(rows: tuple[tuple[ShownButton, ...], ...]) -> list[Json]:
    """The first buttons; the text names them all in words. A press comes back as a text that says exactly `payload`."""
    shown = [button for row in rows for button in row][:MOST_BUTTONS]
    return [{"title": _title(one.label), "type": "oa.query.show", "payload": one.press} for one in shown]


def _title(label: str) -> str:
    return label if len(label) <= LONGEST_TITLE else label[: LONGEST_TITLE - 1].rstrip() + "…"
