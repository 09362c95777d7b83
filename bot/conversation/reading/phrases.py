"""A book of phrases, each with a meaning, looked up in what somebody typed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.conversation.reading.folding import Syllables, may_be, split_words

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class PhraseBook(Generic[M]):
    """Phrases by their bare letters; of several that fit, the one typed with exactly these marks wins."""

    entries: Mapping[tuple[str, ...], tuple[tuple[Syllables, M], ...]]
    longest: int

    @classmethod
    def of(
        cls, meanings: Mapping[M, Iterable[str]], split: Callable[[str], Syllables] = split_words
    ) -> "PhraseBook[M]":
        """Builds the book from meaning -> phrases; of equal phrases the first one written wins."""
        entries: dict[tuple[str, ...], list[tuple[Syllables, M]]] = {}
        longest = 0
        for meaning, phrases in meanings.items():
            for phrase in phrases:
                words = split(phrase)
                longest = max(longest, len(words))
                entries.setdefault(tuple(word.base for word in words), []).append((words, meaning))
        return cls({key: tuple(found) for key, found in entries.items()}, longest)

    def find(self, typed: Syllables) -> M | None:
        """Returns the meaning of the whole of `typed`, or None."""
        candidates = self.entries.get(tuple(word.base for word in typed), ())
        for phrase, meaning in candidates:
            if phrase == typed:
                return meaning
        for phrase, meaning in candidates:
            if may_be(typed, phrase):
                return meaning
        return None

    def at(self, typed: Syllables, start: int) -> tuple[M, int] | None:
        """Returns the meaning and the length of the longest phrase that begins at `start`, or None."""
        for length in range(min(self.longest, len(typed) - start), 0, -1):
            meaning = self.find(typed[start : start + length])
            if meaning is not None:
                return meaning, length
        return None

    def first_within(self, typed: Syllables) -> tuple[M, int, int] | None:
        """Returns meaning, start and length of the first phrase that occurs anywhere in `typed`, or None."""
        for start in range(len(typed)):
            found = self.at(typed, start)
            if found is not None:
                return found[0], start, found[1]
        return None

    def without_front(self, typed: Syllables) -> Syllables:
        """Returns `typed` without the phrases it begins with, but never without its last word."""
        while (found := self.at(typed, 0)) is not None and found[1] < len(typed):
            typed = typed[found[1] :]
        return typed

    def without_back(self, typed: Syllables) -> Syllables:
        """Returns `typed` without the phrases it ends with, but never without its first word."""
        shortened = True
        while shortened:
            shortened = False
            for length in range(min(self.longest, len(typed) - 1), 0, -1):
                if self.find(typed[-length:]) is not None:
                    typed, shortened = typed[:-length], True
                    break
        return typed
