"""Finds number, date, issuing body and place in a typed citation of a document; free text stays free text."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.conversation.reading.folding import split_words
from bot.conversation.reading.phrases import PhraseBook
from bot.conversation.reading.words import Words

_LONGEST = 2000
_LEAST_YEAR, _MOST_YEAR = 1945, 2100
_SYMBOL = re.compile(r"(?<![\w/])[0-9]{1,6}(?:/[0-9]{4})?[/-][^\W\d_][\w&.]{0,30}(?:[-/][\w&.]{1,30}){0,4}")
_DATE = re.compile(r"(?<![0-9/.-])([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})(?![0-9])")
_WORD = re.compile(r"[^\W_]+")
_ENDS = re.compile(r"[,;()\n]")


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation as typed and the parts that could be told; "" or None for a part that could not."""

    text: str
    symbol: str = ""
    dated: date | None = None
    issued_by: str = ""
    place: str = ""


def read_citation(text: str, words: Words) -> Citation:
    """Splits a citation such as "Decision no. 123/QD-SDL of 12/3/2025 by ..., page 3". Never refuses, never raises."""
    whole = unicodedata.normalize("NFC", text[:_LONGEST])
    symbol = _SYMBOL.search(whole)
    return Citation(
        text=whole,
        symbol=symbol.group().rstrip(".-&") if symbol else "",
        dated=_find_date(whole, words),
        issued_by=_find_issuer(whole, words),
        place=_find_place(whole, words),
    )


def _find_date(text: str, words: Words) -> date | None:
    for match in _DATE.finditer(text):
        found = _date(match[1], match[3], match[4])
        if found is not None:
            return found
    tokens = [match.group() for match in _WORD.finditer(text)]
    for at in range(len(tokens) - 5):
        day, month, year = tokens[at + 1], tokens[at + 3], tokens[at + 5]
        named = zip((tokens[at], tokens[at + 2], tokens[at + 4]), ("dated", "month", "year"), strict=True)
        if all(_is(word, words.citation[key]) for word, key in named) and _all_digits((day, month, year)):
            return _date(day, month, year)
    return None


def _find_issuer(text: str, words: Words) -> str:
    for match in _WORD.finditer(text):
        if _is(match.group(), words.citation["issued_by"]):
            rest = text[match.end() :]
            ends = (_ENDS.search(rest), _place_in(rest, words), _about_in(rest, words))
            issuer = rest[: min([len(rest), *(end.start() for end in ends if end)])].strip(" .,;:-")
            if issuer[:1].isupper():
                return issuer
    return ""


def _find_place(text: str, words: Words) -> str:
    found = _place_in(text, words)
    return text[found.start() :].strip(" .,;:-()") if found else ""


def _place_in(text: str, words: Words) -> "re.Match[str] | None":
    """The first word for a place in a document ("page") that a number or a letter follows."""
    matches = list(_WORD.finditer(text))
    longest = words.citation["place"].longest
    for at in range(len(matches)):
        for width in range(longest, 0, -1):
            if at + width >= len(matches):
                continue
            phrase = text[matches[at].start() : matches[at + width - 1].end()]
            following = matches[at + width].group()
            numbered = following[0].isdigit() or (following.isascii() and (following.isupper() or len(following) == 1))
            if numbered and _is(phrase, words.citation["place"]):
                return matches[at]
    return None


def _about_in(text: str, words: Words) -> "re.Match[str] | None":
    """The first word, or pair of words, that says what a document is about rather than whose it is."""
    matches = list(_WORD.finditer(text))
    for at, match in enumerate(matches):
        pair = text[match.start() : matches[min(at + 1, len(matches) - 1)].end()]
        if _is(match.group(), words.citation["about"]) or _is(pair, words.citation["about"]):
            return match
    return None


def _is(phrase: str, book: PhraseBook[bool]) -> bool:
    return book.find(split_words(phrase)) is not None


def _all_digits(parts: Iterable[str]) -> bool:
    return all(part.isascii() and part.isdigit() and len(part) <= len("2025") for part in parts)


def _date(day: str, month: str, year: str) -> date | None:
    if not _LEAST_YEAR <= int(year) <= _MOST_YEAR:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
