"""A card that asks for the last word: a typed yes or no is the very press of its button, while the card is fresh."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.conversation.place import Place
from bot.conversation.reading.agreeing import yes_or_no
from bot.conversation.reading.folding import split_words
from bot.conversation.reading.words import Words

FRESH = timedelta(hours=1)
"""Later on a yes may well be about something else that was said meanwhile: the card is shown once more."""


def asked(yes: str, no: str, seen: int, now: datetime) -> Mapping[str, str]:
    """What waits in the place of somebody who is asked: what the two buttons carry, the ledger number they were made
    for, and until when a word counts."""
    return {"yes": yes, "no": no, "seen": str(seen), "until": (now + FRESH).isoformat()}


def answered(place: Place, text: str, words: Words, now: datetime) -> str | None:
    """The button that a text means; None where no such card waits for a word, or the text says neither."""
    until = place.pending.get("until", "")
    if not until or now >= datetime.fromisoformat(until):
        return None
    said = _said(text, words)
    return place.pending.get(said) if said else None


def _said(text: str, words: Words) -> str | None:
    spoken = words.polite_back.without_back(words.polite_front.without_front(split_words(text)))
    return (None if "?" in text else words.confirmed.find(spoken)) or yes_or_no(text, words)
