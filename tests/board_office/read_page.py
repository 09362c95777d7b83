"""Reads a page of the board as somebody sees it: tables as rows of cells, by class."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from html.parser import HTMLParser

VOID = frozenset({"input", "meta", "link", "col", "br", "hr", "img"})


@dataclass
class Cell:
    """One cell: its classes, its text, the addresses of its links and what they are called to who cannot see."""

    classes: frozenset[str]
    text: str = ""
    links: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    @property
    def number(self) -> Fraction:
        """The first number in the cell, exact as written."""
        return number(self.text)


@dataclass
class Row:
    """One row of a table."""

    classes: frozenset[str]
    cells: list[Cell] = field(default_factory=list)

    def of(self, name: str) -> Cell:
        """The cell of that class; LookupError when there is none."""
        for cell in self.cells:
            if name in cell.classes:
                return cell
        raise LookupError(name)


class Pages(HTMLParser):
    """Every table of a page, and what makes a page unsafe or unreadable."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[Row]] = []
        self.styled: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if "style" in known or any(name.startswith("on") for name in known):
            self.styled.append(tag)
        if known.get("id"):
            self.ids.append(known["id"])
        classes = frozenset(known.get("class", "").split())
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append(Row(classes))
        elif tag in ("td", "th"):
            self.tables[-1][-1].cells.append(Cell(classes))
        elif tag == "a" and (cell := self._cell()) is not None:
            cell.links.append(known.get("href", ""))
            cell.labels.append(known.get("aria-label", ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.text += data
        cell = self._cell()
        if cell is not None:
            cell.text += data

    def _cell(self) -> Cell | None:
        if not ({"td", "th"} & set(self.open)) or not self.tables or not self.tables[-1]:
            return None
        row = self.tables[-1][-1]
        return row.cells[-1] if row.cells else None


def read(html: str) -> Pages:
    """A page, read to its end."""
    page = Pages()
    page.feed(html)
    return page


def number(text: str) -> Fraction:
    """The first number in a text as people write it, exact: "1.080,5" is 1080.5."""
    found = re.search(r"[0-9][0-9.]*(?:,[0-9]+)?", text)
    assert found, text
    return Fraction(found[0].replace(".", "").replace(",", "."))
