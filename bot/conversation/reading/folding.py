"""Compares Vietnamese words typed with all, some or none of their marks."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_STROKED_D = "\N{LATIN SMALL LETTER D WITH STROKE}"
_STROKE = "\N{COMBINING SHORT STROKE OVERLAY}"

# Nobody sees these and nobody types them on purpose: keyboards, copy and paste and emoji leave them behind.
_DROPPED_CODES = {0x00AD, 0x034F, 0x061C, 0x180E, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0x20E3, 0xFEFF}
INVISIBLE = frozenset(
    [chr(code) for code in _DROPPED_CODES]
    + [chr(code) for code in range(0x200B, 0x2010)]
    + [chr(code) for code in range(0xFE00, 0xFE10)]
    + [chr(code) for code in range(0xE0100, 0xE01F0)]
)
BIDI_CONTROLS = frozenset(chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
# Letters and symbols that look like nothing at all: alone they are an empty message.
BLANK_LOOKING = frozenset(chr(code) for code in (0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0))


@dataclass(frozen=True, slots=True)
class Syllable:
    """One word without its marks, and the marks it was typed with.

    The place of a mark does not count, so both spellings of a tone in "hoa" and "uy" are the same syllable.
    """

    base: str
    marks: frozenset[str]

    def may_be(self, other: "Syllable") -> bool:
        """Whether this typed word can be `other` with marks left out; a mark too many is another word."""
        return self.base == other.base and self.marks <= other.marks


Syllables = tuple[Syllable, ...]


def fold(text: str) -> str:
    """Returns `text` composed, casefolded, without any mark, with blanks collapsed."""
    lowered = unicodedata.normalize("NFC", text).casefold().replace(_STROKED_D, "d")
    bare = "".join(ch for ch in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(ch))
    return " ".join(bare.split())


@lru_cache(maxsize=4096)
def syllable(word: str) -> Syllable:
    """Splits one word into its bare letters and its marks."""
    lowered = unicodedata.normalize("NFC", word).casefold().replace(_STROKED_D, "d" + _STROKE)
    base: list[str] = []
    marks: set[str] = set()
    for ch in unicodedata.normalize("NFD", lowered):
        if unicodedata.combining(ch):
            marks.add(ch)
        else:
            base.append(ch)
    return Syllable("".join(base), frozenset(marks))


def without_invisible(text: str) -> str:
    """Returns `text` composed and without the characters nobody sees (bidi controls included)."""
    if text.isascii() and text.isprintable():  # a number, as a rule
        return text
    kept = (ch for ch in text if ch not in INVISIBLE and ch not in BIDI_CONTROLS)
    return unicodedata.normalize("NFC", "".join(kept))


def split_words(text: str) -> Syllables:
    """Splits a phrase into syllables; punctuation parts words and is dropped, a slash (n/a) and symbols stay."""
    parted = "".join(" " if _parts_words(ch) else ch for ch in without_invisible(text))
    return tuple(syllable(word) for word in parted.split())


def _parts_words(ch: str) -> bool:
    return ch != "/" and unicodedata.category(ch).startswith(("P", "Z", "C"))


def may_be(typed: Sequence[Syllable], phrase: Sequence[Syllable]) -> bool:
    """Whether `typed` is `phrase`, perhaps with marks left out."""
    return len(typed) == len(phrase) and all(one.may_be(other) for one, other in zip(typed, phrase, strict=True))
