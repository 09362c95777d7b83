"""One connection to the mail server, kept while letters follow each other and let go when none do."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass

from aiosmtplib import SMTP, SMTPDataError, SMTPException, SMTPResponseException, SMTPServerDisconnected

from bot.channels.contract import Failure, SendFailed
from bot.channels.mail.failures import SETUP_S, Stage, failed
from bot.postal import MailServer

log = logging.getLogger(__name__)

GO_ON, HANGING_UP = 354, 421
_DOT = re.compile(rb"(?m)^\.")
_GONE = (SMTPServerDisconnected, TimeoutError, OSError)
_BROKEN = (SMTPException, TimeoutError, OSError)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. Together less than a claimed row's lease: what takes longer would count as lost."""

    turn: float = 8.0
    """A letter waits for those before it, then goes back to the queue."""
    begin: float = 15.0
    """For connecting, signing in and the envelope."""
    answer: float = 20.0
    """For the letter itself and what the server says to it."""
    idle: float = 20.0
    """The connection is kept so long after a letter."""
    goodbye: float = 2.0


class Line:
    """Hands letters over one after the other. `hello` is the name we go by; nothing raised or logged tells how we
    sign in."""

    def __init__(self, server: MailServer, hello: str, patience: Patience, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._hello = hello
        self._patience = patience
        self._tls = tls
        self._turn = asyncio.Lock()
        self._smtp: SMTP | None = None
        self._stage = Stage.CONNECT
        self._told = ""
        self._rest: asyncio.TimerHandle | None = None
        self._resting: asyncio.Task[None] | None = None

    async def deliver(self, sender: str, to: str, letter: bytes) -> None:
        """Hand one letter over (lines end in CRLF). Raises SendFailed; returns when the server has taken it."""
        await self._take_turn()
        try:
            async with asyncio.timeout(self._patience.begin):
                smtp = await self._open_envelope(sender, to)
            async with asyncio.timeout(self._patience.answer):
                await self._hand_over(smtp, letter)
        except _BROKEN as error:
            raise await self._failed(error) from None
        except BaseException:
            self._drop()
            raise
        finally:
            self._release_turn()

    async def check(self) -> None:
        """Connect and sign in, if that is not so yet. Raises SendFailed."""
        await self._take_turn()
        try:
            async with asyncio.timeout(self._patience.begin):
                self._smtp = await self._ready() or await self._connected()
        except _BROKEN as error:
            raise await self._failed(error) from None
        except BaseException:
            self._drop()
            raise
        finally:
            self._release_turn()

    async def close(self) -> None:
        """Let go of the connection; a later letter would make a new one."""
        if self._rest is not None:
            self._rest.cancel()
        await self._hang_up()

    async def _take_turn(self) -> None:
        try:
            async with asyncio.timeout(self._patience.turn):
                await self._turn.acquire()
        except TimeoutError:
            raise SendFailed(Failure.RETRY, "other letters are on their way", after=self._patience.turn) from None
        if self._rest is not None:
            self._rest.cancel()

    def _release_turn(self) -> None:
        self._turn.release()
        if self._smtp is not None:
            self._rest = asyncio.get_running_loop().call_later(self._patience.idle, self._begin_rest)

    def _begin_rest(self) -> None:
        self._resting = asyncio.get_running_loop().create_task(self._hang_up())

    async def _hang_up(self) -> None:
        """Say goodbye, if anybody is there; nobody waits long for the answer."""
        async with self._turn:
            smtp, self._smtp = self._smtp, None
            if smtp is None:
                return
            with suppress(*_BROKEN):
                async with asyncio.timeout(self._patience.goodbye):
                    await smtp.quit()
            smtp.close()

    async def _open_envelope(self, sender: str, to: str) -> SMTP:
        """A connection on which the server waits for the letter itself."""
        if (kept := await self._ready()) is not None:
            try:
                await self._address(kept, sender, to)
            except _GONE:
                self._drop()  # it was kept from an earlier letter, and the server has hung up meanwhile
            except SMTPResponseException as error:
                if error.code != HANGING_UP:
                    raise
                self._drop()
            else:
                return kept
        self._smtp = await self._connected()
        await self._address(self._smtp, sender, to)
        return self._smtp

    async def _ready(self) -> SMTP | None:
        """The connection that was kept, if it still stands."""
        if self._smtp is not None and not self._smtp.is_connected:
            self._drop()
        return self._smtp

    async def _connected(self) -> SMTP:
        server = self._server
        smtp = SMTP(
            hostname=server.host,
            port=server.port,
            local_hostname=self._hello,
            timeout=self._patience.begin,
            use_tls=server.tls,
            start_tls=not server.tls and not server.on_this_machine,
            tls_context=self._tls,
        )
        try:
            self._stage = Stage.CONNECT
            await smtp.connect()
            if server.user:
                self._stage = Stage.LOGIN
                await smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        self._told = ""
        return smtp

    async def _address(self, smtp: SMTP, sender: str, to: str) -> None:
        """The envelope, and the server's word that the letter may follow."""
        self._stage = Stage.SENDER
        await smtp.mail(sender)
        self._stage = Stage.RECIPIENT
        await smtp.rcpt(to)
        self._stage = Stage.CONTENT
        answer = await smtp.execute_command(b"DATA")
        if answer.code != GO_ON:
            raise SMTPDataError(answer.code, answer.message)

    async def _hand_over(self, smtp: SMTP, letter: bytes) -> None:
        """The letter itself. From here on only a clear no of the server means that it did not arrive.

        In two steps of our own: the library's one step does not tell whether the letter had left.
        """
        protocol = smtp.protocol
        if protocol is None:
            raise SMTPServerDisconnected("before the letter")
        protocol.write(_DOT.sub(b"..", letter) + b".\r\n")
        self._stage = Stage.SENT
        answer = await protocol.read_response(self._patience.answer)
        if answer.code >= 400:
            self._stage = Stage.CONTENT
            raise SMTPDataError(answer.code, answer.message)
        if not 200 <= answer.code < 300:
            raise SMTPResponseException(answer.code, "neither yes nor no")

    async def _failed(self, error: Exception) -> SendFailed:
        """What to raise for it; the connection is kept only where both sides know how far they are."""
        if not isinstance(error, SMTPResponseException) or self._stage is Stage.SENT or not await self._begin_anew():
            self._drop()
        translated = failed(error, self._stage)
        if translated.after >= SETUP_S and translated.detail != self._told:
            self._told = translated.detail
            log.error("the mail server %s does not take us, letters wait: %s", self._server.host, translated.detail)
        return translated

    async def _begin_anew(self) -> bool:
        """After a refusal: whether the server is ready for another envelope."""
        if self._smtp is None or not self._smtp.is_connected:
            return False
        try:
            async with asyncio.timeout(self._patience.goodbye):
                await self._smtp.rset()
        except _BROKEN:
            return False
        return True

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None
