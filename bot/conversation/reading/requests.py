"""Recognises a typed reply that asks for something instead of answering: commands, phrases, criterion ids."""

import re
import unicodedata
from collections.abc import Container

from bot.conversation.reading.folding import fold, split_words, without_invisible
from bot.conversation.reading.words import Words
from bot.values import value

_LONGEST_PHRASE = 80
_LONGEST_ARGUMENT = 2000
_COMMAND = re.compile(r"/(?P<name>[a-z][a-z0-9_]{0,31})(?:@[A-Za-z0-9_]{1,64})?")
_ID = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}")
_COMMA_ID = re.compile(r"[0-9]{1,2}(?:,[0-9]{1,2}){2,3}")
_ORDINAL = re.compile(r"[0-9]{1,2}")
_GLUED = re.compile(r"(?<=[^\W\d_])(?=[0-9])")

EDIT = "edit"


@value(frozen=True, slots=True)
class Request:
    """What was asked for, by its name in words.toml, and what about.

    The argument of "edit" is a criterion's id ("2.3.2", perhaps as printed), "#3" for the third question, or "".
    """

    name: str
    argument: str = ""


def read_command(text: str, words: Words) -> Request | None:
    """Reads a slash command: "/tieptuc", "/start CODE", "/huy@bot". An unknown name is returned as typed.

    None when `text` is no command. In a text step only these are requests: other phrases are the text itself.
    """
    stripped = without_invisible(text).strip()
    head, rest = (*stripped.split(None, 1), "", "")[:2]
    match = _COMMAND.fullmatch(_folded_command(head)) if "/" in head else None
    if match is None:
        return None
    name, argument = match["name"], " ".join(rest.split())[:_LONGEST_ARGUMENT]
    joined = match["name"] + fold(argument).replace(" ", "")
    if argument and joined in words.commands:
        name, argument = joined, ""
    name = words.command_names.get(name, name)
    return Request(name, _target(argument) or argument) if name == EDIT else Request(name, argument)


def read_request(
    text: str, words: Words, criterion_ids: Container[str], *, expecting_number: bool = False
) -> Request | None:
    """Reads a command, a known phrase or a criterion's id; None when `text` is none of them.

    A bare id counts only when it is one of `criterion_ids`; where a number is expected ("2.5" under a percentage
    question) an id of two parts stays a number unless a verb stands before it.
    """
    command = read_command(text, words)
    if command is not None:
        return command
    plain = without_invisible(text).strip()
    if not plain or len(plain) > _LONGEST_PHRASE:
        return None
    if not plain.strip("?!. "):
        return Request(words.question_mark) if "?" in plain else None
    spoken = split_words(plain)
    bare = words.polite_back.without_back(words.polite_front.without_front(spoken))
    name = words.requests.find(spoken) or words.requests.find(bare)
    if name is not None:
        return Request(name)
    return _read_edit(plain, words) or _read_bare_id(plain, criterion_ids, expecting_number=expecting_number)


def _folded_command(head: str) -> str:
    """Folds the name of a command (capitals and marks are no matter) but leaves the bot's name behind the @ alone."""
    name, at, bot = head.partition("@")
    return fold(name) + at + bot


def _read_edit(plain: str, words: Words) -> Request | None:
    """Reads a verb and what it goes to: "edit 2.3.2", "question 3"; also a verb alone."""
    tokens = _GLUED.sub(" ", unicodedata.normalize("NFKC", plain)).replace("#", " ").rstrip("?!. ").split()
    while len(tokens) > 1 and words.courtesy.find(split_words(tokens[-1])) is not None:
        tokens.pop()
    target = _target(tokens[-1]) if tokens else None
    verb = words.polite_front.without_front(split_words(" ".join(tokens[:-1])))
    if target is None or not verb:
        return None
    by_id = not target.startswith("#") and words.edit_verbs.find(verb) is not None
    return Request(EDIT, target) if by_id or words.ordinal_verbs.find(verb) is not None else None


def _target(text: str) -> str | None:
    """The normalised id, "#n" for an ordinal, or None."""
    bare = text.strip(" .,:;()")
    if _COMMA_ID.fullmatch(bare):
        bare = bare.replace(",", ".")
    if _ID.fullmatch(bare):
        return ".".join(str(int(part)) for part in bare.split("."))
    return f"#{int(bare)}" if _ORDINAL.fullmatch(bare) and int(bare) > 0 else None


def _read_bare_id(plain: str, criterion_ids: Container[str], *, expecting_number: bool) -> Request | None:
    target = _target(unicodedata.normalize("NFKC", plain))
    if target is None or target.startswith("#") or target not in criterion_ids:
        return None
    if expecting_number and target.count(".") < 2:
        return None
    return Request(EDIT, target)
