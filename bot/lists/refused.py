"""Why a list is not taken: sentences for whoever keeps it, each with the place and the cure; its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Formatter
from typing import Any

from bot.wording import texts


class ListRefused(Exception):
    """Nothing of the list is taken; `problems` are sentences for the person, all at once."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class TableUnreadable(Exception):
    """The bytes are no table we read; `code` says why."""

    def __init__(self, code: str, **args: object) -> None:
        super().__init__(code)
        self.code = code
        self.args_of_text = args


def words(table: str) -> Mapping[str, Any]:
    """One table of lists.toml."""
    found: Mapping[str, Any] = texts("lists")[table]
    return found


def problem(code: str, **args: object) -> str:
    """The sentence of a problem."""
    return Formatter().vformat(words("problem")[code], (), args)


def column_name(column: str) -> str:
    """What people call a column."""
    return str(words("columns")[column])
