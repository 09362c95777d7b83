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
REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True)
class Sentence:
    """What somebody may write, and beside which criteria or groups it makes sense; none named: beside any."""

    text: str
    fits: tuple[str, ...] = ()

    def suits(self, criterion: str) -> bool:
        """Whether it makes sense there."""
        return not self.fits or any(f"{criterion}.".startswith(f"{one}.") for one in self.fits)


@dataclass(frozen=True, slots=True)
class Samples:
    """Officers by unit code, reviewers, and sentences by what they are for (note, citation, ground, none, return)."""

    officers: Mapping[str, tuple[str, ...]]
    reviewers: tuple[str, ...]
    sentences: Mapping[str, tuple[Sentence, ...]]

    def lines(self, kind: str, criterion: str = "") -> tuple[str, ...]:
        """All sentences of a kind, or those that make sense beside a criterion; evidence is typed as a citation."""
        known = self.sentences["citation" if kind == "evidence" else kind]
        return tuple(one.text for one in known if not criterion or one.suits(criterion))

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
    sentences: dict[str, tuple[Sentence, ...]] = {}
    for kind, text, fits in _rows(folder / SENTENCES, 3):
        sentences[kind] = (*sentences.get(kind, ()), Sentence(text, tuple(fits.split())))
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
