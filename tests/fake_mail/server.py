"""A real SMTP server on loopback (aiosmtpd) that keeps what it takes and goes wrong when a test says so."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot.postal import MailServer

HOST = "127.0.0.1"
USER, PASSWORD = "tucham@quangbinh.gov.vn", "CANARY-mat-khau-9f3"
CERTIFICATE = Path(__file__).parents[1] / "data" / "mail" / "server.pem"


class Fault(StrEnum):
    """What befalls one letter (or, for the first four, one connection)."""

    ACCOUNT = "535 5.7.8 wrong account CANARY-mat-khau-9f3"
    ACCOUNT_LATER = "454 4.7.0 try later"
    BUSY = "421 4.3.2 too many connections"
    GREETING = "rubbish instead of a greeting"
    SENDER = "553 5.7.1 that is not your address"
    NOBODY = "550 5.1.1 no such mailbox"
    NOBODY_AT_ALL = "550 no such user here"
    FULL = "552 5.2.2 mailbox full"
    POLICY = "550 5.7.1 not from you"
    LATER = "450 4.2.0 greylisted"
    REFUSED = "554 5.6.0 we do not like it"
    LATER_AFTER_DATA = "451 4.3.0 disk full"
    DROP_AT_RECIPIENT = "the connection is cut before the letter"
    DROP_AFTER_LETTER = "taken, the answer is lost"
    RUBBISH_AFTER_LETTER = "taken, the answer is no answer"
    SILENCE_AFTER_LETTER = "taken, no answer comes"


@dataclass
class Taken:
    """A letter the server has taken responsibility for."""

    sender: str
    to: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """As a mail program reads it."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def text(self) -> str:
        """The plain text."""
        body = self.message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    @property
    def said(self) -> str:
        """The plain text without what stands below every letter."""
        return self.text.replace("\r\n", "\n").rpartition("\n\n--\n")[0]


@dataclass
class FakeMail:
    """The server; `taken` is what arrived, `connections` how often somebody called."""

    tls: ssl.SSLContext | None = None
    at_once: bool = False
    """TLS from the first byte (smtps)."""
    taken: list[Taken] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    connections: int = 0
    open: int = 0
    accounts: list[tuple[str, str, str]] = field(default_factory=list)
    """How people signed in: mechanism, name, password."""
    port: int = 0
    _server: asyncio.Server | None = None
    _transports: list[asyncio.BaseTransport] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # what the server logs is not ours to answer for
        await self._listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    @property
    def server(self) -> MailServer:
        """Where and how to sign in."""
        return MailServer("localhost" if self.at_once else HOST, self.port, self.at_once, USER, PASSWORD)

    @asynccontextmanager
    async def outage(self) -> AsyncIterator[None]:
        """Nobody listens inside the block."""
        await self._end()
        try:
            yield
        finally:
            await self._listen()

    def hang_up(self) -> None:
        """Cut whoever is connected."""
        for transport in self._transports:
            transport.close()

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        context = self.tls if self.at_once else None
        self._server = await loop.create_server(
            lambda: _Talk(self, loop), HOST, self.port, ssl=context, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        assert self._server is not None
        self._server.close()
        for transport in self._transports:
            transport.abort() if isinstance(transport, asyncio.Transport) else transport.close()
        self._transports.clear()
        await self._server.wait_closed()
        await asyncio.sleep(0)

    # what aiosmtpd calls

    def authenticate(self, _server: Any, session: Any, _envelope: Any, mechanism: str, told: object) -> AuthResult:
        """Let in whoever knows the password; somebody once refused is refused whatever way they try next."""
        assert isinstance(told, LoginPassword)
        self.accounts.append((mechanism, told.login.decode(), told.password.decode()))
        if fault := self._strikes(Fault.ACCOUNT, Fault.ACCOUNT_LATER):
            session.refused = fault.value
        if refused := getattr(session, "refused", None):
            return AuthResult(success=False, handled=False, message=refused)
        return AuthResult(success=self.accounts[-1][1:] == (USER, PASSWORD), handled=False)

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """The sender."""
        if fault := self._strikes(Fault.SENDER):
            return fault.value
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """The recipient."""
        kinds = (Fault.NOBODY, Fault.NOBODY_AT_ALL, Fault.FULL, Fault.POLICY, Fault.LATER)
        if self._strikes(Fault.DROP_AT_RECIPIENT):
            _abort(server)
        elif fault := self._strikes(*kinds):
            return fault.value
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The letter."""
        if fault := self._strikes(Fault.REFUSED, Fault.LATER_AFTER_DATA):
            return fault.value
        content = envelope.original_content
        assert content is not None
        self.taken.append(Taken(str(envelope.mail_from), envelope.rcpt_tos[0], content))
        if self._strikes(Fault.DROP_AFTER_LETTER):
            _abort(server)
        if self._strikes(Fault.SILENCE_AFTER_LETTER):
            await asyncio.sleep(30)
        if self._strikes(Fault.RUBBISH_AFTER_LETTER):
            return "<html>hello</html>"
        return "250 2.0.0 taken"

    def _strikes(self, *kinds: Fault) -> Fault | None:
        return self.faults.popleft() if self.faults and self.faults[0] in kinds else None


class _Talk(SMTP):
    """One conversation."""

    def __init__(self, mail: FakeMail, loop: asyncio.AbstractEventLoop) -> None:
        self._mail = mail
        self._refused = False
        super().__init__(
            mail,
            hostname="fake.mail",
            loop=loop,
            tls_context=None if mail.at_once else mail.tls,
            require_starttls=mail.tls is not None and not mail.at_once,
            auth_required=False,
            auth_require_tls=False,
            authenticator=mail.authenticate,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody calls."""
        self._mail.connections += 1
        self._mail.open += 1
        self._mail._transports.append(transport)
        if fault := self._mail._strikes(Fault.BUSY, Fault.GREETING):
            assert isinstance(transport, asyncio.Transport)
            transport.write(fault.value.encode() + b"\r\n")
            transport.close()
            self._refused = True
        else:
            super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """They are gone."""
        self._mail.open -= 1
        if not self._refused:
            super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Whoever was refused is not listened to."""
        if not self._refused:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        """The same for their goodbye."""
        return None if self._refused else super().eof_received()


def _abort(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()
