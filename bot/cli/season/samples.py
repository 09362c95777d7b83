"""The people and the sentences of the demo, out of its CSV files: Python holds no name and no word."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bot.cli.shape import Stopped
from bot.wording import say

PEOPLE, SENTENCES = "can-bo-mau.csv", "loi-mau.csv"
OFFICER, REVIEWER = "officer", "reviewer"


@dataclass(frozen=True, slots=True)
class Samples:
    """Officers by unit code, reviewers, and sentences by what they are for (note, citation, ground, none, return)."""

    officers: Mapping[str, tuple[str, ...]]
    reviewers: tuple[str, ...]
    sentences: Mapping[str, tuple[str, ...]]

    def lines(self, kind: str) -> tuple[str, ...]:
        """All sentences of a kind; evidence is typed as a citation."""
        return self.sentences["citation" if kind == "evidence" else kind]

    def any(self, kind: str, dice: Random) -> str:
        """One of the sentences of a kind."""
        return dice.choice(self.lines(kind))


def read_samples(folder: Path) -> Samples:
    """The samples of a folder; Stopped when a file cannot be read or says nothing of its kind."""
    officers: dict[str, tuple[str, ...]] = {}
    reviewers: list[str] = []
    for code, name, role in _rows(folder / PEOPLE, 3):
        if role == REVIEWER:
            reviewers.append(name)
        else:
            officers[code] = (*officers.get(code, ()), name)
    sentences: dict[str, tuple[str, ...]] = {}
    for kind, text in _rows(folder / SENTENCES, 2):
        sentences[kind] = (*sentences.get(kind, ()), text)
    return Samples(officers, tuple(reviewers), sentences)


def _rows(path: Path, columns: int) -> Iterator[list[str]]:
    """The rows behind the heading."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))[1:]
    except (OSError, UnicodeError) as error:
        raise Stopped(say("refusal.file", file=path, reason=error)) from None
    for row in rows:
        if len(row) != columns:
            raise Stopped(say("demo.bad_row", file=path, row=row))
        yield [cell.strip() for cell in row]
