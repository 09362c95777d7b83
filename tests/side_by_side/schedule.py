"""In which order files are handed to the workers of `make test`, and which of them go to one worker together."""

from __future__ import annotations

from pathlib import PurePosixPath

from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

TOGETHER = ("tests/browser", "tests/blackbox")
"""Suites whose files share what takes seconds to start: Chromium, a service, an office made by commands."""
FIRST = (
    "tests/docs/test_docs.py",
    "tests/bot/board/test_pages.py",
    "tests/bot/delivery/test_sender.py",
    "tests/bot/cli/test_office.py",
    "tests/scoring/test_properties.py",
    "tests/bot/intake/test_resume.py",
    "tests/bot/conversation/reading/test_percent_properties.py",
    "tests/bot/conversation/test_session_machine.py",
    "tests/contract/storage/test_units_of_work.py",
)
"""Long files: one that begins last would leave the other workers with nothing to do."""
_PLACES = {part: place for place, part in enumerate((*TOGETHER, *FIRST))}


def part_of(nodeid: str) -> str:
    """What a test is handed out with: its file, or its suite."""
    file = PurePosixPath(nodeid.split("::", 1)[0])
    return next((str(parent) for parent in file.parents if str(parent) in TOGETHER), str(file))


def place_of(nodeid: str) -> int:
    """Suites first, then the long files; all the rest keeps its own order behind them."""
    return _PLACES.get(part_of(nodeid), len(_PLACES))


class ByPart(LoadFileScheduling):  # type: ignore[misc]
    """Hands out whole parts in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        return part_of(nodeid)
