"""The words typed replies are read with, compiled once from the parsed word list that is handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.conversation.reading.folding import fold
from bot.conversation.reading.lexicon import Lexicon, Role
from bot.conversation.reading.phrases import PhraseBook

MOMENTS = (
    *("hour", "minute", "today", "tomorrow", "day_after"),
    *("morning", "noon", "afternoon", "evening", "filler"),
)
"""What the words of a moment can say."""
_NUMBER_ROLES = (Role.DIGIT, Role.LAST_DIGIT, Role.TEN, Role.TENS, Role.HUNDRED)


@dataclass(frozen=True, slots=True)
class Words:
    """Every list of words.toml, ready to be looked up. Build it with `Words.from_mapping`."""

    lexicon: Lexicon
    polite_front: PhraseBook[bool]
    polite_back: PhraseBook[bool]
    courtesy: PhraseBook[bool]
    yes: PhraseBook[bool]
    no: PhraseBook[bool]
    confirmed: PhraseBook[str]
    """More of what says `yes` or `no` to a card that asks for the last word, and nowhere else."""
    perhaps_yes: PhraseBook[bool]
    perhaps_no: PhraseBook[bool]
    not_yet: PhraseBook[bool]
    exempt: PhraseBook[bool]
    double_negative: PhraseBook[bool]
    negation: PhraseBook[bool]
    not_yet_negation: PhraseBook[bool]
    undecided: PhraseBook[bool]
    option_numbers: PhraseBook[bool]
    requests: PhraseBook[str]
    edit_verbs: PhraseBook[bool]
    ordinal_verbs: PhraseBook[bool]
    question_mark: str
    commands: frozenset[str]
    command_names: Mapping[str, str]
    field_book: PhraseBook[str]
    fields: tuple[str, ...]
    """How the fields of a text to many are written, without what else is understood."""
    moments: Mapping[str, tuple[str, ...]]
    """The words of a day and an hour, folded, by what they say."""
    back_by: PhraseBook[str]
    """What stands before the date of a deadline: `before` that day, or `until` its end."""
    heads: PhraseBook[bool]
    """What stands before the number of a question where several are answered at once."""
    joiners: PhraseBook[bool]
    all_of_them: PhraseBook[int]
    """What says that an answer is for all questions, by how many it says there are; 0: it does not say."""
    short_answers: Mapping[str, str]
    """Short forms, folded, of answers to several questions, and what each is read as."""

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> "Words":
        """Compiles the parsed words.toml. Raises TypeError or ValueError naming what is missing or wrong."""
        choice = _table(mapping, "choice")
        requests = _table(mapping, "requests")
        commands = _table(requests, "commands")
        names = {fold(str(alias)): name for name, aliases in commands.items() for alias in _strings(commands, name)}
        polite = _table(mapping, "polite")
        phrases = _table(requests, "phrases")
        fields = _table(_table(mapping, "broadcast"), "fields")
        moments = _table(mapping, "moments")
        several = _table(mapping, "several")
        return cls(
            lexicon=_lexicon(_table(mapping, "percent"), polite),
            polite_front=_book(polite, "front"),
            polite_back=_book(polite, "back"),
            courtesy=_book(polite, "courtesy"),
            yes=_book(choice, "yes"),
            no=_book(choice, "no"),
            confirmed=PhraseBook.of({name: _strings(_table(mapping, "confirmed"), name) for name in ("yes", "no")}),
            perhaps_yes=_book(choice, "perhaps_yes"),
            perhaps_no=_book(choice, "perhaps_no"),
            not_yet=_book(choice, "not_yet"),
            exempt=_book(choice, "exempt"),
            double_negative=_book(choice, "double_negative"),
            negation=_book(choice, "negation"),
            not_yet_negation=_book(choice, "not_yet_negation"),
            undecided=_book(choice, "undecided"),
            option_numbers=_book(choice, "option_numbers"),
            requests=PhraseBook.of({name: _strings(phrases, name) for name in phrases}),
            edit_verbs=_book(requests, "edit_verbs"),
            ordinal_verbs=_book(requests, "ordinal_verbs"),
            question_mark=_strings(requests, "question_mark")[0],
            commands=frozenset(names) | frozenset(commands),
            command_names=names,
            field_book=PhraseBook.of({name: _strings(fields, name) for name in fields}),
            fields=tuple(_strings(fields, name)[0] for name in fields),
            moments={name: tuple(fold(one) for one in _strings(moments, name)) for name in MOMENTS},
            back_by=PhraseBook.of({name: _strings(_table(mapping, "back_by"), name) for name in ("before", "until")}),
            heads=_book(several, "heads"),
            joiners=_book(several, "joiners"),
            all_of_them=_counted(_table(several, "all")),
            short_answers={fold(short): str(long) for short, long in _table(several, "short").items()},
        )


def _lexicon(percent: Mapping[str, Any], polite: Mapping[str, Any]) -> Lexicon:
    listed = _table(percent, "words")
    counted = _table(percent, "numbers")
    unknown = {name for name in (*listed, *counted) if name not in set(Role)}
    if unknown:
        raise ValueError(f"words.toml: unknown lists under percent: {sorted(unknown)}")
    phrases = {Role(name): _strings(listed, name) for name in listed}
    phrases[Role.POLITE_FRONT] = _strings(polite, "front")
    phrases[Role.POLITE_BACK] = _strings(polite, "back")
    return Lexicon.of(phrases, {role: _values(counted, role.value) for role in _NUMBER_ROLES})


def _book(table: Mapping[str, Any], key: str) -> PhraseBook[bool]:
    return PhraseBook.of({True: _strings(table, key)})


def _counted(table: Mapping[str, Any]) -> PhraseBook[int]:
    return PhraseBook.of({int(count): _strings(table, count) for count in table})


def _table(mapping: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = mapping.get(key)
    if not isinstance(found, Mapping):
        raise TypeError(f"words.toml: table {key!r} is missing")
    return found


def _strings(mapping: Mapping[str, Any], key: str) -> Sequence[str]:
    found = mapping.get(key)
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise TypeError(f"words.toml: {key!r} is not a list of strings")
    return found


def _values(mapping: Mapping[str, Any], key: str) -> Mapping[str, int]:
    found = _table(mapping, key)
    if not all(isinstance(value, int) for value in found.values()):
        raise TypeError(f"words.toml: {key!r} does not hold whole numbers")
    return found
