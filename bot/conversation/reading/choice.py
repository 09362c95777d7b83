"""Reads the reply to a question with options: its number, its label, yes or no, or something to ask about."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.reading.folding import Syllables, may_be, split_words, without_invisible
from bot.conversation.reading.outcomes import Accepted, Doubtful, Refused
from bot.conversation.reading.words import Words

LONGEST = 400
_BRACKETED = re.compile(r"\([^()]*\)")
_POINTS_PARTED = "\u00b7"
_BUTTON_POINTS = re.compile(r"\u00b7\s*[0-9][0-9.,/]*\s*\w*$")
_NUMBER = re.compile(r"[(#]?([0-9]{1,2})[).]?")
_FEWEST_WORDS_OF_LABEL = 2

Choice = Accepted[str] | Doubtful[str] | Refused


@dataclass(frozen=True, slots=True)
class OptionWords:
    """An option as a reader sees it: its id, its labels (printed and on the button), and whether it says no."""

    id: str
    labels: tuple[str, ...]
    negative: bool


@dataclass(frozen=True, slots=True)
class _Label:
    """One way to write an option's label; `content` is what is left without its leading yes or no."""

    option: OptionWords
    words: Syllables
    content: Syllables


def read_option(text: str, options: Sequence[OptionWords], words: Words, *, numbered: bool = False) -> Choice:
    """Reads `text` as one of `options`; a bare number counts only where the options are shown `numbered`.

    Whole phrases are accepted. What says more than a label, or says that the thing is not finished, is asked about;
    what may be an exemption, a question, or fits several options is refused with a hint. Never raises.
    """
    if len(text) > LONGEST:
        return Refused("too_long", str(LONGEST))
    if any(unicodedata.category(ch) in ("Cc", "Cs") and ch not in "\t\n\r" for ch in text):
        return Refused("not_understood")
    plain = without_invisible(text).strip()
    if numbered:
        chosen = _by_number(plain, options, words)
        if chosen is not None:
            return chosen
    typed = _bare(plain, words)
    if not typed:
        return Refused("nothing")
    if "?" in plain:
        return Refused("a_question")
    return _read_words(typed, options, words)


def _read_words(typed: Syllables, options: Sequence[OptionWords], words: Words) -> Choice:
    labels = [label for option in options for label in _labels(option, words)]
    exact = _only({label.option.id for label in labels if may_be(typed, label.words)})
    if exact is not None:
        return Accepted(exact)
    if words.undecided.find(typed) is not None:
        return Refused("not_understood")
    yes, no = _yes_and_no(options)
    if yes is not None and no is not None and words.double_negative.first_within(typed) is not None:
        return Doubtful(yes, no, why="double_negative")
    if words.exempt.first_within(typed) is not None:
        return Refused("maybe_exempt")
    if yes is not None and no is not None:
        answer = _yes_or_no(typed, yes, no, words)
        if answer is not None:
            return answer
    return _by_content(typed, labels, words) or _by_part(typed, labels, (yes, no), words)


def _by_number(plain: str, options: Sequence[OptionWords], words: Words) -> Choice | None:
    tokens = unicodedata.normalize("NFKC", plain).split()
    while len(tokens) > 1 and words.polite_back.find(split_words(tokens[-1])) is not None:
        tokens.pop()
    match = _NUMBER.fullmatch(tokens[-1]) if tokens else None
    if match is None:
        return None
    before = words.polite_front.without_front(split_words(" ".join(tokens[:-1])))
    if before and words.option_numbers.find(before) is None and words.polite_front.find(before) is None:
        return None
    place = int(match[1])
    return (
        Accepted(options[place - 1].id) if 1 <= place <= len(options) else Refused("no_such_option", str(len(options)))
    )


def _bare(plain: str, words: Words) -> Syllables:
    """The words of the reply without the points of a button and without politeness."""
    spoken = split_words(_BUTTON_POINTS.sub("", plain))
    return words.polite_back.without_back(words.polite_front.without_front(spoken))


def _labels(option: OptionWords, words: Words) -> list[_Label]:
    found = []
    for label in option.labels:
        whole = label.partition(_POINTS_PARTED)[0]
        for form in dict.fromkeys((whole, _BRACKETED.sub(" ", whole))):
            spoken = split_words(form)
            if spoken:
                book = words.negation if option.negative else words.yes
                found.append(_Label(option, spoken, book.without_front(spoken)))
    return found


