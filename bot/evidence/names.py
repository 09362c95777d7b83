"""The names of files people send, made fit to be shown, stored and given to a download."""

from __future__ import annotations

import unicodedata

from bot.conversation.reading.folding import BIDI_CONTROLS, BLANK_LOOKING, INVISIBLE

LONGEST = 120
LONGEST_BYTES = 240
"""What file systems take is counted in bytes; Vietnamese letters have up to three."""
_AWKWARD = frozenset('<>:"|?*\\/')
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))})


def extension(name: str) -> str:
    """What stands behind the last dot, folded: "pdf" of "a.PDF"; "" when there is none."""
    stem, dot, ending = _sound(name).rpartition(".")
    return ending.strip().lower() if dot and stem else ""


def clean_name(name: str, ending: str, nameless: str) -> str:
    """The name on one line, composed, without folders or what nobody can see, ending in `.ending`.

    `nameless` stands for a name of which nothing is left.
    """
    stem = _sound(name)
    before, dot, behind = stem.rpartition(".")
    if dot and before.strip() and len(behind) <= 5 and behind.isalnum() and not behind.isdigit():
        stem = before
    stem = stem.strip(" .") or nameless
    if stem.lower() in _RESERVED:
        stem = f"_{stem}"
    room = LONGEST - len(ending) - 1
    stem = stem[:room]
    while len(f"{stem}.{ending}".encode()) > LONGEST_BYTES:
        stem = stem[:-1]
    return f"{stem.rstrip(' .')}.{ending}"


def _sound(name: str) -> str:
    """The last part of a path, without control, direction and other invisible characters, blanks collapsed."""
    composed = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    last = composed.replace("\\", "/").rstrip("/").rpartition("/")[2]
    kept = ("-" if ch in _AWKWARD else " " if ch in BLANK_LOOKING else ch for ch in last if not _hidden(ch))
    return " ".join("".join(kept).split())


def _hidden(ch: str) -> bool:
    if ch in "\t\n\r":
        return False
    return ch in INVISIBLE or ch in BIDI_CONTROLS or unicodedata.category(ch).startswith("C")
