"""Files by content: kept once, found again, never reached by anything but a digest.

Checked once against: `put` without the rename, `_path` without its look at the digest, mode 0644: each failed here.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from storage.blobs import BlobMissing, Blobs

DATA = b"%PDF-1.7 \x00\xff"
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "var" / "files")


def test_what_was_put_is_read_back_by_the_digest_of_its_bytes(blobs: Blobs, tmp_path: Path) -> None:
    assert not blobs.has(DIGEST)
    assert blobs.put(DATA) == DIGEST
    assert blobs.has(DIGEST)
    assert blobs.read(DIGEST) == DATA
    assert blobs.is_sound(DIGEST)
    assert list(blobs.digests()) == [DIGEST]
    assert blobs.path(DIGEST) == tmp_path / "var" / "files" / DIGEST[:2] / DIGEST[2:4] / DIGEST


def test_the_same_bytes_are_kept_once(blobs: Blobs) -> None:
    blobs.put(DATA)
    before = blobs.path(DIGEST).stat()
    assert blobs.put(DATA) == DIGEST
    assert blobs.path(DIGEST).stat().st_ino == before.st_ino


def test_only_the_owner_may_read(blobs: Blobs) -> None:
    old = os.umask(0)
    try:
        blobs.put(DATA)
    finally:
        os.umask(old)
    path = blobs.path(DIGEST)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [folder.stat().st_mode & 0o777 for folder in list(path.parents)[:3]] == [0o700] * 3


@pytest.mark.parametrize(
    "named", ["", "..", "../../etc/passwd", DIGEST.upper(), DIGEST[:-1], DIGEST + "\n", f"../{DIGEST}", "g" * 64]
)
def test_nothing_but_a_digest_names_a_file(blobs: Blobs, named: str) -> None:
    blobs.put(DATA)
    assert not blobs.has(named)
    assert not blobs.is_sound(named)
    for use in (blobs.open, blobs.read, blobs.path):
        with pytest.raises(BlobMissing):
            use(named)


def test_altered_and_vanished_files_are_not_sound(blobs: Blobs) -> None:
    blobs.put(DATA)
    path = blobs.path(DIGEST)
    path.write_bytes(DATA + b"x")
    assert not blobs.is_sound(DIGEST)
    path.unlink()
    assert not blobs.is_sound(DIGEST)
    with pytest.raises(BlobMissing):
        blobs.read(DIGEST)


def test_a_write_that_fails_leaves_nothing_behind(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs.put(b"before")

    def full(_handle: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        blobs.put(DATA)
    assert not blobs.has(DIGEST)
    assert len(list(blobs.digests())) == 1
    folder = blobs.path(hashlib.sha256(b"before").hexdigest()).parents[2]
    assert [path.name for path in folder.rglob(".part-*")] == []
