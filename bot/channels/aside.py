"""What cannot be taken in is set aside as it came, under an error that repeats nothing of what a person wrote."""

from __future__ import annotations

import hashlib
import json
import logging
import traceback
from pathlib import Path

from pydantic import ValidationError

from bot.channels.contract import Answer, KeepPoison

log = logging.getLogger(__name__)


class Aside:
    """Where one bot of a channel puts what it could not take."""

    def __init__(self, channel: str, bot: str, keep_poison: KeepPoison) -> None:
        self._channel = channel
        self._bot = bot
        self._keep_poison = keep_poison

    async def keep(self, key: str, error: str, text: str) -> Answer:
        """Set an update aside; UNAVAILABLE when even that cannot be stored."""
        try:
            return await self._keep_poison(self._channel, self._bot, key, error, text)
        except Exception as failure:  # noqa: BLE001 - then the platform must bring it again
            log.error("poison could not be stored: %s", summary(failure))  # noqa: TRY400
            return Answer.UNAVAILABLE

    async def keep_body(self, body: bytes, error: Exception) -> Answer:
        """Set aside a body that is not even an update."""
        text = body.decode("utf-8", "backslashreplace").replace("\x00", "\\x00")
        return await self.keep(f"sha256:{hashlib.sha256(body).hexdigest()}", summary(error), text)


def summary(error: BaseException) -> str:
    """Name an error without anything of what a person wrote."""
    if isinstance(error, ValidationError):
        places = error.errors(include_input=False, include_url=False, include_context=False)[:3]
        told = "; ".join(f"{'.'.join(map(str, place['loc']))}: {place['type']}" for place in places)
        return f"ValidationError: {told}"
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place


def digest_key(raw: object) -> str:
    """A key for an update that brought none: the same for the same update."""
    return f"sha256:{hashlib.sha256(json.dumps(raw).encode()).hexdigest()}"


def sound(text: str) -> str:
    """The text with what no database stores replaced: NUL and halves of characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\x00", "\ufffd")
