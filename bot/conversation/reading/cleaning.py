"""Prepares a typed percentage: what is dropped silently, what makes it doubtful, what no number may contain."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.conversation.reading.folding import BIDI_CONTROLS, BLANK_LOOKING, INVISIBLE
from bot.conversation.reading.outcomes import UnreadError

LONGEST = 64

# Marks of this module's own, from the private use area: a typed one is refused, so they cannot be forged.
VULGAR_OPEN, VULGAR_CLOSE, HUNDRED_EMOJI = "\ue000", "\ue001", "\ue002"

# What single characters stand for, and the doubt they bring.
_STANDS_FOR: dict[str, tuple[str, str]] = {
    **dict.fromkeys(INVISIBLE, ("", "")),
    **dict.fromkeys(BIDI_CONTROLS, ("", "bidi")),
    **dict.fromkeys("\n\r\u2028\u2029", ("\n", "")),
    "\t": (" ", ""),
    **dict.fromkeys("\u066b\u00b7\u3002\uff61", (".", "odd_decimal_mark")),
    **dict.fromkeys("\u2044\u2215", ("/", "fraction_slash")),
    **dict.fromkeys("\u2010\u2011", ("-", "")),
    "\u066a": ("%", ""),  # the Arabic percent sign has no other meaning
    "\N{HUNDRED POINTS SYMBOL}": (HUNDRED_EMOJI, "emoji"),
}
_SIGN_EMOJI = frozenset("\u2795\u2796\u2797\u2716\u271a")
_EMOJI_RANGES = (
    (0x2300, 0x23FF), (0x25A0, 0x25FF), (0x2600, 0x27BF), (0x2B00, 0x2BFF), (0x1F000, 0x1FAFF),
)  # fmt: skip
_ORDINARY_FORMS = ("<wide>", "<small>", "<narrow>")
_RAISED_FORMS = ("<super>", "<sub>")

_LETTERS_FOR_DIGITS = str.maketrans("Ool", "001")
_RUN = re.compile(r"\w+")
_DIGITS_AND_LETTERS = re.compile(r"(?=[Ool]*[0-9])(?=[0-9]*[Ool])[0-9Ool]{2,3}")


@dataclass(frozen=True, slots=True)
class Clean:
    """Text made of ordinary digits, and why it must be asked about if it must."""

    text: str
    doubts: tuple[str, ...]


def clean(raw: str) -> Clean:
    """Returns `raw` without what is invisible, with full-width forms made ordinary.

    Raises UnreadError for what is too long, empty, on two lines, or holds a character no percentage has.
    """
    if len(raw) > LONGEST:
        raise UnreadError("too_long", str(LONGEST))
    doubts: list[str] = []
    pieces: list[str] = []
    for ch in raw:
        plain, doubt = _plain(ch)
        pieces.append(plain)
        if doubt:
            doubts.append(doubt)
    text = unicodedata.normalize("NFC", "".join(pieces)).strip(" \n")
    if not text.strip("".join(BLANK_LOOKING) + " \n"):
        raise UnreadError("not_read" if "emoji" in doubts else "no_number")
    if "\n" in text or any(unicodedata.category(ch).startswith("M") for ch in text):
        raise UnreadError("not_read")
    text = _with_emoji_hundred(text)
    read = _with_digits_for_letters(text)
    if read != text:
        doubts.append("letter_for_digit")
    return Clean(" ".join(read.split()), tuple(doubts))


@lru_cache(maxsize=4096)
def _plain(ch: str) -> tuple[str, str]:
    """Returns what `ch` stands for and the doubt it brings ("" for none)."""
    if " " <= ch <= "~":
        return ch, ""
    if ch in _STANDS_FOR:
        return _STANDS_FOR[ch]
    category = unicodedata.category(ch)
    if category.startswith("C") or ch in _SIGN_EMOJI:
        raise UnreadError("not_read")
    if category in ("Nd", "Nl", "No"):
        return _plain_number(ch, category)
    return (" ", "") if category == "Zs" else _plain_symbol(ch)


def _plain_number(ch: str, category: str) -> tuple[str, str]:
    form, _, _ = unicodedata.decomposition(ch).partition(" ")
    if form in _RAISED_FORMS or category == "Nl":
        raise UnreadError("not_read")
    compatible = unicodedata.normalize("NFKC", ch)
    if form == "<fraction>":
        numerator, _, denominator = compatible.partition("\u2044")
        if not denominator:
            raise UnreadError("not_read")
        return f"{VULGAR_OPEN}{numerator}/{denominator}{VULGAR_CLOSE}", "vulgar_fraction"
    if form == "<wide>":
        return compatible, ""
    digit = unicodedata.digit(ch, None)
    if digit is not None:
        return str(digit), "styled_digits" if form or category == "No" else "other_digits"
    if form == "<circle>" and compatible.isascii() and compatible.isdigit():
        return compatible, "styled_digits"
    raise UnreadError("not_read")


def _plain_symbol(ch: str) -> tuple[str, str]:
    if any(first <= ord(ch) <= last for first, last in _EMOJI_RANGES):
        return " ", "emoji"
    form, _, _ = unicodedata.decomposition(ch).partition(" ")
    if form in _RAISED_FORMS:
        raise UnreadError("not_read")
    if form in _ORDINARY_FORMS:
        return _plain(unicodedata.normalize("NFKC", ch))
    return ch, ""


def _with_emoji_hundred(text: str) -> str:
    """The emoji of a hundred points counts as 100 only where nothing else is a number or a word."""
    if HUNDRED_EMOJI not in text:
        return text
    alone = not any(ch.isalnum() for ch in text)
    return text.replace(HUNDRED_EMOJI, "100" if alone and text.count(HUNDRED_EMOJI) == 1 else " ").strip()


def _with_digits_for_letters(text: str) -> str:
    """Reads O, o and l as digits where the only number of the text is two or three such characters."""
    runs = [run for run in _RUN.finditer(text) if any("0" <= ch <= "9" for ch in run.group())]
    if len(runs) != 1 or not _DIGITS_AND_LETTERS.fullmatch(runs[0].group()):
        return text
    number = runs[0].group().translate(_LETTERS_FOR_DIGITS)
    beside = text[: runs[0].start()][-1:] + text[runs[0].end() :][:1]
    if number.startswith("00") or any(ch in ".,/:" for ch in beside):
        return text
    return text[: runs[0].start()] + number + text[runs[0].end() :]
