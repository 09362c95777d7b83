"""The words of documents, and how texts from people are made fit to stand in one."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from messages.errors import MessageBroken

FILE = Path(__file__).parents[1] / "vi" / "documents.toml"
_BLANKS = re.compile(r"\s+")


@cache
def read_words() -> Mapping[str, Any]:
    """The words by table; MessageBroken when the file cannot be read."""
    try:
        return tomllib.loads(FILE.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise MessageBroken(f"{FILE.name}: {error}") from error


def tidy(text: str) -> str:
    """A text as it is printed: composed (NFC), on one line, without what nobody can see."""
    line = _BLANKS.sub(" ", unicodedata.normalize("NFC", text))
    return "".join(one for one in line if unicodedata.category(one)[0] != "C").strip()


def needed(names: Mapping[str, str], *keys: str) -> dict[str, str]:
    """Those names, tidy; MessageBroken when one is missing."""
    if missing := [key for key in keys if key not in names]:
        raise MessageBroken(f"names missing: {', '.join(missing)}")
    return {key: tidy(names[key]) for key in keys}
