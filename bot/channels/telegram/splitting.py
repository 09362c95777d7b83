"""Cut a text that is too long for one message, at line ends where possible, never inside a tag or a letter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import unescape

TEXT_LIMIT = 4096
_TOKEN = re.compile(r"<[^>]*>|&[^;\s&<]{1,10};|[^\S\n]+|[^<&\s]+|[<&]")
_TAG = re.compile(r"<(/?)([a-z]+)[^>]*>")


def split_html(html: str, limit: int = TEXT_LIMIT) -> tuple[str, ...]:
    """Return the parts of at most `limit` UTF-16 units each, counted without tags; every part has balanced tags."""
    if len(html) * 2 <= limit or visible_length(html) <= limit:
        return (html,)
    # A part in which nothing is seen is dropped last: what it opens or closes counts for the parts after it.
    return tuple(part for part in _balanced(_packed(html, limit)) if _TAG.sub("", part).strip())


def visible_length(html: str) -> int:
    """Length as Telegram counts it: UTF-16 units of what a person sees."""
    return _units(unescape(_TAG.sub("", html)))


def _units(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def _packed(html: str, limit: int) -> Iterator[str]:
    """Put whole lines together while they fit; a line too long for any message is cut at blanks."""
    held: list[str] = []
    length = 0
    for line in html.split("\n"):
        for piece in _pieces(line, limit):
            added = visible_length(piece) + (1 if held else 0)
            if held and length + added > limit:
                yield "\n".join(held)
                held, length, added = [], 0, added - 1
            held.append(piece)
            length += added
    yield "\n".join(held)


def _pieces(line: str, limit: int) -> Iterator[str]:
    """A line as it is, or in pieces of at most `limit` units."""
    if visible_length(line) <= limit:
        yield line
        return
    held, length = "", 0
    for token in _tokens(line, limit):
        width = visible_length(token)
        if length + width > limit:
            yield held
            held, length = "", 0
        held += token
        length += width
    yield held


def _tokens(line: str, limit: int) -> Iterator[str]:
    """Tags, entities, blanks and words; a word longer than a message is cut between letters."""
    for match in _TOKEN.finditer(line):
        token = match.group()
        if token[0] in "<&" or _units(token) <= limit:
            yield token
        else:
            yield from _letters(token)


def _letters(word: str) -> Iterator[str]:
    letter = ""
    for char in word:
        if letter and not unicodedata.combining(char):
            yield letter
            letter = ""
        letter += char
    yield letter


def _balanced(parts: Iterator[str]) -> Iterator[str]:
    """Close at the end of a part what is open there and open it again in the next."""
    still_open: list[tuple[str, str]] = []
    for part in parts:
        opened = "".join(tag for _, tag in still_open)
        for match in _TAG.finditer(part):
            if match.group(1):
                if still_open:
                    still_open.pop()
            else:
                still_open.append((match.group(2), match.group()))
        yield opened + part + "".join(f"</{name}>" for name, _ in reversed(still_open))
