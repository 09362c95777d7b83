"""What an address asks for: its query read strictly, and links that ask for something else and keep the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from bot.conversation.reading.folding import without_invisible
from bot.views.board import STANDINGS
from bot.views.board_progress import ORDERS, Choice

YEAR, KIND, STATE, SEARCH, ORDER, BACK, CELL = "nam", "khoi", "trang", "tim", "xep", "nguoc", "o"
"""The names of what can be asked, in the addresses people see."""
LONGEST_SEARCH = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A page's address, read: unknown names and values are as if they were not there."""

    path: str
    choice: Choice = field(default_factory=Choice)
    year: int | None = None
    cell: tuple[str, str] | None = None
    ordered: bool = False
    """Whether the address itself says in which order."""

    def link(self, **changes: str) -> str:
        """This page asked for something else; an empty value takes a wish away."""
        return _address(self.path, self._wishes() | changes)

    def now(self) -> Asked:
        """The same without a year: the newest cycle, also when there will be a newer one."""
        return replace(self, year=None)

    def to(self, path: str) -> str:
        """Another page of the same year."""
        return _address(path, {YEAR: self._wishes()[YEAR]})

    def unit(self, code: str) -> str:
        """The page of a unit, in the same year."""
        return self.to(f"/bang/don-vi/{quote(code, safe='')}")

    def sort(self, order: str) -> str:
        """The same rows in this order; the other way round when they stand in it already."""
        turned = self.choice.order == order and not self.choice.backwards
        return self.link(**{ORDER: "" if order == "list" else order, BACK: "1" if turned else ""})

    def wishes(self, *but: str) -> dict[str, str]:
        """What a form must carry on so that the rest of the address stays."""
        return {name: value for name, value in self._wishes().items() if value and name not in but}

    def _wishes(self) -> dict[str, str]:
        return {
            YEAR: str(self.year) if self.year is not None else "",
            KIND: self.choice.kind,
            STATE: self.choice.standing,
            SEARCH: self.choice.search,
            ORDER: self.choice.order if self.ordered else "",
            BACK: "1" if self.choice.backwards else "",
        }


def read_query(path: str, query: Mapping[str, str], kinds: Collection[str], *, order: str = "list") -> Asked:
    """What this address asks for; `order` is the one when it says none."""
    wanted = query.get(ORDER, "")
    choice = Choice(
        kind=_one_of(query.get(KIND, ""), kinds),
        standing=_one_of(query.get(STATE, ""), STANDINGS),
        search=" ".join(without_invisible(query.get(SEARCH, "")).split())[:LONGEST_SEARCH],
        order=wanted if wanted in ORDERS else order,
        backwards=query.get(BACK) == "1",
    )
    return Asked(path, choice, read_year(query), _cell(query.get(CELL, "")), wanted in ORDERS)


def read_year(query: Mapping[str, str]) -> int | None:
    """The year asked for, if it is one."""
    year = query.get(YEAR, "")
    return int(year) if len(year) == 4 and year.isascii() and year.isdecimal() else None


def _cell(text: str) -> tuple[str, str] | None:
    code, parted, criterion = text.rpartition(":")
    return (code, criterion) if parted and code and criterion else None


def _one_of(value: str, known: Collection[str]) -> str:
    return value if value in known else ""


def _address(path: str, wishes: Mapping[str, str]) -> str:
    query = urlencode({name: value for name, value in wishes.items() if value})
    return f"{path}?{query}" if query else path
