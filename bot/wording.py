"""The words of the command line and of start-up, out of messages/vi: Python holds the keys, the file the text."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any


class WordingMissing(Exception):
    """A text that the program names does not stand in its file: a bug, found by the tests."""


@cache
def texts(name: str) -> Mapping[str, Any]:
    """The file messages/vi/<name>.toml, as it stands."""
    return tomllib.loads(files("messages").joinpath("vi", f"{name}.toml").read_text(encoding="utf-8"))


def say(key: str, /, **args: object) -> str:
    """The text of cli.toml under a dotted key, its {names} filled; WordingMissing when there is none."""
    text = find(key)
    if text is None:
        raise WordingMissing(key)
    return Formatter().vformat(text, (), args).strip()


def find(key: str) -> str | None:
    """The raw text of cli.toml under a dotted key, None when there is none."""
    value: Any = texts("cli")
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None
