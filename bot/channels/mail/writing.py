"""A letter as it travels: headers, the text twice, and a file that goes with it, all in plain ASCII lines."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid

from messages.letters import Letter

_POLICY = SMTP.clone(cte_type="7bit")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_BARE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,58}", re.ASCII)
_MEDIA = re.compile(r"[a-z]+/[a-z0-9.+-]+", re.ASCII)
_WORD_BYTES = 45
"""Of UTF-8 in one encoded word, so that with all around it none is longer than the 75 characters a mail allows."""
ANY = "application/octet-stream"


def message_id(reference: str, domain: str) -> str:
    """The name a letter goes by: the same however often it is tried, so that mail servers can tell."""
    return f"<tucham.{reference}@{domain}>" if reference else make_msgid("tucham", domain)


def write(
    letter: Letter,
    *,
    sender: str,
    name: str,
    to: str,
    number: str,
    at: datetime,
    file: tuple[str, str, bytes] | None = None,
) -> bytes:
    """The whole letter; `sender` and `to` are checked addresses, `number` is its message id, `file` is (name, media
    type, bytes). Lines end in CRLF."""
    head = {
        "From": f"{encoded(name)} <{sender}>",
        "To": to,
        "Subject": encoded(letter.subject),
        "Date": format_datetime(at),
        "Message-ID": number,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    # Written by hand: the library folds long Vietnamese names so that blanks appear in them.
    lines = "".join(f"{key}: {value}\r\n" for key, value in head.items())
    return lines.encode("ascii") + _content(letter, file).as_bytes()


def _content(letter: Letter, file: tuple[str, str, bytes] | None) -> EmailMessage:
    made = EmailMessage(_POLICY)
    made.set_content(letter.text)
    made.add_alternative(letter.html, subtype="html")
    if file is not None:
        called, media, content = file
        kind, _, subtype = (media if _MEDIA.fullmatch(media) else ANY).partition("/")
        made.add_attachment(content, maintype=kind, subtype=subtype, filename=one_line(called))
    return made


def encoded(text: str) -> str:
    """Words of a header: as they are where nothing in them can be misread, else as encoded words (RFC 2047)."""
    line = one_line(text)
    return line if _BARE.fullmatch(line) else "\r\n ".join(_encoded_words(line))


def _encoded_words(line: str) -> Iterator[str]:
    held = b""
    for letter in line:
        coming = letter.encode()
        if len(held) + len(coming) > _WORD_BYTES:
            yield _encoded_word(held)
            held = b""
        held += coming
    yield _encoded_word(held)


def _encoded_word(text: bytes) -> str:
    return f"=?utf-8?b?{b64encode(text).decode()}?="


def one_line(text: str) -> str:
    """A text that can end no header."""
    return _CONTROL.sub(" ", text).strip()
