"""What is written to many: a text with fields that differ from unit to unit, read, checked and taken apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.conversation.reading.folding import split_words
from bot.conversation.reading.outcomes import Refused
from bot.conversation.reading.text import NOTE_LIMIT, read_note
from bot.conversation.reading.words import Words
from bot.conversation.session import Addressee

LIMIT = NOTE_LIMIT
"""How many characters a text may have, as a person counts them."""

_FIELD = re.compile(r"\[(?P<name>[^\[\]\n]{1,60})\]")
_LINES = re.compile(r"\r\n?")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text as it was typed; with `field` it stands for something that each unit has its own of."""

    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A text that can go out."""

    text: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class NoLetter:
    """Why a text cannot go out: nothing, too_long, unknown_command or unknown_fields, with what it is about."""

    code: str
    about: tuple[str, ...] = ()


def read_letter(text: str, words: Words) -> Letter | NoLetter:
    """Read what somebody wrote to many: composed, harmless, at most LIMIT characters, no field nobody knows."""
    read = read_note(text, LIMIT)
    if isinstance(read, Refused):
        return NoLetter(read.hint, (read.suggestion,) if read.suggestion else ())
    whole = _LINES.sub("\n", read.value).strip()
    parts = tuple(_parts(whole, words))
    unknown = tuple(dict.fromkeys(part.text for part in parts if part.field == "?"))
    return NoLetter("unknown_fields", unknown) if unknown else Letter(whole, parts)


def body_of(
    letter: Letter, file: Mapping[str, object] | None = None, sample: tuple[int, str] | None = None
) -> dict[str, object]:
    """What is kept of a letter until each recipient's own is made of it; `sample`, the unit and role of whom it is
    tried as."""
    body: dict[str, object] = {"text": letter.text, "parts": [[one.text, one.field] for one in letter.parts]}
    return body | ({"file": dict(file)} if file else {}) | ({} if sample is None else {"sample": list(sample)})


def button_of(unit: Addressee, role: str) -> str:
    """The one button below a letter: to go on or to begin, for an officer who still has something to do."""
    if role != "officer" or unit.state == "submitted":
        return ""
    return "start" if unit.assessment_id is None else "continue"


def shown_to(body: Mapping[str, object], unit: Addressee, role: str) -> dict[str, object]:
    """The data of the message that one unit gets: its pieces, what the fields stand for, which button is below it."""
    back = unit.back_due_at if unit.state == "returned" else None
    return {
        "parts": _stored_parts(body),
        "unit": unit.unit.name,
        "done": unit.decided,
        "total": unit.total,
        "left": unit.total - unit.decided,
        "due_at": back or unit.due_at,
        "button": button_of(unit, role),
    }


def _parts(text: str, words: Words) -> Sequence[Part]:
    parts, end = [], 0
    for match in _FIELD.finditer(text):
        if match.start() > end:
            parts.append(Part(text[end : match.start()]))
        parts.append(Part(match[0], words.field_book.find(split_words(match["name"])) or "?"))
        end = match.end()
    return [*parts, Part(text[end:])] if end < len(text) else parts


def _stored_parts(body: Mapping[str, object]) -> tuple[dict[str, str], ...]:
    stored = body.get("parts")
    pairs = stored if isinstance(stored, list | tuple) else ()
    return tuple({"text": str(text), "field": str(field)} for text, field in pairs)
