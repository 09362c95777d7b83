"""Sample data: what each template is shown with in tests and in the preview, read from JSON.

JSON has no fractions, moments or shared pieces, so texts that begin with a mark stand for them: "=35/8" is a Fraction,
"@2026-01-08T09:05:00Z" a moment, "#name" the piece of that name in _shared.json; in an object the key "<" names a
piece whose keys it starts from.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from messages.errors import MessageBroken


@dataclass(frozen=True, slots=True)
class SampleButton:
    """One button under a sample: the name of its label and what the label is filled with."""

    label: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """One way a screen can look: when it comes up, in words, with which data and buttons."""

    template: str
    title: str
    when: str
    data: Mapping[str, Any]
    rows: tuple[tuple[SampleButton, ...], ...]


@dataclass(frozen=True, slots=True)
class SampleGroup:
    """Screens that belong together, in the order a person meets them."""

    title: str
    templates: tuple[str, ...]


class Samples:
    """The samples of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shared: dict[str, Any] = _read(folder / "_shared.json")

    def names(self) -> tuple[str, ...]:
        """The templates that have samples."""
        return tuple(sorted(path.stem for path in self._folder.glob("[a-z]*.json")))

    def groups(self) -> tuple[SampleGroup, ...]:
        """The order of the preview."""
        groups = _read(self._folder / "_groups.json")
        return tuple(SampleGroup(group["title"], tuple(group["templates"])) for group in groups)

    def of(self, template: str) -> tuple[Sample, ...]:
        """All samples of a template; MessageBroken when there are none."""
        file = _read(self._folder / f"{template}.json")
        return tuple(
            Sample(
                template, file["title"], entry["when"], self._value(entry["data"]), self._rows(entry.get("rows", []))
            )
            for entry in file["samples"]
        )

    def _rows(self, rows: list[list[list[Any]]]) -> tuple[tuple[SampleButton, ...], ...]:
        if isinstance(rows, str):
            rows = self._piece(rows[1:])
        return tuple(
            tuple(SampleButton(name, self._value(args[0] if args else {})) for name, *args in row) for row in rows
        )

    def _value(self, value: Any) -> Any:
        match value:
            case str():
                return self._text(value)
            case list():
                return tuple(self._value(item) for item in value)
            case dict():
                start = self._value(value["<"]) if "<" in value else {}
                return {**start, **{key: self._value(item) for key, item in value.items() if key != "<"}}
            case float():
                raise MessageBroken(f"{value} is not exact: write it as a fraction")
        return value

    def _text(self, text: str) -> Any:
        mark, rest = text[:1], text[1:]
        if mark == "=":
            return Fraction(rest)
        if mark == "@":
            return datetime.fromisoformat(rest)
        return self._value(self._piece(rest)) if mark == "#" else text

    def _piece(self, name: str) -> Any:
        if name not in self._shared:
            raise MessageBroken(f"no shared sample piece {name!r}")
        return self._shared[name]


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MessageBroken(f"sample file {path.name}: {type(error).__name__}") from error
