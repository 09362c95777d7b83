"""Starts the process that reads a spreadsheet and waits for it; whatever becomes of it, the service goes on."""

from __future__ import annotations

import json
import os
import subprocess  # the reader is a script of ours, its input goes through a pipe
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bot.lists import unpack
from bot.lists.refused import TableUnreadable

MEGABYTES = 512
SECONDS = 1
"""Of the processor's time; a list of five thousand units takes a tenth of that."""
PATIENCE = 15.0
"""Seconds by the clock, for a machine that is busy with other things."""


def read_apart(data: bytes, rows: int, columns: int) -> list[dict[str, Any]]:
    """The sheets of a spreadsheet as `unpack` tells them; TableUnreadable. Blocks: a page calls it in a thread."""
    found = find_spec("python_calamine")
    site = str(Path(found.origin).parents[1]) if found and found.origin else ""
    limits = [str(one) for one in (rows, columns, MEGABYTES, SECONDS)]
    # -I and -S: nothing of the surroundings is imported, and no secret of the environment is handed down.
    command = [sys.executable, "-I", "-S", str(unpack.__file__), site, *limits]
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, check=False, env=kept)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise TableUnreadable("unpacks_too_big") from None
    if done.returncode != 0:  # the system, or the library, ended it: it wanted too much
        raise TableUnreadable("unpacks_too_big")
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise TableUnreadable(answer["refused"])
    sheets: list[dict[str, Any]] = answer["sheets"]
    return sheets