def _yes_and_no(options: Sequence[OptionWords]) -> tuple[str | None, str | None]:
    yes = [option.id for option in options if not option.negative]
    no = [option.id for option in options if option.negative]
    return (yes[0], no[0]) if len(yes) == 1 and len(no) == 1 else (None, None)


def _yes_or_no(typed: Syllables, yes: str, no: str, words: Words) -> Choice | None:
    """Reads a reply that is nothing but a yes or a no, or that says the thing is not finished."""
    if words.not_yet.first_within(typed) is not None:
        return Doubtful(no, yes, why="not_yet")
    if words.no.find(typed) is not None:
        return Accepted(no)
    if words.yes.find(typed) is not None:
        return Accepted(yes)
    if words.perhaps_no.find(typed) is not None:
        return Doubtful(no, yes, why="unsure")
    if words.perhaps_yes.find(typed) is not None:
        return Doubtful(yes, no, why="unsure")
    return None


def _by_content(typed: Syllables, labels: Sequence[_Label], words: Words) -> Choice | None:
    """Reads yes or no words around an option's own verb ("not yet issued"), the negative ones first."""
    content = words.yes.without_back(words.negation.without_front(typed))
    if content != typed and words.negation.at(typed, 0) is not None:
        chosen = _only(
            {label.option.id for label in labels if label.option.negative and may_be(content, label.content)}
        )
        others = {label.option.id for label in labels if not label.option.negative and may_be(content, label.words)}
        if chosen is not None and not (others and _only_not_yet(typed, labels, chosen, words)):
            return Accepted(chosen)
        return Doubtful(chosen, why="not_yet") if chosen is not None else None
    content = words.yes.without_back(words.yes.without_front(typed))
    chosen = _only(
        {label.option.id for label in labels if not label.option.negative and may_be(content, label.content)}
    )
    if chosen is None:
        return None
    return Accepted(chosen) if content != typed else Doubtful(chosen, why="part_of_label")


def _only_not_yet(typed: Syllables, labels: Sequence[_Label], chosen: str, words: Words) -> bool:
    """Whether the reply says "not yet" where the option says "not": perhaps it is done in part."""
    said = words.not_yet_negation.at(typed, 0) is not None
    printed = any(words.not_yet_negation.at(label.words, 0) for label in labels if label.option.id == chosen)
    return said and not printed


def _by_part(typed: Syllables, labels: Sequence[_Label], pair: tuple[str | None, str | None], words: Words) -> Choice:
    """Reads a longer reply that holds a label, or a few words out of one; always asked about."""
    yes, no = pair
    held = [label for label in labels if _place(typed, label.words) is not None]
    longest = max((len(label.words) for label in held), default=0)
    chosen = _only({label.option.id for label in held if len(label.words) == longest})
    negated = words.negation.first_within(typed) is not None
    if chosen is not None and (
        not negated or any(label.option.negative for label in held if label.option.id == chosen)
    ):
        return Doubtful(chosen, why="more_than_label")
    if no is not None and negated:
        return Doubtful(no, yes, why="more_than_label")
    if yes is not None and words.yes.at(typed, 0) is not None:
        return Doubtful(yes, no, why="more_than_label")
    part = {label.option.id for label in labels if _place(label.words, typed) is not None}
    chosen = _only(part)
    if chosen is not None and len(typed) >= _FEWEST_WORDS_OF_LABEL and (yes is None or chosen == yes or negated):
        return Doubtful(chosen, why="part_of_label")
    return Refused("several_options" if len(part) > 1 or len(held) > 1 else "not_understood")


def _place(longer: Syllables, shorter: Syllables) -> int | None:
    """Where the words of `shorter` stand in a row in `longer`, marks left out on either side; None if nowhere."""
    width = len(shorter)
    for start in range(len(longer) - width + 1):
        window = longer[start : start + width]
        if may_be(window, shorter) or may_be(shorter, window):
            return start
    return None


def _only(found: set[str]) -> str | None:
    return next(iter(found)) if len(found) == 1 else None
