"""Locking and unlocking: for a passphrase, a key, both or nobody; what is wrong is told by its code."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BytesIO, RawIOBase
from typing import BinaryIO, cast

import pyrage  # type: ignore[import-untyped]
import pytest
from backups import quick

from bot.backup import sealing
from bot.backup.faults import BackupFault
from bot.backup.sealing import Key, Lock, sealed, unsealed

OWN, OTHER = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
RECIPIENT = str(OWN.to_public())
KEY_FILE = f"# created: 2026-01-10\n# public key: {RECIPIENT}\n{OWN}\n"
DATA = os.urandom(300_000)
SAID = Key(passphrase="mật khẩu")
HELD = Key(identity=KEY_FILE)


def lock(how: Lock, data: bytes = DATA) -> bytes:
    file = BytesIO()
    with sealed(file, how) as out:
        out.write(data)
    return file.getvalue()


def unlock(locked: bytes, key: Key) -> bytes:
    with unsealed(BytesIO(locked), key) as plain:
        return plain.read()


def fault(work: Callable[[], object]) -> str:
    with pytest.raises(BackupFault) as told:
        work()
    return told.value.code


@pytest.mark.parametrize(
    ("how", "keys"),
    [
        (Lock("mật khẩu"), (SAID,)),
        (Lock(recipient=RECIPIENT), (HELD,)),
        (Lock("mật khẩu", RECIPIENT), (SAID, HELD, Key("sai", KEY_FILE))),
        (Lock(), (Key(),)),
    ],
)
def test_what_was_locked_is_opened_by_each_who_may(how: Lock, keys: tuple[Key, ...]) -> None:
    locked = lock(how)
    assert (DATA[:1000] in locked) is not how.closes
    assert [unlock(locked, key) for key in keys] == [DATA] * len(keys)


@pytest.mark.parametrize(
    ("how", "key", "code"),
    [
        (Lock("mật khẩu"), Key("mật khâu"), "wrong_passphrase"),
        (Lock("mật khẩu"), Key(), "needs_passphrase"),
        (Lock("mật khẩu"), HELD, "wrong_key"),
        (Lock(recipient=RECIPIENT), SAID, "needs_key"),
        (Lock(recipient=RECIPIENT), Key(identity=str(OTHER)), "wrong_key"),
        (Lock(recipient=RECIPIENT), Key(identity="AGE-SECRET-KEY-1NONE"), "bad_key"),
        (Lock(recipient=RECIPIENT), Key(identity=""), "bad_key"),
    ],
)
def test_nobody_else_opens_it(how: Lock, key: Key, code: str) -> None:
    locked = lock(how)
    assert fault(lambda: unlock(locked, key)) == code


def test_a_recipient_that_is_none_is_refused_before_anything_is_written() -> None:
    assert fault(lambda: lock(Lock(recipient="age1nobody"))) == "bad_recipient"


@pytest.mark.parametrize("how", [Lock("mật khẩu"), Lock(recipient=RECIPIENT)])
def test_every_cut_and_every_altered_byte_is_found(how: Lock) -> None:
    locked = lock(how)
    key = SAID if how.passphrase else HELD
    for length in (40, 120, len(locked) // 2, len(locked) - 17, len(locked) - 1):
        assert fault(lambda cut=locked[:length]: unlock(cut, key)) in ("damaged", "needs_key"), length  # type: ignore[misc]
    for at in (len(locked) // 3, len(locked) - 1):
        altered = bytearray(locked)
        altered[at] ^= 1
        assert fault(lambda whole=bytes(altered): unlock(whole, key)) == "damaged", at  # type: ignore[misc]


def test_a_reader_that_stops_early_still_hears_of_a_cut() -> None:
    locked = lock(Lock(recipient=RECIPIENT))[:-1]

    def read_some() -> None:
        with unsealed(BytesIO(locked), HELD) as plain:
            plain.read(10)

    assert fault(read_some) == "damaged"


def test_a_reader_may_stop_early_where_all_is_well() -> None:
    """Caught when seeded: the rest left unread, so that it counted as cut off."""
    with unsealed(BytesIO(lock(Lock(recipient=RECIPIENT))), HELD) as plain:
        assert plain.read(10) == DATA[:10]


def test_what_goes_wrong_while_reading_is_not_hidden() -> None:
    locked = lock(Lock(recipient=RECIPIENT))

    def fail() -> None:
        with unsealed(BytesIO(locked), HELD) as plain:
            plain.read(10)
            raise LookupError

    with pytest.raises(LookupError):
        fail()


class Full(RawIOBase):
    """A disk that takes so much and no more."""

    def __init__(self, room: int) -> None:
        self.room = room

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.room -= len(cast("bytes", data))
        if self.room < 0:
            raise OSError(28, "No space left on device")
        return len(cast("bytes", data))


@pytest.mark.parametrize("room", [0, 100_000])
@pytest.mark.parametrize("how", [Lock("mật khẩu"), Lock(recipient=RECIPIENT), Lock()])
def test_a_full_disk_is_an_error_of_the_disk(how: Lock, room: int) -> None:
    """Caught when seeded: whoever wrote into a lock that had stopped waited for ever, or heard of a broken pipe."""

    def write() -> None:
        with sealed(cast("BinaryIO", Full(room)), how) as out:
            for _ in range(100):
                out.write(DATA)

    with pytest.raises(OSError, match="No space left"):
        write()


@pytest.mark.slow
def test_age_itself_takes_the_passphrase_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """`age -d` opens what stands at the beginning of the file, and what is in there opens the rest."""
    monkeypatch.setattr(sealing, "with_passphrase", pyrage.passphrase)
    locked = lock(Lock("mật khẩu"), b"x")
    assert locked.startswith(b"-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert locked.count(b"-----END AGE ENCRYPTED FILE-----\nage-encryption.org/v1\n") == 1
    assert unlock(locked, SAID) == b"x"
    assert fault(lambda: unlock(locked, Key("mật khâu"))) == "wrong_passphrase"
    altered = locked.replace(locked[60:61], b"A" if locked[60:61] != b"A" else b"B", 1)
    assert fault(lambda: unlock(altered, SAID)) in ("wrong_passphrase", "damaged")


def test_the_quick_stand_in_refuses_as_age_does() -> None:
    locked = quick.encrypt(b"x", "a", armored=True)
    for decrypt in (quick.decrypt, pyrage.passphrase.decrypt):
        with pytest.raises(pyrage.DecryptError):
            decrypt(locked, "b")
