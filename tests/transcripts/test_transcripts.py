"""Every transcript is played through the real door on a real SQLite file and must read exactly as it is written.

Checked once against: a label changed in buttons.toml, `going.go_on` that forgets what was recorded, a notice sent to
nobody: each made transcripts differ.
"""

import asyncio
from pathlib import Path

import pytest
from talk.stage import staged
from talk.transcript import Player

from bot.intake.verify import Difference

FILES = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_transcript_reads_as_it_is_written(path: Path, sqlite_file_url: str, update: bool) -> None:
    written = path.read_text(encoding="utf-8")
    played, differences = asyncio.run(_played(written, sqlite_file_url))
    if update:
        path.write_text(played, encoding="utf-8")
    assert differences == ()
    assert update or played == written


async def _played(written: str, url: str) -> tuple[str, tuple[Difference, ...]]:
    async with staged(url) as stage:
        return await Player(stage).play(written), await stage.differences()


def test_there_are_transcripts() -> None:
    assert len(FILES) >= 10
