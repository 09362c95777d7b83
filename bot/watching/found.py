"""What the doctor found: one finding per thing looked at, in the words of messages/vi/doctor.toml."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter
from typing import Literal

from bot.wording import WordingMissing, texts

State = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was looked at: how it is, and what to do about it ("" where there is nothing to do)."""

    name: str
    state: State
    what: str
    cure: str = ""


def found(name: str, state: State, code: str, /, **args: object) -> Found:
    """A finding in words; WordingMissing when nobody wrote them, which is a bug."""
    table = texts("doctor").get(name, {}).get(code)
    if not isinstance(table, dict):
        raise WordingMissing(f"doctor.{name}.{code}")
    what, cure = (Formatter().vformat(str(table.get(part, "")), (), args) for part in ("what", "cure"))
    return Found(name, state, what, cure)


def title(name: str) -> str:
    """What people call the thing that was looked at."""
    return str(texts("doctor")[name]["title"])
