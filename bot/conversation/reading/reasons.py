"""Reads a reply that says why a question is not answered in the ordinary way: no case arose, or it is exempt."""

import re
from dataclasses import dataclass

from bot.conversation.reading.folding import split_words, syllable, without_invisible
from bot.conversation.reading.words import Words

NO_CASES, NOT_APPLICABLE = "no_cases", "not_applicable"
"""As in words.toml."""
_WORD = re.compile(r"[^\W_]+(?:/[^\W_]+)*")
_BESIDE = " \t\n:;,.()-\u2013\u2014"


@dataclass(frozen=True, slots=True)
class Reasoned:
    """`name`: no_cases or not_applicable; `reason`: what was said behind it, "" for nothing."""

    name: str
    reason: str


def read_reasoned(text: str, words: Words) -> Reasoned | None:
    """Reads a text that begins with such a phrase; None when it begins with anything else. Never raises."""
    plain = without_invisible(text)
    found = list(_WORD.finditer(plain))
    spoken = tuple(syllable(match.group()) for match in found)
    start = len(spoken) - len(words.polite_front.without_front(spoken))
    known = words.requests.at(spoken, start)
    if known is None or known[0] not in (NO_CASES, NOT_APPLICABLE):
        return None
    reason = plain[found[start + known[1] - 1].end() :].strip(_BESIDE)
    polite = words.polite_back.find(split_words(reason)) is not None
    return Reasoned(known[0], "" if polite else reason)
