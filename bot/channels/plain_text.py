"""A message as plain text, for platforms without markup: tags gone, links spelled out, cut where it is too long."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_JOINER = "\u200d"
_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_FLAG_HALVES = frozenset(map(chr, range(0x1F1E6, 0x1F200)))


def to_text(html: str, *, bold: bool = False, shaping: bool = False) -> str:
    """The small HTML subset as plain text; links show where they lead. `bold` keeps bold type, for real terminals;
    `shaping` keeps what is not seen but shapes what is (joined emoji, direction), for messengers."""
    reader = _Plain(bold=bold, shaping=shaping)
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces)


class _Plain(HTMLParser):
    def __init__(self, *, bold: bool, shaping: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._bold = bold
        self._shaping = shaping
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
        self.pieces.append(harmless(data, shaping=self._shaping))


def harmless(text: str, *, shaping: bool = False) -> str:
    """The text without control characters, every kind of blank a plain one; `shaping` as in `to_text`."""
    return "".join(_harmless(one, shaping) for one in text)


def _harmless(one: str, shaping: bool) -> str:
    if one.isprintable() or one in "\n\t":
        return one
    kind = unicodedata.category(one)
    if kind == "Zs":
        return " "
    return one if shaping and kind not in {"Cc", "Cs"} else ""


def split_text(text: str, limit: int) -> tuple[str, ...]:
    """The text, composed (NFC), in parts of at most `limit` UTF-16 units: cut between paragraphs where that can be,
    else between lines, words, letters; never inside a letter. Nothing but blanks between the parts is lost."""
    composed = unicodedata.normalize("NFC", text).strip()
    return tuple(part for part in _cut(composed, limit, ("\n\n", "\n", " ")) if part.strip())


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, limit: int, at: tuple[str, ...]) -> Iterator[str]:
    """Parts that fit, put together from pieces between the first of `at`; a piece too long is cut at the next."""
    if units(text) <= limit:
        yield text
        return
    if not at:
        yield from _letters(text, limit)
        return
    held = ""
    for piece in _pieces(text, at[0]):
        joined = held + at[0] + piece if held else piece
        if units(joined) <= limit:
            held = joined
            continue
        if held:
            yield held
        *whole, held = _cut(piece, limit, at[1:])
        yield from whole
    yield held


def _pieces(text: str, at: str) -> Iterator[str]:
    """The text taken apart; a blank with a mark on it is a letter and stays where it is."""
    held = None
    for piece in text.split(at):
        if held is not None and piece and _belongs(piece[0], at):
            held += at + piece
            continue
        if held is not None:
            yield held
        held = piece
    yield held or ""


def _letters(word: str, limit: int) -> Iterator[str]:
    """A word longer than a message, cut between letters; only a letter longer than a message is cut itself."""
    held, length = "", 0
    for letter in _one_by_one(word):
        size = units(letter)
        pieces = (letter,) if size <= limit else letter
        for piece in pieces:
            size = units(piece)
            if held and length + size > limit:
                yield held
                held, length = "", 0
            held, length = held + piece, length + size
    yield held


def _one_by_one(word: str) -> Iterator[str]:
    """The letters of a word as they are seen: marks stay with theirs, joined emoji and halves of a flag together."""
    letter = ""
    for char in word:
        if letter and not _belongs(char, letter):
            yield letter
            letter = ""
        letter += char
    yield letter


def _belongs(char: str, letter: str) -> bool:
    if unicodedata.category(char).startswith("M") or char == _JOINER or letter[-1] == _JOINER or char in _TONES:
        return True
    return char in _FLAG_HALVES and letter in _FLAG_HALVES
