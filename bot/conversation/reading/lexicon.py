"""Cuts a cleaned reply to a percentage question into pieces and says what part each may play."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.conversation.reading.cleaning import VULGAR_CLOSE, VULGAR_OPEN
from bot.conversation.reading.folding import Syllable, Syllables, syllable
from bot.conversation.reading.phrases import PhraseBook


class Role(StrEnum):
    """What a piece can be; the words for the lower half stand in words.toml under these names."""

    NUMBER = "number"
    VULGAR = "vulgar"
    UNKNOWN = "unknown"
    SLASH = "slash"
    COLON = "colon"
    COMMA = "comma"
    SEMICOLON = "semicolon"
    DOT = "dot"
    BANG = "bang"
    DASH = "dash"
    MINUS = "minus"
    PLUS = "plus"
    EQUALS = "equals"
    ARROW = "arrow"
    OPEN = "open"
    CLOSE = "close"

    PERCENT = "percent"
    PERCENT_ODD = "percent_odd"
    PER_MILLE = "per_mille"
    POINTS = "points"
    OVER = "over"
    OUT_OF = "out_of"
    TOTAL = "total"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    SAME = "same"
    LABEL = "label"
    APPROXIMATE = "approximate"
    INEQUALITY = "inequality"
    RANGE = "range"
    UNIT = "unit"
    CHATTY = "chatty"
    POLITE_FRONT = "polite_front"
    POLITE_BACK = "polite_back"
    VAGUE = "vague"
    NEGATIVE = "negative"
    DATE = "date"
    DIGIT = "digit"
    LAST_DIGIT = "last_digit"
    TEN = "ten"
    TENS = "tens"
    HUNDRED = "hundred"
    AND_DIGIT = "and_digit"
    POINT = "point"
    AND_A_HALF = "and_a_half"
    HALF = "half"
    ALL = "all"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Piece:
    """A number, a mark or a known phrase; `value` is what a number word counts for."""

    role: Role
    text: str
    spaced: bool
    value: int = 0


Meaning = tuple[Role, int]

# Every alternative begins with a character the others cannot begin with, so nothing is ever tried twice.
_PIECE = re.compile(
    rf"(?P<number>[0-9]+(?:[.,][0-9]+)*)|(?P<vulgar>{VULGAR_OPEN}[0-9]+/[0-9]+{VULGAR_CLOSE})"
    r"|(?P<word>[^\W\d_]+)|(?P<mark>\S)"
)
_MARKS: dict[str, Role] = {
    "%": Role.PERCENT,
    "\u2030": Role.PER_MILLE,
    "/": Role.SLASH,
    ":": Role.COLON,
    ",": Role.COMMA,
    ";": Role.SEMICOLON,
    ".": Role.DOT,
    "!": Role.BANG,
    "-": Role.DASH,
    "\u2013": Role.DASH,
    "\u2014": Role.DASH,
    "\u2022": Role.DASH,
    "\u2212": Role.MINUS,
    "+": Role.PLUS,
    "=": Role.EQUALS,
    "\u2192": Role.ARROW,
    "\u21d2": Role.ARROW,
    "(": Role.OPEN,
    ")": Role.CLOSE,
    "~": Role.APPROXIMATE,
    "\u223c": Role.APPROXIMATE,
    "\u2248": Role.APPROXIMATE,
    "\u2243": Role.APPROXIMATE,
    "\u2245": Role.APPROXIMATE,
    "<": Role.INEQUALITY,
    ">": Role.INEQUALITY,
    "\u2264": Role.INEQUALITY,
    "\u2265": Role.INEQUALITY,
    "\u2a7d": Role.INEQUALITY,
    "\u2a7e": Role.INEQUALITY,
    "\u00b1": Role.RANGE,
}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words a percentage may be wrapped in."""

    book: PhraseBook[Meaning]

    @classmethod
    def of(cls, phrases: Mapping[Role, Sequence[str]], numbers: Mapping[Role, Mapping[str, int]]) -> "Lexicon":
        """Builds the lexicon from phrases by role and from number words with their values."""
        meanings: dict[Meaning, list[str]] = {}
        for role, values in numbers.items():
            for word, value in values.items():
                meanings.setdefault((role, value), []).append(word)
        for role, listed in phrases.items():
            meanings.setdefault((role, 0), []).extend(listed)
        return cls(PhraseBook.of(meanings, split=_syllables))

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """Cuts `text` into pieces, taking the longest known phrase at each place."""
        matches = list(_PIECE.finditer(text))
        words = tuple(syllable(match.group()) for match in matches)
        found: list[Piece] = []
        at = 0
        while at < len(matches):
            match = matches[at]
            spaced = match.start() == 0 or text[match.start() - 1] == " "
            known = self.book.at(words, at) if match.lastgroup in ("word", "mark") else None
            if known and known[0][0] is Role.DIGIT and _is_number(matches[at + 1 : at + 2]):
                known = self._not_a_digit(words[at]) or known
            if known is None:
                found.append(Piece(_role(match), match.group(), spaced))
                at += 1
            else:
                (role, value), length = known
                found.append(Piece(role, text[match.start() : matches[at + length - 1].end()], spaced, value))
                at += length
        return tuple(found)

    def _not_a_digit(self, word: Syllable) -> tuple[Meaning, int] | None:
        """Before digits an unmarked word that may be another one than a number word is that other word."""
        for phrase, meaning in self.book.entries.get((word.base,), ()):
            if not word.marks and phrase[0].marks and meaning[0] in (Role.APPROXIMATE, Role.RANGE):
                return meaning, 1
        return None


def _is_number(following: Sequence["re.Match[str]"]) -> bool:
    return bool(following) and following[0].lastgroup == "number"


def _syllables(phrase: str) -> Syllables:
    return tuple(syllable(match.group()) for match in _PIECE.finditer(phrase))


def _role(match: "re.Match[str]") -> Role:
    if match.lastgroup == "number":
        return Role.NUMBER
    if match.lastgroup == "vulgar":
        return Role.VULGAR
    if match.lastgroup == "mark":
        return _MARKS.get(match.group(), Role.UNKNOWN)
    return Role.UNKNOWN
