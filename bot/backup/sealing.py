"""Locks and unlocks a stream with age: for a passphrase, for somebody's key, for both, or not at all.

pyrage takes a passphrase only for what fits into memory. So a backup for a passphrase begins with a key of its own that
the passphrase locks (an armored age file), and goes on with what that key locks. Nothing plain ever lies on the disk.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

import pyrage  # type: ignore[import-untyped]
from pyrage import passphrase as with_passphrase
from pyrage import x25519

from bot.backup.faults import BackupFault

_BINARY = b"age-encryption.org/"
_ARMORED = b"-----BEGIN AGE ENCRYPTED FILE-----"
_ARMOR_ENDS = b"-----END AGE ENCRYPTED FILE-----"
_MOST_LOCKED = 4096
"""Bytes; a locked key takes about 500."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Whom a backup is for: who knows the passphrase, who holds the key of `recipient` (age1…); nobody: it is plain."""

    passphrase: str | None = None
    recipient: str | None = None

    @property
    def closes(self) -> bool:
        """Whether anything is locked at all."""
        return self.passphrase is not None or self.recipient is not None


@dataclass(frozen=True, slots=True)
class Key:
    """What a backup may be opened with; `identity` is the text of a key file."""

    passphrase: str | None = None
    identity: str | None = None


@contextmanager
def sealed(file: BinaryIO, lock: Lock) -> Iterator[BinaryIO]:
    """Lets one write plainly what goes into the file locked. Raises BackupFault for a bad lock, OSError of the file."""
    if not lock.closes:
        yield file
        return
    recipients = [] if lock.recipient is None else [_recipient(lock.recipient)]
    if lock.passphrase is not None:
        own = x25519.Identity.generate()
        recipients.append(own.to_public())
        locked: bytes = with_passphrase.encrypt(str(own).encode(), lock.passphrase, armored=True)
        file.write(locked.rstrip() + b"\n")
    noted = _Noted(file)
    read, write = os.pipe()
    pump = _Pump(lambda source: pyrage.encrypt_io(source, noted, recipients), os.fdopen(read, "rb"))
    try:
        with os.fdopen(write, "wb") as plain:
            yield plain
    except BrokenPipeError as error:  # the pump has stopped, and knows why
        pump.join()
        raise noted.error or pump.error or error from None
    finally:
        pump.join()
    if pump.error is not None:
        raise noted.error or pump.error from None


@contextmanager
def unsealed(file: BinaryIO, key: Key) -> Iterator[BinaryIO]:
    """Lets one read plainly what the file holds; it was read whole and is sound when this ends without a fault."""
    start = file.readline(256)
    file.seek(0)
    if not start.startswith((_BINARY, _ARMORED)):
        yield file
        return
    identities = _identities(file, key) if start.startswith(_ARMORED) else [_identity(key)]
    read, write = os.pipe()
    pump = _Pump(lambda sink: pyrage.decrypt_io(file, sink, identities), os.fdopen(write, "wb"))
    plain = os.fdopen(read, "rb")
    try:
        yield plain
        while plain.read(1 << 16):  # only the last piece tells that nothing was cut off
            pass
    except BaseException:
        if pump.error is not None:  # why there was no more to read
            raise _told(pump.error) from None
        raise
    finally:
        plain.close()
        pump.join()
    if pump.error is not None:
        raise _told(pump.error) from None


def check_lock(lock: Lock) -> None:
    """Raise BackupFault when nobody could ever open what is locked so."""
    if lock.recipient is not None:
        _recipient(lock.recipient)


def _recipient(text: str) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise BackupFault("bad_recipient") from None


def _identity(key: Key) -> x25519.Identity:
    if key.identity is None:
        raise BackupFault("needs_key")
    lines = (line.strip() for line in key.identity.splitlines())
    text = next((line for line in lines if line and not line.startswith("#")), "")
    try:
        return x25519.Identity.from_str(text)
    except pyrage.IdentityError:
        raise BackupFault("bad_key") from None


def _identities(file: BinaryIO, key: Key) -> list[x25519.Identity]:
    """What may open a backup that begins with a locked key; reads that beginning."""
    locked = b""
    while not locked.endswith((_ARMOR_ENDS + b"\n", _ARMOR_ENDS + b"\r\n")):
        line = file.readline(256)
        locked += line
        if not line or len(locked) > _MOST_LOCKED:
            raise BackupFault("damaged")
    found = [] if key.identity is None else [_identity(key)]
    if key.passphrase is not None:
        try:
            inside = with_passphrase.decrypt(locked, key.passphrase)
            found.append(x25519.Identity.from_str(inside.decode()))
        except (pyrage.DecryptError, pyrage.IdentityError, UnicodeDecodeError):
            if not found:
                raise BackupFault("wrong_passphrase") from None
    if not found:
        raise BackupFault("needs_passphrase")
    return found


def _told(error: BaseException) -> BackupFault:
    return BackupFault("wrong_key" if "No matching keys" in str(error) else "damaged")


class _Noted:
    """A file that remembers why it could not be written: age keeps only the words of it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return self._file.write(data)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        """Nothing waits here."""


class _Pump:
    """Runs one end of a pipe on a thread of its own: age pulls from one end and pushes into another."""

    def __init__(self, work: Callable[[BinaryIO], None], end: BinaryIO) -> None:
        self.error: BaseException | None = None
        self._work = work
        self._end = end
        self._thread = threading.Thread(target=self._run, name="age", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work(self._end)
            self._end.close()  # with what it still holds
        except BaseException as error:  # noqa: BLE001 - told by whoever started it
            self.error = error  # before the other end hears that there is no more
        finally:
            with suppress(OSError):
                self._end.close()

    def join(self) -> None:
        """Wait until it is done."""
        self._thread.join()
