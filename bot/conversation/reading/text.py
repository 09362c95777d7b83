"""Reads free text: notes, names, unit names, links and invite codes, without what nobody can see."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.conversation.reading.folding import BIDI_CONTROLS, BLANK_LOOKING, INVISIBLE
from bot.conversation.reading.outcomes import Accepted, Cleaned, Doubtful, Refused

NOTE_LIMIT = 1000
NAME_LIMIT = 120
UNIT_LIMIT = 200
URL_LIMIT = 2048
CODE_LENGTH = 8
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# What one character may be made of at most: a text is cut off by its raw length before it is looked at.
_RAW_PER_CHARACTER = 8
# Piled-up marks and long emoji are one character each: the UTF-16 units a messenger counts are bounded too.
_UNITS_PER_CHARACTER = 4
_CODE_RAW_LIMIT = 64

Text = Accepted[str] | Cleaned[str] | Doubtful[str] | Refused

_KEPT_CONTROLS = "\t\n\r"
_SCHEMES = ("http", "https")
_COMMAND = re.compile(r"/[^\W\d_]\w*(?:@\w+)?(?:\s.*)?", re.DOTALL)
_BARE_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(?:[.,][0-9]{1,9}){0,3} ?(?:%|[/:] ?[0-9]{1,9})?[.!]?")
# A personal identity number has 12 or 9 digits; a mobile number 10, or 9 behind the country code.
_PERSONAL = re.compile(r"(?<![0-9])(?:[0-9]{12}|[0-9]{9}|(?:\+84|0)(?:[ .-]?[0-9]){9})(?![0-9])")
_CODE_PARTS = " -\u2010\u2011\u2012\u2013\u2014_.\t\n\r\u00a0"


def harmless(text: str) -> str:
    """A text as it may be shown again: composed, without control characters and what turns the writing about."""
    return "".join(ch for ch in unicodedata.normalize("NFC", text) if not _is_harmful(ch))


def read_note(text: str, limit: int = NOTE_LIMIT) -> Text:
    """Reads a note of at most `limit` characters as a person counts them; line breaks and tabs stay.

    Control characters and bidi overrides are taken out (Cleaned). A bare number is asked about: it may be the
    answer. A number that looks like a person's brings the warning "personal_data".
    """
    if len(text) > limit * _RAW_PER_CHARACTER:
        return Refused("too_long", str(limit))
    composed, kept = unicodedata.normalize("NFC", text), harmless(text)
    visible = _visible(kept)
    if not visible:
        return Refused("nothing")
    if _characters(kept) > limit or _units(kept) > _UNITS_PER_CHARACTER * limit:
        return Refused("too_long", f"{_characters(kept)}/{limit}")
    if _COMMAND.fullmatch(visible):
        return Refused("unknown_command")
    warning = "personal_data" if _PERSONAL.search(unicodedata.normalize("NFKC", kept)) else None
    if warning is None and _BARE_NUMBER.fullmatch(unicodedata.normalize("NFKC", visible)):
        return Doubtful(visible, why="bare_number")
    return Accepted(kept, warning) if kept == composed else Cleaned(kept, warning)


def read_name(text: str, limit: int = NAME_LIMIT) -> Text:
    """Reads a person's name: one line, single blanks, nothing invisible; case and spelling stay as typed."""
    if len(text) > limit * _RAW_PER_CHARACTER:
        return Refused("too_long", str(limit))
    composed = unicodedata.normalize("NFC", text)
    parted = "".join(" " if ch in _KEPT_CONTROLS else ch for ch in composed)
    shown = "".join(ch for ch in parted if not _is_harmful(ch) and ch not in BLANK_LOOKING and not _is_stray(ch))
    name = " ".join(shown.split())
    if not _visible(name):
        return Refused("nothing")
    if _characters(name) > limit:
        return Refused("too_long", f"{_characters(name)}/{limit}")
    if _COMMAND.fullmatch(name):
        return Refused("unknown_command")
    return Accepted(name) if name == composed else Cleaned(name)


def read_unit_name(text: str) -> Text:
    """Reads a unit's name like a person's; several words without any mark are asked about (perhaps typed in haste)."""
    found = read_name(text, UNIT_LIMIT)
    if isinstance(found, Refused | Doubtful):
        return found
    words = found.value.split()
    if found.value.isascii() and len(words) > 1 and any(word.isalpha() for word in words):
        return Doubtful(found.value, why="no_diacritics")
    return found


def read_url(text: str) -> Accepted[str] | Refused:
    """Reads a link to evidence: http or https with a host, and no name or password in it. It is never fetched."""
    if len(text) > URL_LIMIT:
        return Refused("too_long", str(URL_LIMIT))
    link = unicodedata.normalize("NFC", text).strip(" \n\r\t")
    if not link:
        return Refused("nothing")
    if _is_link(link):
        return Accepted(link)
    completed = f"https://{link}"
    lacks_scheme = ":" not in link and "." in link.partition("/")[0] and _is_link(completed)
    return Refused("not_a_link", completed if lacks_scheme else None)


def _is_link(link: str) -> bool:
    if any(ch.isspace() or unicodedata.category(ch).startswith("C") or ch in '<>"\\^`{|}' for ch in link):
        return False
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and bool(host) and "@" not in parts.netloc


def read_code(text: str) -> Accepted[str] | Refused:
    """Reads an invite code in any case and grouping; the alphabet has no 0, O, 1, I, L.

    Whether the code exists is for the caller to say, with the same answer as for a malformed one.
    """
    if len(text) > _CODE_RAW_LIMIT:
        return Refused("too_long", str(CODE_LENGTH))
    plain = unicodedata.normalize("NFKC", "".join(ch for ch in text if ch not in INVISIBLE))
    code = "".join(ch for ch in plain if ch not in _CODE_PARTS).upper()
    if not code:
        return Refused("nothing")
    if len(code) != CODE_LENGTH or any(ch not in CODE_ALPHABET for ch in code):
        return Refused("bad_code")
    return Accepted(code)


def _is_harmful(ch: str) -> bool:
    """Control characters, halves of surrogate pairs and bidi overrides: they break logs, files and readers."""
    if ch in _KEPT_CONTROLS:
        return False
    return ch in BIDI_CONTROLS or unicodedata.category(ch) in ("Cc", "Cs")


def _is_stray(ch: str) -> bool:
    """Invisible characters with no use in a name; joiners and selectors hold emoji together and stay."""
    return ch in INVISIBLE and ch not in ("\u200d", "\ufe0f", "\u20e3")


def _visible(text: str) -> str:
    """The text without blanks at its ends, "" when nothing in it can be seen."""
    if all(ch.isspace() or ch in INVISIBLE or ch in BLANK_LOOKING for ch in text):
        return ""
    return text.strip()


def _characters(text: str) -> int:
    """How many characters a person sees: marks, selectors, skin tones and joined emoji count with what they follow."""
    return sum(1 for _ in _starts(text))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _starts(text: str) -> Iterator[str]:
    joined = False
    flag_open = False
    for ch in text:
        flag = "\U0001f1e6" <= ch <= "\U0001f1ff"
        follows = unicodedata.combining(ch) or ch in INVISIBLE or "\U0001f3fb" <= ch <= "\U0001f3ff"
        if not (joined or follows or (flag and flag_open)):
            yield ch
        flag_open = flag and not flag_open
        joined = ch == "\u200d"
