"""Invite codes: found in what was typed, known to storage only by digest, carried by a button in a shorter spelling."""

from __future__ import annotations

import base64
import binascii
import hashlib

from bot.conversation.reading.outcomes import Accepted
from bot.conversation.reading.text import read_code


def digest_in(text: str) -> str:
    """The digest of the invite code a text consists of, "" when it is none."""
    reading = read_code(text)
    return hash_code(reading.value) if isinstance(reading, Accepted) else ""


def hash_code(code: str) -> str:
    """How an invite code is stored and found: nobody who reads the database can use it."""
    return hashlib.sha256(code.encode()).hexdigest()


def to_argument(digest: str) -> str:
    """A digest as a button carries it: 43 characters instead of 64."""
    return base64.urlsafe_b64encode(bytes.fromhex(digest)).decode().rstrip("=")


def from_argument(argument: str) -> str:
    """The digest a button carried, "" when it is none."""
    try:
        return base64.urlsafe_b64decode(argument + "=" * (-len(argument) % 4)).hex()
    except (binascii.Error, ValueError):
        return ""
