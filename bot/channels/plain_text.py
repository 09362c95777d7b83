"""A message as plain text, for platforms without markup: tags gone, links spelled out, cut where it is too long."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def to_text(html: str, *, bold: bool = False) -> str:
    """The small HTML subset as plain text; links show where they lead. `bold` keeps bold type, for real terminals."""
    reader = _Plain(bold=bold)
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces)


class _Plain(HTMLParser):
    def __init__(self, *, bold: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._bold = bold
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")
        elif tag == "b" and self._bold:
            self.pieces.append(_BOLD)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._links:
            link = self._links.pop()
            self.pieces.append(f" ({link})" if link else "")
        elif tag == "b" and self._bold:
            self.pieces.append(_PLAIN)

    def handle_data(self, data: str) -> None:
        # What people wrote is shown on somebody's terminal: no escape sequence of theirs may reach it.
        self.pieces.append(harmless(data))


def harmless(text: str) -> str:
    return "".join(one for one in text if one == "\n" or one.isprintable() or one == "\t")


def split_text(text: str, limit: int) -> tuple[str, ...]:
    """The text, composed (NFC), in parts of at most `limit` UTF-16 units: cut between paragraphs where that can be,
    else between lines, words, letters; never inside a letter. Nothing but blanks between the parts is lost."""
    composed = unicodedata.normalize("NFC", text).strip()
    return tuple(part for part in _cut(composed, limit, ("\n\n", "\n", " ")) if part.strip())


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def _cut(text: str, limit: int, at: tuple[str, ...]) -> Iterator[str]:
    """Parts that fit, put together from pieces between the first of `at`; a piece too long is cut at the next."""
    if units(text) <= limit:
        yield text
        return
    if not at:
        yield from _letters(text, limit)
        return
    held = ""
    for piece in text.split(at[0]):
        joined = held + at[0] + piece if held else piece
        if units(joined) <= limit:
            held = joined
            continue
        if held:
            yield held
        *whole, held = _cut(piece, limit, at[1:])
        yield from whole
    yield held


def _letters(word: str, limit: int) -> Iterator[str]:
    """A word longer than a message, cut between letters; marks stay with theirs."""
    held, letter = "", ""
    for char in word:
        if letter and not unicodedata.combining(char):
            if units(held + letter) > limit:
                yield held
                held = ""
            held, letter = held + letter, ""
        letter += char
    if units(held + letter) > limit:
        yield held
        held = ""
    yield held + letter
