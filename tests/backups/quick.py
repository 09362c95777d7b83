"""Locks by passphrase in no time: age makes each try cost a second and more, which is its point and not ours."""

from __future__ import annotations

import hashlib

import pyrage  # type: ignore[import-untyped]

_MARKS = (b"-----BEGIN AGE ENCRYPTED FILE-----\n", b"-----END AGE ENCRYPTED FILE-----\n")


def encrypt(plain: bytes, passphrase: str, *, armored: bool) -> bytes:
    """What age's own would give, but that the letters hide nothing."""
    assert armored
    return b"%b%b\n%b\n%b" % (_MARKS[0], _guard(passphrase), plain, _MARKS[1])


def decrypt(locked: bytes, passphrase: str) -> bytes:
    """The same back. Raises DecryptError."""
    begin, guard, plain, end = locked.splitlines(keepends=True)
    if (begin, end) != _MARKS or guard.strip() != _guard(passphrase):
        raise pyrage.DecryptError("Decryption failed")
    return plain.strip()


def _guard(passphrase: str) -> bytes:
    return hashlib.sha256(passphrase.encode()).hexdigest().encode()
