"""Starts the process that asks for new tokens, and reads the journal in which it leaves them."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess  # what it runs is a script of ours
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.zalo_oa import exchange
from bot.channels.zalo_oa.tokens import Tokens

log = logging.getLogger(__name__)
PATIENCE_S = 10
"""For each step on the line: to be connected, to be answered."""
MOST_S = 15
"""The process ends itself then, whatever it waits for: before a service that is told to stop is killed."""
_HANDED_DOWN = ("SYSTEMROOT", "SSL_CERT_FILE", "SSL_CERT_DIR")


@dataclass(frozen=True, slots=True)
class Entry:
    """New tokens as they lie in the journal; `replaces` is the digest of the refresh token they were given for."""

    path: Path | None
    tokens: Tokens
    replaces: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: kept, loose (`entry` has it: the disk did not take it), refused, unreached, unanswered,
    unwritable (then the platform was not asked)."""

    code: str
    reason: str = ""
    entry: Entry | None = None


class Journal:
    """The folder in which answers lie until the database has them. `name` tells bots apart."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name

    def entries(self, now: int) -> tuple[Entry, ...]:
        """What waits to be taken over, the oldest first; what an ended process left half done is looked at, too."""
        found = []
        for path in sorted(self.folder.glob(f"{self.name}.*.*")):
            with suppress(OSError):
                if path.suffix == ".part" and now - path.stat().st_mtime * 1000 < 4000 * MOST_S:
                    continue  # its process may be alive
                entry = _read(path)
                if entry is not None:
                    found.append(entry)
                else:
                    log.error("a file of the journal cannot be read and is dropped")
                    path.unlink()
        return tuple(found)

    def open(self) -> None:
        """Make the folder, for this account only; what cannot be made is found out by whoever writes there."""
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _read(path: Path) -> Entry | None:
    try:
        return _entry(json.loads(path.read_bytes()), path)
    except ValueError:
        return None


def _entry(told: Any, path: Path | None) -> Entry:
    try:
        return Entry(path, Tokens.from_answer(told["answer"], int(told["at"])), str(told["replaces"]))
    except (TypeError, KeyError, AttributeError):
        raise ValueError("no answer is written there") from None


async def ask(url: str, secret: str, form: Mapping[str, str], journal: Journal, replaces: str) -> Outcome:
    """Ask for new tokens and wait for the process that does it; whoever stops waiting stops nothing."""
    await asyncio.to_thread(journal.open)
    task = {
        "url": url,
        "headers": {"secret_key": secret},
        "form": dict(form),
        "folder": str(journal.folder),
        "name": journal.name,
        "replaces": replaces,
        "patience": PATIENCE_S,
        "seconds": MOST_S,
    }
    # In a thread: an event loop may kill a process that it started when it lets go of it.
    return _outcome(await asyncio.to_thread(_run, json.dumps(task).encode()))


def _run(task: bytes) -> bytes:
    # -I and -S: nothing of the surroundings is imported; a session of its own: our end is not its end.
    process = subprocess.Popen(  # noqa: S603 - a script of ours, what is secret goes through a pipe
        [sys.executable, "-I", "-S", str(exchange.__file__)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _HANDED_DOWN if name in os.environ},
        start_new_session=True,
    )
    told, _ = process.communicate(task)
    return told


def _outcome(told: bytes) -> Outcome:
    try:
        answer = json.loads(told)
        loose = _entry(answer["entry"], None) if "entry" in answer else None
        return Outcome(str(answer["outcome"]), str(answer.get("reason", "")), loose)
    except (ValueError, KeyError, TypeError):
        return Outcome("unanswered", "ended early")  # by its alarm, or by the system
