"""What a failed conversation with a mail server means for the letter, told apart once.

Nothing a server says is repeated beyond its codes: its words may quote an address, or what we signed in with.
"""

from __future__ import annotations

import re
import ssl
from enum import StrEnum

from aiosmtplib import SMTPException, SMTPResponseException

from bot.channels.contract import Failure, SendFailed

AWAY_S = 30.0
"""Before the server is called again when it could not be reached."""
LATER_S = 60.0
"""Before a letter is tried again that the server would not take just now."""
SETUP_S = 600.0
"""Before anything is tried again when the server does not want us at all: a person must change a setting."""
_ENHANCED = re.compile(r"\b([245]\.[0-9]{1,3}\.[0-9]{1,3})\b", re.ASCII)
_NOBODY = ("5.1.", "5.2.0", "5.2.1")
"""Enhanced codes that speak of the mailbox: there is none, or it takes nothing any more."""
_ABOUT_US = frozenset({530, 534, 535, 538})
"""Replies that want another way of signing in, at whatever point of the conversation."""


class Stage(StrEnum):
    """How far a letter had come."""

    CONNECT = "connection"
    LOGIN = "account"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"
    """DATA was asked for, or the letter was handed over and answered."""
    SENT = "answer"
    """The letter was handed over and no answer came that can be understood."""


def failed(error: Exception, stage: Stage) -> SendFailed:
    """Translate an error of the conversation."""
    if stage is Stage.SENT:
        return SendFailed(Failure.UNCERTAIN, f"no {stage}: {type(error).__name__}")
    if isinstance(error, SMTPResponseException) and error.code >= 400:
        return _refused(error.code, _enhanced(error), stage)
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return _wait(SETUP_S, "the server's certificate or TLS")
    if type(error) is SMTPException:  # what is asked for is not offered: STARTTLS, a way to sign in
        return _wait(SETUP_S, f"{stage}: the server offers no way we may take")
    return _wait(AWAY_S, f"{stage}: {type(error).__name__}")


def _refused(code: int, enhanced: str, stage: Stage) -> SendFailed:
    detail = f"{code} {enhanced} {stage}".replace("  ", " ")
    if code in _ABOUT_US:
        return _wait(SETUP_S, detail)
    if stage in {Stage.CONNECT, Stage.LOGIN, Stage.SENDER}:
        # Every letter would meet with the same: none of them is to blame.
        return _wait(SETUP_S if code >= 500 and stage is not Stage.CONNECT else LATER_S, detail)
    if code < 500:
        return SendFailed(Failure.RETRY, detail, after=LATER_S, hold_all=code == 421)
    if enhanced.startswith(_NOBODY) or (stage is Stage.RECIPIENT and not enhanced and code in {550, 551, 553}):
        return SendFailed(Failure.UNREACHABLE, detail)
    return SendFailed(Failure.REJECTED, detail)


def _wait(seconds: float, detail: str) -> SendFailed:
    return SendFailed(Failure.RETRY, detail, after=seconds, hold_all=True)


def _enhanced(error: SMTPResponseException) -> str:
    found = _ENHANCED.search(error.message)
    return found.group(1) if found and found.start() == 0 else ""
