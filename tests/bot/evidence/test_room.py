"""Files on their way in: checked, named, kept; who may file; and what lies on the disk against what was filed.

Checked once against: `_may_file` without `accepted`, `keep` that believes the name: each failed here.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from evidence_files.making import EXE, JPEG, PDF
from talk.stage import Stage

from bot.conversation.events import Filed
from bot.evidence.kept import Kept
from bot.evidence.room import MOST_BYTES, Evidence, FileRefused, FileRoom, FilesAway, unsound_files
from storage.blobs import Blobs


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return Evidence(Blobs(tmp_path / "files"), "Ảnh")


def test_a_file_is_kept_under_its_content_with_a_name_that_fits_its_bytes(evidence: Evidence) -> None:
    digest = hashlib.sha256(PDF).hexdigest()
    kept = evidence.keep("C:\\qd\u202e 45.exe", PDF)
    assert kept == Kept(digest, "qd 45.pdf", "application/pdf", len(PDF))
    assert evidence.blobs.read(digest) == PDF
    assert evidence.keep("", JPEG).name == f"Ảnh-{hashlib.sha256(JPEG).hexdigest()[:6]}.jpg"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [("a.pdf", b"", "empty"), ("a.pdf", PDF + b"\0" * MOST_BYTES, "too_large"), ("a.pdf", EXE, "mismatched")],
)
def test_what_is_refused_is_not_kept(evidence: Evidence, name: str, data: bytes, code: str) -> None:
    with pytest.raises(FileRefused) as caught:
        evidence.keep(name, data)
    assert (caught.value.code, caught.value.kind) == (code, f"file_{code}")
    assert list(evidence.blobs.digests()) == []


async def test_only_officers_who_agreed_are_expected(stage: Stage, evidence: Evidence) -> None:
    room = FileRoom(stage.store, evidence)

    async def expected(name: str) -> bool:
        return await room.expects("telegram", stage.actor(name).address)

    assert not await expected("An")
    await stage.says("An", "/start K7Q29XPM")
    await stage.presses("An", "Đúng")
    assert not await expected("An")
    await stage.presses("An", "Đồng ý, bắt đầu")
    assert await expected("An")
    await stage.invite("R7Q29XPM", "reviewer")
    await stage.joins("Bình", "R7Q29XPM")
    assert not await expected("Bình")


async def test_a_full_disk_is_told_as_something_to_try_again(
    stage: Stage, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_data: bytes) -> str:
        raise OSError("disk full")

    monkeypatch.setattr(evidence.blobs, "put", full)
    with pytest.raises(FilesAway, match="OSError"):
        await FileRoom(stage.store, evidence).keep("a.pdf", PDF)


async def test_a_file_sent_reused_and_taken_away_is_told_by_rows_and_ledger(joined: Stage, evidence: Evidence) -> None:
    kept = evidence.keep("Kế hoạch.pdf", PDF)
    event = Filed(kept.digest, kept.name, kept.media, kept.size)
    await joined.does("An", event, key="once")
    await joined.does("An", event, key="once")  # brought again by the platform
    await joined.says("An", "sửa 1.3")
    await joined.presses("An", "Thêm tài liệu")
    await joined.presses("An", "Kế hoạch.pdf")
    assessment = await joined.assessment("SDL")
    filed = [(text.criterion, text.body, text.digest) for text in assessment.texts if text.kind == "file"]
    assert filed == [("1.1", "Kế hoạch.pdf", kept.digest), ("1.3", "Kế hoạch.pdf", kept.digest)]
    await joined.presses("An", "Thêm tài liệu")
    await joined.presses("An", "Bỏ Kế hoạch.pdf")
    assert [text.criterion for text in (await joined.assessment("SDL")).texts] == ["1.1"]
    assert await joined.differences() == ()
    assert await joined.store.read(unsound_files, evidence.blobs) == ()
    evidence.blobs.path(kept.digest).write_bytes(PDF + b" ")
    assert await joined.store.read(unsound_files, evidence.blobs) == (kept.digest,)
