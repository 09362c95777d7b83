"""What tests of the command line share: commands run in this process, with a database and a folder of their own."""

import io
import logging
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from product.command import Printed, Tucham

from bot.cli.entry import run_command
from bot.conversation import timetable
from bot.settings import variables


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, sys.excepthook, logging.raiseExceptions)
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    sys.excepthook, logging.raiseExceptions = before[2], before[3]
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.fixture
def tucham(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Tucham:
    """Run a command in a folder of its own; `stdin` is what it reads. Deadlines may be farther ahead than usual."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(timetable, "FARTHEST", timedelta(days=36_500))
    for name in variables():
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, stdin: str | bytes = "") -> Printed:
        given = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        capsysbinary.readouterr()
        status = run_command(arguments)
        printed = capsysbinary.readouterr()
        return Printed(status, printed.out.decode(), printed.err.decode())

    return run
