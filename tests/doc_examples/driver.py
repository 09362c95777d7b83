"""Runs the commands of one document one after the other in one process, on the days that the document names."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import re
import sys
from datetime import UTC, datetime, timedelta, tzinfo
from types import ModuleType
from typing import Any

CODE = "MÃ"
"""As an argument: the invite code that was shown last."""
_CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")


class _AnyMoment(type):
    def __instancecheck__(cls, other: object) -> bool:
        return isinstance(other, datetime)


class Calendar(datetime, metaclass=_AnyMoment):
    """The clock of the commands: as far from the real one as the document says."""

    off = timedelta(0)

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        """The moment, where the document is."""
        return datetime.now(tz) + cls.off  # noqa: TID251 - this is the edge


def clocks() -> set[ModuleType]:
    """The modules that read a clock for a command: the entrance that all share, and the commands' own edges."""
    from bot.cli.entry import VERBS

    named = {*VERBS.values(), "bot.cli.amend", "bot.cli.reminders", "bot.house"}
    modules = {importlib.import_module(name.partition(":")[0]) for name in named}
    return {module for module in modules if getattr(module, "datetime", None) is datetime}


def main() -> None:
    """Read the calls as JSON, run them, print what each ended with and said."""
    from bot import talking
    from bot.cli.entry import run_command

    for module in clocks():
        module.__dict__["datetime"] = Calendar
    talking.LINGER_S = 0
    told: list[tuple[int, str]] = []
    code = "?"
    for call in json.load(sys.stdin):
        if call["at"]:
            Calendar.off = datetime.fromisoformat(call["at"]) - datetime.now(UTC)  # noqa: TID251
        os.environ["LOGNAME"] = call["name"]
        sys.stdin = io.TextIOWrapper(io.BytesIO(call["typed"].encode()), encoding="utf-8")
        out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            status = run_command([code if one == CODE else one for one in call["arguments"]])
        said = out.buffer.getvalue().decode()
        told.append((status, said))
        code = (_CODE.findall(said) or [code])[-1]
    print(json.dumps(told))  # noqa: T201 - whoever started this reads it


if __name__ == "__main__":
    main()
