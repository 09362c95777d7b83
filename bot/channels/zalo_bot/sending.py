"""One message to one chat: plain text, in as many parts as it takes."""

from __future__ import annotations

from functools import partial

from bot.channels.contract import Failure, Outgoing, SendFailed, Sent
from bot.channels.parts import send_further
from bot.channels.plain_text import split_text, to_text
from bot.channels.zalo_bot.failures import Throttle, failed
from bot.channels.zalo_bot.wire import BotApi, Refused, Unanswered

TEXT_LIMIT = 2000


class Posting:
    """Sends messages. Buttons are in the words already; what stands cannot be changed on this platform."""

    def __init__(self, api: BotApi, throttle: Throttle) -> None:
        self._api = api
        self._throttle = throttle

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send a message; the id is that of its last part. Raises SendFailed."""
        if outgoing.attachment is not None:
            raise SendFailed(Failure.REJECTED, "a file cannot go with a message here")
        parts = split_text(to_text(outgoing.html, shaping=True), TEXT_LIMIT)
        if not parts:
            raise SendFailed(Failure.REJECTED, "the message is empty")
        message_id = await self._send_one(outgoing.address, parts[0])
        for at, part in enumerate(parts[1:], start=2):
            send = partial(self._send_one, outgoing.address, part)
            message_id = await send_further(send, f"part {at} of {len(parts)}")
        return Sent(message_id, parts=len(parts))

    async def _send_one(self, address: str, text: str) -> str | None:
        if wait := self._throttle.left():
            raise SendFailed(Failure.RETRY, "paused after a 429", after=wait, hold_all=True, throttled=True)
        try:
            message_id = await self._api.send_message(address, text)
        except (Refused, Unanswered) as error:
            raise failed(error, self._throttle) from None
        self._throttle.passed()
        return message_id
