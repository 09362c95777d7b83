"""E-mail as a channel: letters out, nothing in."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterable
from datetime import datetime

from aiohttp import web

from bot.channels.contract import (
    Attachment,
    Capabilities,
    Failure,
    KeepPoison,
    Outgoing,
    SendFailed,
    Sent,
    Take,
)
from bot.channels.mail.line import Line, Patience
from bot.channels.mail.writing import message_id, write
from bot.postal import MailServer, PostalWrong, mail_address
from messages.letters import Letters

NAME = "mail"
TEXT_LIMIT = 100_000
LARGEST = 7 * 2**20
"""Bytes of a file that goes with a letter; a third more on the way, and many servers take no more than ten."""


class MailChannel:
    """Letters from one address through one server. An address of this channel is an e-mail address.

    `sender` is checked; `letters` knows the words; `tls` replaces the machine's own list of authorities.
    """

    name = NAME
    bot = NAME
    capabilities = Capabilities(buttons=False, edits=False, text_limit=TEXT_LIMIT)

    def __init__(
        self,
        server: MailServer,
        sender: str,
        letters: Letters,
        clock: Callable[[], datetime],
        *,
        patience: Patience | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._sender = mail_address(sender)
        self._domain = self._sender.rpartition("@")[2]
        self._letters = letters
        self._clock = clock
        self._line = Line(server, self._domain, patience or Patience(), tls)
        self._host = server.host
        self._stopped = asyncio.Event()

    def __repr__(self) -> str:
        return f"MailChannel(server={self._host}, sender={self._sender})"

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send one letter. Raises SendFailed."""
        try:
            to = mail_address(outgoing.address)
        except PostalWrong:
            raise SendFailed(Failure.REJECTED, "the address is no e-mail address") from None
        file = await _read(outgoing.attachment)
        left_out = outgoing.attachment.name if outgoing.attachment is not None and file is None else ""
        letter = self._letters.letter(
            outgoing.html, subject=outgoing.subject, buttons=bool(outgoing.rows), left_out=left_out
        )
        number = message_id(outgoing.reference, self._domain)
        content = write(
            letter,
            sender=self._sender,
            name=self._letters.sender,
            to=to,
            number=number,
            at=self._clock(),
            file=file,
        )
        await self._line.deliver(self._sender, to, content)
        return Sent(number)

    async def check(self) -> None:
        """Reach the server and sign in there. Raises SendFailed, whose detail says what is wrong."""
        await self._line.check()

    async def receive(self, take: Take, keep_poison: KeepPoison) -> None:  # noqa: ARG002 - nothing comes in
        """Wait until stopped: nobody reads what is answered to a letter."""
        await self._stopped.wait()

    async def stop(self) -> None:
        """Nothing to stop receiving; letters can be sent until `close`."""
        self._stopped.set()

    async def close(self) -> None:
        """Let go of the connection, after the last letter was sent."""
        await self._line.close()

    def link(self, code: str) -> str | None:  # noqa: ARG002 - the contract's signature
        """None: nobody joins by mail."""
        return None

    def routes(self) -> Iterable[web.RouteDef]:
        """No addresses of our own."""
        return ()


async def _read(attachment: Attachment | None) -> tuple[str, str, bytes] | None:
    """The file that goes with a letter; None without one, and for one too large to go."""
    if attachment is None:
        return None
    try:
        if attachment.path.stat().st_size > LARGEST:
            return None
        content = await asyncio.to_thread(attachment.path.read_bytes)
    except OSError:
        raise SendFailed(Failure.REJECTED, "the file is gone") from None
    return attachment.name, attachment.media, content
