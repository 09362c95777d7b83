"""Cuts one message that answers many questions into its parts: by criterion ("1.1 ..., 2.1.1 87,5%"), or by number."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.conversation.reading.folding import fold, split_words, without_invisible
from bot.conversation.reading.phrases import PhraseBook
from bot.conversation.reading.words import Words

LONGEST = 4000
_MOST_SECTIONS = 20
"""What begins with a higher number than this is no criterion, even one that does not exist."""
_THREE_PARTS = 2  # dots between them

_ORDINARY_FORMS = ("<wide>", "<narrow>", "<small>", "<noBreak>")
# A criterion's id with dots, or one of at least three parts with commas; "87.5%", "45.5/50" and "12.5.2025" are none.
_ID = re.compile(
    r"(?<![\d./])(?:(?<!\d,)|(?<=\d,)(?=\d+\.))"
    r"(?P<id>\d{1,2}(?:\.\d{1,2}){1,3}(?!,\d|\d)|\d{1,2}(?:\.\d{1,2}){2,3}(?!\d)|\d{1,2}(?:,\d{1,2}){2,3}(?!,?\d))"
    r"(?!\.\d|\s*[%/])"
)
# What may stand between an id and its value; a dash right before a digit, but apart from the id, is a minus.
_GLUE = re.compile(r"\s*(?:[-=]*>|[\u2192\u21d2]|[:=.)\]]+|(?<!\s)[-\u2013\u2014](?!>)|[-\u2013\u2014](?!>|\d))?\s*")
_TRAILING = " \t\n,;"
_SEPARATORS = ",;\n"
_NUMBER = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_NO_ORDINAL = re.compile(r"\d[.:]\d|\d\s*[%/]\s*\d|\d\s*%|\d{3}")
MOST_WORDS = 40
"""Nobody answers all questions at once in more; trying every split of a long text would take seconds."""
_AROUND = " \t\n,;.:)=/-\u2013\u2014\u2022*(&"
_WORD = re.compile(r"\S+")
_LONGEST_PHRASE = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed for one criterion; `id` is "" where the criterion is not known, the text then names it too."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class _Head:
    """An id that begins an entry: where it stands, where the value before it ends, where its own value begins."""

    id: str
    cut: int
    start: int
    value: int


def read_batch(text: str, ids: Mapping[str, str], words: Words) -> tuple[Entry, ...]:
    """Reads answers to several criteria of one message; empty when `text` is no such thing. Never raises.

    `ids` maps every way to name a criterion to its id. The text has to begin with an id, and some known id must have
    a value. The same criterion twice gives two entries.
    """
    if len(text) > LONGEST:
        return ()
    plain = _plain(text)
    heads = tuple(_heads(plain, ids, words))
    ends = (*(head.cut for head in heads), len(plain))[1:]
    entries = tuple(
        Entry(head.id, _value(plain[head.value if head.id else head.start : end]))
        for head, end in zip(heads, ends, strict=True)
    )
    return entries if any(entry.id and _says_something(entry.text) for entry in entries) else ()


def names_criterion(text: str, ids: Mapping[str, str]) -> bool:
    """Whether an id stands in what was typed for one criterion: a separator was probably forgotten. Two parts with a
    dot may be a number, so that only known ids of two parts count."""
    named = [_normal(match["id"]) for match in _ID.finditer(_plain(text)) if match.start() > 0]
    return any(one in ids or (one.count(".") >= _THREE_PARTS and _plausible("", one)) for one in named)


def read_numbered(text: str, numbers: Sequence[int], words: Words) -> tuple[str | None, ...] | None:
    """Reads answers to the questions with these `numbers`: one text each, None where nothing was said.

    None when `text` is no such answer, or could be divided among the questions in more than one way. Never raises.
    """
    count = len(numbers)
    if count < 1 or len(text) > LONGEST or "?" in text:
        return None
    plain = _plain(text).strip()
    if _NO_ORDINAL.search(plain):
        return None
    spoken = _for_all(plain, count, words)
    if spoken is not None:
        return (_long(spoken, words),) * count
    return _by_number(plain, numbers, words) if _NUMBER.search(plain) else _in_order(plain, count, words)


def _plain(text: str) -> str:
    """The text without what nobody sees, with full-width characters and all kinds of blanks made ordinary."""
    return "".join(_ordinary(ch) for ch in without_invisible(text).replace("\r\n", "\n"))


def _ordinary(ch: str) -> str:
    if ch.isascii():
        return " " if ch == "\t" else "\n" if ch == "\r" else ch
    if ch in "\u2028\u2029\u0085":
        return "\n"
    if unicodedata.category(ch) == "Zs":
        return " "
    form = unicodedata.decomposition(ch).partition(" ")[0]
    return unicodedata.normalize("NFKC", ch) if form in _ORDINARY_FORMS else ch


def _normal(typed: str) -> str:
    return ".".join(str(int(part)) for part in re.split(r"[.,]", typed))


def _heads(plain: str, ids: Mapping[str, str], words: Words) -> Iterator[_Head]:
    """Every id that begins an entry, from the first one on; nothing when the text does not begin with one."""
    before: _Head | None = None
    for match in _ID.finditer(plain):
        typed = _normal(match["id"])
        known, value = ids.get(typed, ""), _after_glue(plain, match.end())
        lead_from = before.value if before else 0
        lead = _without_tail(plain[lead_from : match.start()], words.heads)
        if before is None:
            if not _may_begin(lead, words) or not _plausible(known, typed):
                return
            cut = 0
        else:
            end = _end_of_value(lead, known, typed, plain[value : value + 1].isalpha(), words)
            if end is None:
                continue
            cut = lead_from + end
        before = _Head(known, cut, match.start(), value)
        yield before


def _after_glue(plain: str, at: int) -> int:
    glue = _GLUE.match(plain, at)
    return glue.end() if glue else at


def _plausible(known: str, typed: str) -> bool:
    return bool(known) or int(typed.partition(".")[0]) <= _MOST_SECTIONS


def _may_begin(lead: str, words: Words) -> bool:
    """Whether before the first id stands nothing but a bullet and politeness."""
    spoken = split_words(lead)
    rest = words.polite_front.without_front(spoken)
    return not any(ch.isdigit() for ch in lead) and (not rest or words.polite_front.find(rest) is not None)


def _end_of_value(lead: str, known: str, typed: str, worded: bool, words: Words) -> int | None:
    """Where the value before an id ends in `lead`, what stands before that id; None when the id is part of it.

    Line breaks, semicolons, commas and joining words part entries. Without any, an id of three parts may follow a
    value, but one of two parts may be a number. `worded`: a letter follows the id.
    """
    on_its_line = lead.rstrip("".join(ch for ch in set(lead) if _is_bullet(ch)))
    if on_its_line.endswith(("\n", ";")):
        return len(on_its_line) if _plausible(known, typed) else None
    bare = lead.rstrip(" ")
    unjoined = _without_tail(bare, words.joiners)
    if len(unjoined) < len(bare):
        return len(unjoined) if known else None
    if bare.endswith(".") and (bare[-2:-1].isalpha() or bare[-2:-1] == "%"):  # the end of a sentence
        return len(bare) - 1 if known else None
    three = typed.count(".") >= _THREE_PARTS
    if bare.endswith(","):
        tight = bare == lead and bare[-2:-1].isdigit()
        begins = not tight or worded or three if known else not tight and (worded or three) and _plausible(known, typed)
        return len(bare) if begins else None
    follows = bare != lead and _says_something(bare)
    return len(bare) if known and follows and three else None


def _is_bullet(ch: str) -> bool:
    return not ch.isalnum() and ch not in "\n;,%.)" and not unicodedata.category(ch).startswith("M")


def _value(typed: str) -> str:
    """What was typed for a criterion, without the separators around it; a comma before a digit is a decimal one."""
    value = typed.rstrip(_TRAILING).lstrip(" \n;")
    return value.lstrip(_TRAILING) if not value[1:2].isdigit() else value


def _says_something(value: str) -> bool:
    """Whether anything but marks was typed; a tick or a thumb counts."""
    return any(ch.isalnum() or unicodedata.category(ch) == "So" for ch in value)


def _without_tail(text: str, book: PhraseBook[bool]) -> str:
    """`text` without the phrase of `book` it ends with, and without the blanks and colon around that."""
    stripped = text.rstrip(" :")
    tail = len(stripped) - _LONGEST_PHRASE if len(stripped) > _LONGEST_PHRASE else 0
    starts = [match.start() for match in _WORD.finditer(stripped, tail)]
    for start in starts[-book.longest :]:
        if book.find(split_words(stripped[start:])) is not None:
            before = stripped[:start].rstrip(" ")
            return before or stripped[:start]
    return text


def _by_number(plain: str, numbers: Sequence[int], words: Words) -> tuple[str | None, ...] | None:
    """Reads numbers, each followed by its answer; several numbers in a row share one."""
    said: dict[int, str] = {}
    waiting: list[int] = []
    at = 0
    for match in (*_NUMBER.finditer(plain), None):
        part = _answer(plain[at : match.start() if match else len(plain)], words)
        if part and (not waiting or any(ch in part for ch in _SEPARATORS)):
            return None
        if part:
            if any(said.get(number, part) != part for number in waiting):
                return None
            said |= dict.fromkeys(waiting, part)
            waiting = []
        if match:
            waiting.append(int(match.group()))
            at = match.end()
    if waiting or not all(number in numbers for number in said):
        return None
    return tuple(_long(said[n], words) if n in said else None for n in numbers)


def _answer(part: str, words: Words) -> str:
    """What stands between two numbers, without glue, separators, joining words, and the word before a number."""
    bare = part.strip(_AROUND)
    for book in (words.heads, words.joiners):
        bare = _without_tail(bare, book).strip(_AROUND)
    return "" if words.polite_front.find(split_words(bare)) is not None else bare


def _in_order(plain: str, count: int, words: Words) -> tuple[str | None, ...] | None:
    """Reads as many answers as there are questions, parted by commas or each a single word."""
    if any(ch in plain for ch in _SEPARATORS):
        parts = [part.strip(_AROUND) for part in re.split(f"[{_SEPARATORS}]", plain)]
    else:
        parts = [plain] if count == 1 else _within_politeness(plain, words).split()
    said = [part for part in parts if split_words(part)]
    if len(said) != count or not all(_answers(part, words) for part in said):
        return None
    return tuple(_long(part, words) for part in said)


def _answers(part: str, words: Words) -> bool:
    """Whether a part begins with a yes or a no."""
    spoken = words.polite_front.without_front(split_words(part))
    known = words.yes.at(spoken, 0) or words.negation.at(spoken, 0) or words.no.at(spoken, 0)
    return known is not None or fold(part) in words.short_answers


def _for_all(plain: str, count: int, words: Words) -> str | None:
    """The one answer that is given to all questions; None when nothing says that it is for all of them."""
    typed = _within_politeness(plain, words).strip(_AROUND + "!").split()
    if len(typed) > MOST_WORDS:
        return None
    spoken = [split_words(one) for one in typed]
    for length in range(len(typed) - 1, 0, -1):
        for said, rest in ((slice(None, length), slice(length, None)), (slice(-length, None), slice(None, -length))):
            meant = words.all_of_them.find(tuple(one for word in spoken[said] for one in word))
            answer = " ".join(typed[rest]).strip(_AROUND)
            if meant in (0, count) and _answers(answer, words):
                return answer
    return None


def _within_politeness(plain: str, words: Words) -> str:
    """The text without the polite words around it."""
    parts = plain.split()
    while len(parts) > 1 and words.polite_front.find(split_words(parts[0])) is not None:
        parts.pop(0)
    while len(parts) > 1 and words.polite_back.find(split_words(parts[-1])) is not None:
        parts.pop()
    return " ".join(parts)


def _long(answer: str, words: Words) -> str:
    return words.short_answers.get(fold(answer), answer)
